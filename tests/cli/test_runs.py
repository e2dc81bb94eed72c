import json
import os
from datetime import UTC, datetime

import pytest

from kithline_cli import runs
from kithline_core.errors import Unavailable


@pytest.fixture
def filled(kithline, example):
    assert kithline("import", example).exit_code == 0
    return kithline


def test_a_run_gives_the_bytes_that_the_folder_gives(filled, example):
    online, offline = (filled(*words, "--to", "2026-04-01", "--json") for words in (("run",), ("score", example)))

    assert online.exit_code == 0
    assert sorted(online.stdout.splitlines()) == sorted(offline.stdout.splitlines())


def test_a_run_prints_its_own_results_and_no_others(filled):
    filled("run")

    again = filled("run", "--scorer", "silos.internal", "--from", "2026-01-01", "--to", "2026-04-01", "--json")

    assert [json.loads(line)["scorer"] for line in again.stdout.splitlines()] == ["silos.internal"]


def test_a_run_prints_the_verdict_and_a_table(filled):
    shown = filled("run").stdout

    assert "first driver" in shown
    assert "supply.collaboration" in shown


def test_a_use_that_no_result_may_serve_is_refused(filled):
    done = filled("run", "--use", "dismissal")

    assert done.exit_code == 3
    assert "not made for dismissal" in done.stderr


def test_a_scorer_that_does_not_exist_is_invalid(filled):
    assert filled("run", "--scorer", "silos.extern").exit_code == 3


def test_a_window_that_ends_before_it_begins_is_wrong_usage(offline):
    assert offline("run", "--from", "2026-02-01", "--to", "2026-01-01").exit_code == 2


def test_a_run_that_takes_too_long_says_where_to_look_again(filled):
    done = filled("run", "--seconds", "0")

    assert done.exit_code == 4
    assert "look again with GET /v1/runs/run_" in done.stderr


def test_a_run_that_fails_fails_the_command(filled, monkeypatch):
    monkeypatch.setattr(runs, "finished", lambda *_: {"id": "run_x", "state": "failed"})
    monkeypatch.setattr(runs, "findings", lambda *_: [])

    assert filled("run", "--json").exit_code == 1


def test_waiting_asks_again_until_the_run_ends():
    class Slow:
        states = iter(["queued", "running", "succeeded"])

        def ask(self, *_):
            return {"state": next(self.states)}

    assert runs.finished(Slow(), "run_x", 10)["state"] == "succeeded"


def test_waiting_ends():
    class Stuck:
        def ask(self, *_):
            return {"state": "running"}

    with pytest.raises(Unavailable, match="run_x"):
        runs.finished(Stuck(), "run_x", 0.1)


def test_what_is_withheld_is_shown_as_that(filled):
    with runs.Client.of(os.environ["KITHLINE_URL"], os.environ["KITHLINE_KEY"]) as client:
        asked = runs.start(client, ("silos.internal",), end=datetime(2026, 4, 1, tzinfo=UTC))
        run = runs.finished(client, asked, 60)
        for ground in client.pages("/v1/grounds"):
            client.ask("POST", f"/v1/grounds/{ground['id']}/end")

        (found,) = runs.findings(client, run["id"])

    assert (json.loads(found)["status"], json.loads(found)["reasons"]) == ("withheld", ["ground_ended"])


def test_a_run_says_whose_data_have_changed_since(filled, monkeypatch):
    findings = runs.findings

    def while_data_come_in(client, run_id):
        found = findings(client, run_id)
        client.ask("POST", "/v1/populations:bulk", [{"group": "employee", "department": "new", "count": 9}])
        return found

    monkeypatch.setattr(runs, "findings", while_data_come_in)

    told = filled("run", "--scorer", "silos.internal", "--to", "2026-04-01").stderr

    assert "what silos.internal counted has changed since: run again" in told
