"""What was sent by mistake is taken back from the command line: events, and whole imports."""

import json
from datetime import UTC, datetime

import pytest

from kithline_cli import corrections
from kithline_core.dataset import write
from kithline_core.dataset.folder import Dataset
from kithline_core.model.datasets import Dataset as Settings
from kithline_core.model.rows import EventRow, PopulationRow

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path):
    """A folder with two events and a population."""
    dataset = Dataset(settings=Settings(nature="synthetic"))
    dataset.rows["populations"] = [PopulationRow(group="employee", count=9)]
    dataset.rows["events"] = [
        EventRow(id=name, source="forum", occurred_at=AT, actor="ada", verb="posted") for name in ("m-1", "m-2")
    ]
    write.write(tmp_path / "sent", dataset)
    return tmp_path / "sent"


def answer(done):
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_events_are_withdrawn_listed_as_a_correction_and_restored(kithline, folder):
    kithline("import", folder)
    assert kithline("corrections", "list").stdout == "nothing was corrected\n"

    made = answer(
        kithline("events", "withdraw", "m-1", "--source", "forum", "--reason", "twice", "--by", "me", "--json")
    )
    again = kithline("import", folder).stdout
    listed = kithline("corrections", "list").stdout
    restored = kithline("corrections", "undo", made["id"], "--reason", "it was right").stdout

    assert made["counts"] == {"events": 1, "not_found": 0}
    assert "2 duplicates" in again
    assert f"{made['id']}  " in listed
    assert "withdrawn events: 1 events  twice  by me (" in listed
    assert "restored events: 1 events  it was right" in restored


def test_all_events_of_an_import_are_withdrawn_at_once(kithline, folder):
    kithline("import", folder, "--batch", "monday")

    assert (
        "withdrawn events of monday: 2 events"
        in kithline("events", "withdraw", "--batch", "monday", "--reason", "wrong year").stdout
    )


@pytest.mark.parametrize("named", [(), ("m-1", "--batch", "monday")])
def test_events_are_named_by_ids_or_by_their_import(offline, named):
    done = offline("events", "withdraw", *named, "--reason", "r")

    assert (done.exit_code, "name events by their ids" in done.output) == (2, True)


def test_an_import_is_tried_undone_and_sent_again(kithline, folder):
    assert kithline("batches").stdout == "there are no imports\n"
    kithline("import", folder, "--batch", "monday")
    assert kithline("batches").stdout == "monday  2 events, 1 rows\n"

    tried = kithline("import", "--undo", "monday", "--dry-run").stdout
    undone = kithline("import", "--undo", "monday").stdout
    listed = kithline("batches").stdout
    sent = kithline("import", folder, "--batch", "monday").stdout

    assert tried.startswith("monday: would take out 2 events and 1 rows, ")
    stays = "  stays, also if it came with it: dataset.json's settings, and a ground they brought: "
    assert tried.splitlines()[1].startswith(stays)
    assert (
        undone.splitlines()[0] == "monday: took out 2 events and 1 rows, 0 rows as they were before, 0 left as they are"
    )
    assert undone.splitlines()[1:] == tried.splitlines()[1:]
    assert listed == "monday  0 events, 0 rows  undone\n"
    assert "events: 2 accepted" in sent


def test_rows_that_were_changed_since_are_named(kithline, folder, tmp_path):
    kithline("import", folder, "--batch", "monday")
    (tmp_path / "populations.ndjson").write_text('{"group": "employee", "count": 12}\n')
    kithline("import", tmp_path / "populations.ndjson", "--batch", "tuesday")

    told = kithline("import", "--undo", "monday").stdout

    assert told.splitlines()[1] == "  changed since: populations group=employee"


@pytest.mark.parametrize(
    ("named", "said"),
    [((), "name a folder or file to send"), ((".", "--undo", "monday"), "leave the folder or file out")],
)
def test_an_import_sends_something_or_takes_something_back(offline, named, said):
    done = offline("import", *named)

    assert (done.exit_code, said in done.output) == (2, True)


def test_an_import_that_is_not_there_is_refused(kithline):
    done = kithline("import", "--undo", "never")

    assert (done.exit_code, "there is no import called 'never'" in done.stderr) == (1, True)


class Steps:
    """A server that undoes an import in steps."""

    def __init__(self, *told):
        self.told, self.asked = list(told), []

    def ask(self, method, path, body):
        self.asked.append((method, path, body))
        return self.told.pop(0)


def step(done, **more):
    return {
        "batch": "b",
        "done": done,
        "events": 5,
        "removed": 0,
        "restored": 0,
        "left_alone": 0,
        "left": [],
        "stays": [],
        **more,
    }


def test_a_large_import_is_undone_step_by_step(capsys):
    server = Steps(step(False), step(False), step(True, events=2, removed=3))

    corrections.take_back(server, "b", "r", dry_run=False, as_json=False)

    assert len(server.asked) == 3
    assert capsys.readouterr().out.startswith("b: took out 12 events and 3 rows")


def test_a_large_import_is_tried_in_one_step(capsys):
    server = Steps(step(False))

    corrections.take_back(server, "b", "r", dry_run=True, as_json=False)

    assert server.asked[0][1] == "/v1/batches/b/undo?dry_run=true"
    assert "would take out 5 or more events" in capsys.readouterr().out
