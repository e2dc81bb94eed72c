import json
import re

import pytest

from helpers.scorers import SHIPPED, VERDICT


def found(done):
    """Return the documents that `--json` printed, by scorer."""
    return {one["scorer"]: one for one in map(json.loads, done.stdout.splitlines())}


def test_a_folder_is_scored_by_every_scorer_without_a_server(offline, example):
    done = offline("score", example, "--json")

    assert done.exit_code == 0
    assert set(found(done)) == SHIPPED
    assert json.loads(done.stdout.splitlines()[0])["scorer"] == VERDICT


def test_the_verdict_comes_first_and_then_a_row_per_index(offline, example):
    done = offline("score", example)

    verdict, table = done.stdout.split("\n", 1)
    assert verdict
    assert re.search(r"index .* level .* score .* 90 % interval .* status .* first driver .* next step", table)
    assert len([line for line in table.splitlines() if "│" in line]) == len(SHIPPED) - 1
    assert "unknown" in table


def test_only_the_scorers_asked_for_run(offline, example):
    done = offline("score", example, "--scorer", "silos.internal", "--scorer", "maturity.depth", "--json")

    assert set(found(done)) == {"silos.internal", "maturity.depth"}


def test_a_scorer_that_does_not_exist_is_invalid(offline, example):
    done = offline("score", example, "--scorer", "silos.extern")

    assert done.exit_code == 3
    assert "silos.extern" in done.stderr


def test_the_report_is_a_file_and_named(offline, example, tmp_path):
    done = offline("score", example, "--html", tmp_path / "r.html")

    assert f"report: {tmp_path / 'r.html'}" in done.stdout
    assert (tmp_path / "r.html").read_text().startswith("<!doctype html>")


def test_with_json_the_reports_name_goes_to_stderr(offline, example, tmp_path):
    done = offline("score", example, "--json", "--html", tmp_path / "r.html")

    assert "report: " in done.stderr
    assert set(found(done)) == SHIPPED


def test_a_report_into_a_folder_that_does_not_exist_is_refused_before_anything_runs(offline, example, tmp_path):
    done = offline("score", example, "--html", tmp_path / "none" / "r.html")

    assert done.exit_code == 2
    assert "make it first" in " ".join(done.stderr.split())


@pytest.mark.parametrize("option", ["--persons", "--no-floor"])
def test_figures_of_single_people_are_refused_for_private_data(offline, private, option):
    done = offline("score", private, option)

    assert done.exit_code == 3
    assert "this folder is private" in done.stderr
    assert "leave them out" in done.stderr


@pytest.mark.parametrize("option", ["--persons", "--no-floor"])
def test_figures_of_single_people_are_printed_for_synthetic_data(offline, example, option):
    plain, shown = offline("score", example, "--json"), offline("score", example, option, "--json")

    assert shown.exit_code == 0
    assert found(shown)["silos.internal"]["key"] != found(plain)["silos.internal"]["key"]


def test_the_floor_can_be_raised_and_never_lowered(offline, example):
    assert offline("score", example, "--floor", "8", "--json").exit_code == 0

    lowered = offline("score", example, "--floor", "3")
    assert lowered.exit_code == 3
    assert "never lowered" in lowered.stderr


def test_a_parameter_is_set_as_json_or_as_text(offline, example):
    done = offline("score", example, "--scorer", "silos.internal", "--set", "silos.internal.min_events=3", "--json")

    assert done.exit_code == 0


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("silos.internal.min_events", "--set wants KEY.PARAM=VALUE"),
        ("min_events=3", "--set wants KEY.PARAM=VALUE"),
        ("silos.internal.no_such=3", "it has"),
        ("no.such.scorer=3", "no scorer named"),
        ("silos.internal.no_such=some text", "it has"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_with_what_can(offline, example, setting, said):
    done = offline("score", example, "--set", setting)

    assert done.exit_code == 3
    assert said in done.stderr


def window(done):
    return {tuple(one["window"]) for one in found(done).values()}


def test_from_and_to_are_the_window_of_every_scorer(offline, example):
    done = offline("score", example, "--from", "2026-01-01", "--to", "2026-01-10T12:00:00+01:00", "--json")

    assert window(done) == {("2026-01-01T00:00:00Z", "2026-01-10T11:00:00Z")}


def test_from_alone_reaches_to_the_end_of_the_data(offline, example):
    (start, end) = window(offline("score", example, "--from", "2026-01-01", "--json")).pop()

    assert (start, end) == ("2026-01-01T00:00:00Z", "2026-04-01T00:00:00Z")


def test_a_window_that_begins_behind_the_data_is_invalid(offline, example):
    done = offline("score", example, "--from", "2030-01-01")

    assert done.exit_code == 3
    assert "before it begins" in done.stderr


def test_to_alone_ends_each_scorers_own_window(offline, example):
    assert {end for _, end in window(offline("score", example, "--to", "2026-01-10", "--json"))} == {
        "2026-01-10T00:00:00Z"
    }


def test_all_reaches_from_the_first_event_to_the_last_and_needs_none(offline, example):
    assert offline("score", example, "--all", "--json").exit_code == 0

    (example / "events.csv").unlink()
    assert offline("score", example, "--all", "--json").exit_code == 0


@pytest.mark.parametrize(
    "options", [("--all", "--to", "2026-01-01"), ("--from", "2026-02-01", "--to", "2026-01-01"), ("--to", "soon")]
)
def test_a_window_that_is_none_is_wrong_usage(offline, example, options):
    assert offline("score", example, *options).exit_code == 2


def test_a_folder_with_errors_is_refused_with_all_of_them(offline, example):
    (example / "people.csv").write_text("person,grup\nann,employee\n")
    (example / "ties.csv").write_text("actor,target,count\na,b,many\na,c,more\n")

    plain, as_json = offline("score", example), offline("score", example, "--json")

    assert plain.exit_code == as_json.exit_code == 3
    assert "people.csv" in plain.stderr
    assert "grup" in plain.stderr
    assert plain.stderr.count("ties.csv:") == 2
    assert len(json.loads(as_json.stdout)["error"]["problems"]) >= 3


def test_one_id_with_two_bodies_is_refused_naming_both_lines(offline, example):
    (example / "events.csv").write_text(
        "id,source,occurred_at,actor,verb\n1,chat,2026-01-05,ann,posted\n1,chat,2026-01-05,ben,posted\n"
    )

    done = offline("score", example)

    assert done.exit_code == 3
    assert "events.csv:3" in done.stderr
    assert re.search(r"\b2\b", done.stderr)


def test_a_folder_that_does_not_exist_says_how_to_make_one(offline, tmp_path):
    done = offline("score", tmp_path / "none")

    assert done.exit_code == 3
    assert "kithline dataset new" in done.stderr
