"""Rights, retention and jobs from the command line, on a running stack."""

import json
import stat

import pytest

from kithline_cli import jobs


@pytest.fixture
def filled(kithline, example):
    assert kithline("import", example).exit_code == 0
    return kithline


@pytest.fixture
def person(filled):
    return "ann"


def document(done):
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_access_counts_and_writes_everything_to_a_file_of_ones_own(filled, person, tmp_path):
    out = tmp_path / "copy.ndjson"

    job = document(filled("privacy", "access", person, "--out", out, "--json"))

    lines = [json.loads(line) for line in out.read_bytes().splitlines()]
    counted = {table: len([one for one in lines if one["table"] == table]) for table in job["receipt"]["rows"]}
    assert counted == job["receipt"]["rows"]
    assert counted["memberships"] >= 1
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_access_without_a_file_counts(filled, person):
    done = filled("privacy", "access", person)

    assert "memberships: " in done.stdout
    assert "succeeded" in done.stdout
    assert person not in done.stdout


@pytest.mark.parametrize("right", ["access", "object"])
def test_of_somebody_unknown_it_is_said_that_nothing_is_held_and_what_to_check(filled, right):
    done = filled("privacy", right, "ann-of-nowhere")

    assert done.exit_code == 0
    assert "nothing is held about anybody under this id" in done.stdout
    assert all(word in done.stdout for word in ("spelling", "pseudonym", "key"))
    assert "ann-of-nowhere" not in done.stdout
    assert document(filled("privacy", right, "ann-of-nowhere", "--json"))["receipt"]["held"] is False


def test_of_somebody_known_it_is_not(filled, person):
    assert "nothing is held" not in filled("privacy", "access", person).stdout
    assert "nothing is held" not in filled("privacy", "access", person, "--no-wait").stdout
    assert document(filled("privacy", "access", person, "--json"))["receipt"]["held"] is True


def test_an_objection_and_a_restriction_are_lifted_again(filled, person):
    assert document(filled("privacy", "object", person, "--json"))["kind"] == "privacy.object"
    assert document(filled("privacy", "restrict", person, "--json"))["state"] == "succeeded"
    assert document(filled("privacy", "lift", person, "--json"))["state"] == "succeeded"
    assert document(filled("privacy", "lift", person, "--right", "object", "--json"))["state"] == "succeeded"
    assert filled("privacy", "lift", person).exit_code == 1


def test_an_erasure_asks_first_and_the_person_is_in_no_export_afterwards(filled, person, tmp_path):
    assert filled("privacy", "erase", person).exit_code == 1

    job = document(filled("privacy", "erase", person, "--yes", "--json"))

    assert job["state"] == "succeeded"
    assert filled("export", tmp_path / "out").exit_code == 0
    cells = [line.split(",") for line in (tmp_path / "out" / "people.csv").read_text().splitlines()]
    assert person not in {cell for line in cells for cell in line}
    assert filled("privacy", "erase", person, "--yes").exit_code == 1


def test_nobody_has_to_wait(filled, person):
    job = document(filled("privacy", "access", person, "--no-wait", "--json"))
    assert job["state"] == "queued"

    assert document(filled("jobs", "wait", job["id"], "--json"))["state"] == "succeeded"
    assert document(filled("jobs", "show", job["id"], "--json"))["receipt"]["rows"]
    listed = document(filled("jobs", "list", "--kind", "privacy.access", "--json"))
    assert job["id"] in [one["id"] for one in listed]
    assert filled("jobs", "cancel", job["id"]).exit_code == 1


def test_jobs_are_shown_as_lines(filled, person):
    assert "there are no jobs" in filled("jobs", "list").stdout
    job = document(filled("privacy", "access", person, "--json"))

    assert f"{job['id']} privacy.access: succeeded" in filled("jobs", "list", "--state", "succeeded").stdout
    assert "keyed hash" in filled("jobs", "show", job["id"]).stdout


def test_a_job_that_takes_too_long_says_how_to_wait_on(filled, person):
    done = filled("privacy", "access", person, "--seconds", "0")

    assert done.exit_code == 4
    assert "kithline jobs wait job_" in done.stderr


def test_a_job_that_fails_fails_the_command(filled, person, monkeypatch):
    failed = {"id": "job_x", "kind": "k", "state": "failed", "reason": "why", "subject": None, "receipt": {}}
    monkeypatch.setattr(jobs, "finished", lambda *_: failed)

    done = filled("privacy", "access", person)

    assert done.exit_code == 1
    assert "job_x k: failed: why" in done.stdout


def test_a_job_that_was_called_off_is_shown(filled, answering):
    job = {"id": "job_x", "kind": "retention", "state": "cancelled", "reason": None, "subject": None, "receipt": {}}
    url = answering(200, json.dumps(job).encode(), content_type="application/json")

    assert "job_x retention: cancelled" in filled("jobs", "cancel", "job_x", "--url", url, "--key", "k").stdout


def test_retention_is_shown_estimated_set_and_run(filled):
    assert "next run" in filled("retention", "show").stdout
    assert "nothing has had its time" in filled("retention", "estimate").stdout
    set_ = filled("retention", "set", "--events", "30", "--rollups", "ever", "--reason", "r")
    assert "events: 30 days\nroll-ups: for ever" in set_.stdout
    assert document(filled("retention", "run", "--json"))["receipt"]["rows"] == {}
    held = document(filled("retention", "show", "--json"))
    assert held["last_at"] is not None
    assert document(filled("retention", "estimate", "--json")) == held["estimate"]


def test_an_estimate_names_tables_and_the_oldest(filled, answering):
    held = {
        "estimate": [{"table": "events", "rows": 3, "oldest": "2026-01-01T00:00:00Z"}], "shortened_by": ["gnd_x"],
        "holds": {"events_days": 1, "rollups_days": 2}, "next_at": "2026-01-02T00:00:00Z",
    }  # fmt: skip
    there = ("--url", answering(200, json.dumps(held).encode(), content_type="application/json"), "--key", "k")

    assert "events: 3 rows, the oldest received 2026-01-01" in filled("retention", "estimate", *there).stdout
    assert "shortened by gnd_x\nnext run: 2026-01-02" in filled("retention", "show", *there).stdout


def test_days_that_are_none_are_refused(filled):
    done = filled("retention", "set", "--events", "many", "--rollups", "ever", "--reason", "r")

    assert done.exit_code == 3
    assert "`ever`" in done.stderr
