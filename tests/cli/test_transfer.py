import json
import os

import msgspec
import pytest

from helpers import agreed
from kithline_cli import importing, transfer
from kithline_core.dataset import write
from kithline_core.dataset.read import read
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
    assert "  row 1" in done.stdout


def test_of_many_faults_the_first_are_printed():
    faults = [{"line": number, "message": "no"} for number in range(1, 101)]
    counts = {**dict.fromkeys(transfer.COUNTED, 0), "rejected": 100, "errors": faults}

    told = list(importing.told({"events": counts}))

    assert len(told) == importing.SHOWN + 2
    assert told[-1] == "  and 80 or more others; --json names more"


def test_rows_of_a_later_batch_are_counted_from_the_first(monkeypatch):
    monkeypatch.setattr(transfer, "LINES", 2)

    class Refusing:
        def ask(self, *_, **__):
            return {"rejected": 1, "errors": [{"line": 1, "message": "no"}, {"message": "the whole"}]}

    rows = [TieRow(actor="a", target=str(number)) for number in range(3)]
    report = transfer._file(Refusing(), "ties", rows, lambda *_: None)

    assert [one.get("line") for one in report["errors"]] == [1, None, 3, None]


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
