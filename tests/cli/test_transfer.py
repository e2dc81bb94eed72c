import csv
import json
import os

import msgspec
import pytest

from helpers import agreed
from kithline_cli import importing, transfer, uncovered
from kithline_cli.output import Halted
from kithline_cli.uncovered import Lines
from kithline_core.dataset import write
from kithline_core.dataset.read import read, read_table
from kithline_core.errors import DatasetError, Unavailable
from kithline_core.model.identities import IdentityRow
from kithline_core.model.questionnaires import Item, Questionnaire
from kithline_core.model.rows import TieRow


def test_a_folder_goes_to_the_server_and_comes_back(kithline, example, tmp_path):
    sent = kithline("import", example, "--json")
    assert sent.exit_code == 0, sent.output
    assert json.loads(sent.stdout)["people"]["accepted"] == 5

    assert kithline("export", tmp_path / "back").exit_code == 0

    files = {path.name for path in example.rglob("*.*")}
    assert {path.name for path in (tmp_path / "back").rglob("*.*")} == files
    scored = [kithline("score", folder, "--json").stdout for folder in (example, tmp_path / "back")]
    assert scored[0] == scored[1]


def test_sending_a_folder_again_changes_nothing(kithline, example):
    kithline("import", example)

    again = kithline("import", example)

    assert "people: 5 duplicates\n" in again.stdout
    assert "accepted" not in again.stdout


def test_private_data_about_people_need_a_ground_and_the_refusal_names_the_command(kithline, private):
    refused = kithline("import", private)

    assert refused.exit_code == 1
    assert f"kithline import {private} --ground NAME" in refused.stderr
    assert "employees" in refused.stderr


def test_grounds_that_are_named_are_taken_once(kithline, private, tmp_path):
    (tmp_path / "agreed.json").write_text(json.dumps(agreed.asked()))
    grounds = ("--ground", tmp_path / "agreed.json", "--ground", "suppliers")

    for _ in range(2):
        assert kithline("import", private, *grounds).exit_code == 0

    with transfer.Client(os.environ["KITHLINE_URL"], os.environ["KITHLINE_KEY"]) as client:
        assert len(list(client.pages("/v1/grounds"))) == 2


def test_a_ground_over_employees_says_what_has_to_be_named(kithline, private):
    done = kithline("import", private, "--ground", "employees")

    assert done.exit_code == 3
    assert "/works_agreement" in done.stderr


def test_a_file_that_holds_no_ground_is_named(kithline, private, tmp_path):
    (tmp_path / "none.json").write_text("[]")

    done = kithline("import", private, "--ground", tmp_path / "none.json")

    assert done.exit_code == 3
    assert "none.json" in done.stderr
    assert kithline("import", private, "--ground", tmp_path / "absent.json").exit_code == 3


def test_a_ground_that_does_not_exist_is_invalid_and_the_others_are_named(kithline, private):
    done = kithline("import", private, "--ground", "curiosity")

    assert done.exit_code == 3
    assert "suppliers" in done.stderr


def test_lines_that_are_not_taken_are_named_and_fail_the_command(kithline, example):
    kithline("import", example)
    header, *rows = (example / "events.csv").read_text().splitlines()
    (example / "events.csv").write_text("\n".join([header, rows[0].replace("cat", "ann"), *rows[1:]]))

    done = kithline("import", example)

    assert done.exit_code == 1
    assert "events: 4 duplicates, 1 conflicts\n" in done.stdout
    assert "  line 2" in done.stdout


def test_of_many_faults_the_first_are_printed():
    faults = [{"line": number, "message": "no"} for number in range(1, 101)]
    counts = {**dict.fromkeys(transfer.COUNTED, 0), "rejected": 100, "errors": faults}

    told = list(importing.told({"events": counts}))

    assert len(told) == importing.SHOWN + 2
    assert told[-1] == "  and 80 or more others; --json names more"


def test_lines_of_later_batches_are_those_of_the_file(monkeypatch):
    monkeypatch.setattr(transfer, "LINES", 2)

    class Refusing:
        def ask(self, *_, **__):
            return {"rejected": 1, "errors": [{"line": 1, "message": "no"}, {"message": "the whole"}]}

    rows = [TieRow(actor="a", target=str(number)) for number in range(3)]
    report = transfer._file(Refusing(), "ties", Lines(rows, [2, 3, 5]), lambda *_: None)

    assert [one.get("line") for one in report["errors"]] == [2, None, 5, None]


LINES = {
    "csv": 'object,rater,item,value\nA,r,"i\nj",1\n\nA,r,i,1\nB,r,i,much\n',
    "ndjson": "".join(
        json.dumps(row) + "\n\n" for row in ({"object": "A", "rater": "r", "item": "i", "value": 1}, {"object": "B"})
    ),
}


@pytest.mark.parametrize(("form", "line"), [("csv", 6), ("ndjson", 3)])
def test_a_line_has_one_number_at_every_door(kithline, example, tmp_path, form, line):
    """As REST counts them, as an import in parts does, as a folder is checked, and as small files of a folder are sent."""
    kithline("import", example)
    path = tmp_path / f"ratings.{form}"
    path.write_text(LINES[form])
    kind = {"content-type": {"csv": "text/csv", "ndjson": "application/x-ndjson"}[form]}
    with transfer.Client(os.environ["KITHLINE_URL"], os.environ["KITHLINE_KEY"]) as client:
        over_rest = msgspec.json.decode(
            client.send("POST", "/v1/ratings:bulk", path.read_bytes(), headers=kind, params={"dry_run": "true"}).content
        )
    in_parts = json.loads(kithline("import", path, "--json").stdout)["ratings"]
    with pytest.raises(DatasetError) as checked:
        read_table(path)

    assert {one["line"] for one in over_rest["errors"]} == {one["line"] for one in in_parts["errors"]} == {line}
    assert all(problem.startswith(f"ratings.{form}:{line}: ") for problem in checked.value.problems)


def test_small_files_of_a_folder_count_lines_as_they_stand_there(kithline, example, tmp_path):
    kithline("import", example)
    header, *rows = (example / "events.csv").read_text().splitlines()
    other = rows[0].replace("cat", "ann").replace(rows[0].split(",")[0], rows[1].split(",")[0], 1)
    (example / "events.csv").write_text("\n".join([header, "", rows[0], rows[0], other]))

    kithline("import", example, "--rejects", tmp_path / "bad.csv")

    (one,) = csv.DictReader((tmp_path / "bad.csv").read_text().splitlines())
    assert (one["file"], one["line"], one["code"]) == ("events", "5", "conflict")


def test_who_has_no_ground_is_left_out_of_every_file_and_named(kithline, tmp_path):
    path = staffed(tmp_path)

    done = kithline("import", path, "--ground", "suppliers", "--rejects", tmp_path / "bad.csv")

    assert done.exit_code == 1, done.output
    assert "people: 2 accepted, 1 rejected\n" in done.stdout
    assert "line 3 /group: no processing ground in force covers employee;" in done.stdout
    assert "ties: 1 accepted, 2 rejected\n" in done.stdout
    rows = list(csv.DictReader((tmp_path / "bad.csv").read_text().splitlines()))
    assert [(row["file"], row["line"], row["pointer"], row["code"]) for row in rows] == [
        ("people", "3", "/group", "no_ground"),
        ("identities", "2", "/same_as", "no_ground"),
        ("ties", "2", "/target", "no_ground"),
        ("ties", "4", "/actor", "no_ground"),
    ]


@pytest.mark.parametrize("large", ["people", "ties"])
def test_files_too_large_to_look_for_them_stay_here(kithline, tmp_path, monkeypatch, large):
    path = staffed(tmp_path)
    tapes = {large: importing.Tape(path / f"{large}.csv")}
    monkeypatch.setattr(importing, "_tapes", lambda _: tapes)

    done = kithline("import", path, "--ground", "suppliers")

    assert done.exit_code == 1
    assert "too large to leave out here what speaks of them" in done.stderr
    with transfer.Client(os.environ["KITHLINE_URL"], os.environ["KITHLINE_KEY"]) as client:
        assert list(client.pages("/v1/ties")) == []


def test_organisations_are_nobody_who_was_refused():
    rows = [IdentityRow(kind=kind, id="e", same_as="x") for kind in ("organisation", "person")]

    kept, faults = uncovered.Refused(frozenset({"e"})).apart("identities", Lines(rows, [2, 3]))

    assert (list(kept.numbers), [one["line"] for one in faults]) == ([2], [3])


def staffed(tmp_path):
    """A private folder with two suppliers and an employee, whom no ground of suppliers covers."""
    path = tmp_path / "staffed"
    path.mkdir()
    (path / "dataset.json").write_text('{"nature":"private"}')
    (path / "people.csv").write_text("person,group\ns,supplier\ne,employee\nt,supplier\n")
    (path / "identities.csv").write_text("kind,id,same_as,rule\nperson,e2,e,by hand\norganisation,e,f,by hand\n")
    (path / "ties.csv").write_text("actor,target\ns,e\ns,t\ne,t\n")
    return path


def test_an_import_that_is_refused_half_way_says_what_is_in_and_goes_on(kithline, example, tmp_path):
    """Nobody may be named here without a ground: what is not about people is in, and the rest once there is one."""
    settings = json.loads((example / "dataset.json").read_text())
    (example / "dataset.json").write_text(json.dumps({**settings, "nature": "private"}))

    stopped = kithline("import", example, "--batch", "first try")
    told = json.loads(kithline("import", example, "--batch", "first try", "--json").stdout)["error"]

    assert stopped.exit_code == 1
    told_in, told_not = stopped.stderr.splitlines()[-3:-1]
    assert told_in.startswith("kithline: in: organisations (")
    assert told_not.startswith("kithline: not in, or in part: people; not in: ")
    assert f"`kithline import {example} --ground NAME --batch 'first try'`" in stopped.stderr
    assert (told["code"], told["stopped_in"], told["sent"]) == ("no_ground", "people", ["organisations"])

    with transfer.Client(os.environ["KITHLINE_URL"], os.environ["KITHLINE_KEY"]) as client:
        client.ask("POST", "/v1/grounds", {"template": "synthetic", "signed_by": "the board"})
        report = json.loads(kithline("import", example, "--batch", "first try", "--json").stdout)
        assert [one["batch"] for one in client.pages("/v1/batches")] == ["first try"]
    assert report["organisations"]["accepted"] == 0 < report["organisations"]["duplicates"]
    assert set(report) == {"organisations", *told["not_sent"], "people"}
    assert all(report[stem]["accepted"] for stem in (*told["not_sent"], "people"))


def test_on_trial_the_reason_alone_is_told(kithline, private):
    done = kithline("import", private, "--dry-run", "--json")

    assert done.exit_code == 1
    assert json.loads(done.stdout)["error"].keys() == {"code", "detail"}


def test_without_anything_left_it_says_so():
    halted = Halted(Unavailable("gone"), {}, "ties", [])

    assert halted.lines == ["ties: gone", "in: no file", "not in, or in part: ties"]


def test_batches_keep_to_lines_and_bytes(monkeypatch):
    rows = [TieRow(actor="a" * 50, target=str(number)) for number in range(7)]
    monkeypatch.setattr(transfer, "LINES", 3)
    assert [size for size, _ in transfer.batches(rows)] == [3, 3, 1]

    monkeypatch.setattr(transfer, "BYTES", 2 * len(msgspec.json.encode(rows[0])) + 2)
    assert [size for size, _ in transfer.batches(rows)] == [2, 2, 2, 1]
    assert list(transfer.batches([])) == []


def test_an_empty_tenant_exports_its_settings(kithline, tmp_path):
    done = kithline("export", tmp_path / "out")

    assert done.exit_code == 0
    assert "the tenant has no rows" in done.stdout
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["dataset.json"]


def test_an_export_says_what_it_leaves_behind(kithline, example, tmp_path):
    with (example / "people.csv").open() as file:
        header = file.readline().strip().split(",")
    (tmp_path / "people.csv").write_text(f"{','.join(header[:2])}\nrival,competitor\n")
    kithline("import", example)
    assert kithline("import", tmp_path / "people.csv").exit_code == 0
    event = {"id": "r1", "occurred_at": "2025-10-06T09:00:00Z", "actor": "rival", "verb": "posted"}
    (tmp_path / "events.ndjson").write_text(json.dumps(event) + "\n")
    assert kithline("import", tmp_path / "events.ndjson").exit_code == 0

    shown = kithline("export", tmp_path / "one").stdout
    told = json.loads(kithline("export", tmp_path / "two", "--json").stdout)

    assert shown.splitlines()[-1].startswith(
        "not in it: who was named a competitor's person, and how much such people did"
    )
    assert told["left_behind"] == {"competitors": transfer.BEHIND["competitors"]}
    assert not any(b"rival" in path.read_bytes() for path in (tmp_path / "two").rglob("*.*"))


def test_an_export_never_mixes_with_what_is_there(kithline, example):
    done = kithline("export", example)

    assert done.exit_code == 3
    assert "name a new folder" in done.stderr


def test_an_empty_folder_can_be_sent(kithline, tmp_path):
    (tmp_path / "empty").mkdir()

    assert kithline("import", tmp_path / "empty").stdout == "the folder is empty\n"


@pytest.mark.parametrize("command", ["import", "export"])
def test_without_a_server_nothing_is_sent_or_written(offline, example, tmp_path, command):
    folder = example if command == "import" else tmp_path / "out"

    done = offline(command, folder, "--url", "http://127.0.0.1:9", "--key", "k")

    assert done.exit_code == 4
    assert not (tmp_path / "out").exists()


def test_an_odd_name_of_a_questionnaire_travels(kithline, example, tmp_path):
    one = Questionnaire(questionnaire="100% ä?", version="1;#", items=[Item(item="i", text={"en": "?"})])
    write.questionnaire(example, one)

    assert kithline("import", example).exit_code == 0
    assert kithline("export", tmp_path / "back").exit_code == 0

    assert one in read(tmp_path / "back").questionnaires
