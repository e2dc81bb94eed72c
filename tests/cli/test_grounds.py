"""Grounds from the command line: opened, listed and ended without any data."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from helpers import agreed
from kithline_cli import grounds

NAMED = ("--signed-by", "the board", "--document", "Balancing of interests of 2025-12-01")
AGREED = ("--works-agreement", "Works agreement 12", "--impact-assessment", "DPIA 7")


def held(kithline):
    return json.loads(kithline("grounds", "list", "--json").stdout)


def test_a_ground_is_opened_listed_and_ended_without_data(kithline):
    assert "no data about people is taken" in kithline("grounds", "list").stdout

    made = kithline("grounds", "open", "--template", "suppliers", "--signed-by", "head of purchasing")

    assert made.exit_code == 0, made.output
    (one,) = held(kithline)
    line = f"{one['id']}  Contacts at suppliers and partners (identified; supplier, partner): in force\n"
    assert made.stdout == kithline("grounds", "list").stdout == line
    assert one["signed_by"] == "head of purchasing"
    ended = kithline("grounds", "end", one["id"])
    assert (ended.exit_code, "results that rest on it are withheld" in ended.stdout) == (0, True)
    assert f"ended {held(kithline)[0]['valid_to']}" in ended.stdout


def test_the_local_mode_has_a_template_under_which_findings_alone_are_taken(kithline, tmp_path):
    unnamed = kithline("grounds", "open", "--template", "employees-local", "--signed-by", "the board")

    made = kithline("grounds", "open", "--template", "employees-local", *NAMED, *AGREED, "--json")

    assert unnamed.exit_code == 3
    assert "/works_agreement: name it" in unnamed.stderr
    assert made.exit_code == 0, made.output
    one = json.loads(made.stdout)
    assert (one["mode"], one["groups"], one["works_agreement"]) == ("local", ["employee"], "Works agreement 12")
    (tmp_path / "people.csv").write_text("person,group\ne,employee\n")
    refused = kithline("import", tmp_path / "people.csv")
    assert "rows are not taken of employee: the ground in force is in the mode local" in refused.stderr


def test_a_file_says_a_ground_and_options_go_before_it(kithline, tmp_path):
    file = tmp_path / "ground.json"
    file.write_text(json.dumps(agreed.asked(title="In the file", mode="identified")))

    one = json.loads(kithline("grounds", "open", file, "--title", "By option", "--json").stdout)
    two = json.loads(kithline("grounds", "open", file, "--template", "public", "--json").stdout)

    assert (one["title"], one["mode"], one["signed_by"]) == ("By option", "identified", agreed.NAMED["signed_by"])
    assert (two["title"], two["basis"]) == ("In the file", "public_data")


def test_a_second_of_a_title_is_refused_until_the_first_has_ended(kithline):
    ground = ("grounds", "open", "--template", "public")
    assert kithline(*ground).exit_code == 0
    (first,) = held(kithline)

    second = kithline(*ground)

    assert second.exit_code == 1
    assert f"{first['id']} of that title is in force; end it first" in second.stderr
    kithline("grounds", "end", first["id"])
    assert kithline(*ground).exit_code == 0


def test_a_ground_ends_at_an_instant(kithline):
    kithline("grounds", "open", "--template", "public")
    (one,) = held(kithline)
    later = (datetime.now(UTC) + timedelta(days=2)).replace(microsecond=0)

    ended = kithline("grounds", "end", one["id"], "--at", later.isoformat())

    assert ended.exit_code == 0, ended.output
    assert f"in force, ends {later:%Y-%m-%d}" in ended.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("open",), 2, "--template"),
        (("open", "--template", "curiosity"), 3, "employees-local"),
        (("open", "absent.json"), 3, "absent.json holds no ground"),
        (("end", "gnd_agnbcu5utf5kjnwcmvpqkthbxm"), 1, "no such object"),
        (("end", "gnd/../../x"), 1, ""),
    ],
)
def test_what_cannot_be_done_says_why(kithline, arguments, code, said):
    done = kithline("grounds", *arguments)

    assert (done.exit_code, said in done.stderr) == (code, True), done.stderr


def test_the_import_command_points_to_it(offline):
    done = offline("import", "--ground", "suppliers")

    assert done.exit_code == 2
    assert "kithline grounds open" in " ".join(done.stderr.replace("│", " ").split())


def test_a_ground_to_come_says_when_it_begins():
    one = {"id": "gnd_1", "title": "t", "mode": "local", "groups": [], "valid_from": "2999-01-01T00:00:00Z"}

    assert grounds.told(one) == "gnd_1  t (local; every group): begins 2999-01-01T00:00:00Z"
