"""`kithline connect`: the list, a reading, and the skeleton of a plugin that passes its own test."""

import json
import subprocess
import sys

import pytest

from kithline_core.dataset.read import read as read_dataset
from plugins.connectors import samples


@pytest.fixture
def staff(tmp_path):
    path = tmp_path / "staff.csv"
    path.write_bytes(samples.HR)
    return path


def test_the_list_names_every_connector_with_what_it_reads(offline):
    found = json.loads(offline("connect", "list", "--json").output)

    assert {one["key"] for one in found} >= {"hr.list", "hr.scim", "viva.engage", "slack.export"}
    assert "Slack export (.zip)" in offline("connect", "list").output


def test_an_export_becomes_a_folder_and_faults_make_exit_code_one(offline, staff, tmp_path):
    with staff.open("ab") as file:
        file.write(b";X;;;;;\n")

    done = offline("connect", "run", "hr.list", staff, "--option", "delimiter=;", "--out", tmp_path / "out")

    assert (done.exit_code, len(read_dataset(tmp_path / "out").rows["people"])) == (1, 2)
    assert "line 4: the line names nobody (no_person)" in done.output


def test_a_dry_run_prints_the_counts(offline, staff):
    done = offline("connect", "run", "hr.list", staff, "--option", "delimiter=;", "--dry-run", "--json")

    assert (done.exit_code, json.loads(done.stdout)["rows"]) == (0, {"people": 2})


def test_what_is_left_out_by_design_is_told_and_leaves_the_exit_code_at_zero(offline, tmp_path):
    (tmp_path / "viva.zip").write_bytes(samples.zipped(samples.VIVA))

    done = offline("connect", "run", "viva.engage", tmp_path / "viva.zip", "--dry-run")

    assert (done.exit_code, "(left_out)" in done.output) == (0, True)


def test_many_faults_are_told_in_part(offline, tmp_path):
    (tmp_path / "x.csv").write_bytes(b"person,department\n" + b",x\n" * 30)

    done = offline("connect", "run", "hr.list", tmp_path / "x.csv", "--dry-run")

    assert "no rows" in done.output
    assert "and 10 others" in done.output


def test_an_option_without_a_value_is_refused(offline, staff):
    done = offline("connect", "run", "hr.list", staff, "--option", "delimiter", "--dry-run")

    assert done.exit_code == 3
    assert "NAME=VALUE" in done.output


def test_an_unreadable_export_has_exit_code_three(offline, tmp_path):
    (tmp_path / "x.zip").write_bytes(b"no zip")

    assert offline("connect", "run", "slack.export", tmp_path / "x.zip", "--out", tmp_path / "out").exit_code == 3
    assert not (tmp_path / "out").exists()


def test_the_skeleton_passes_its_own_test(offline, tmp_path):
    done = offline("connect", "new", "acme.tickets", tmp_path / "new", "--json")

    assert len(json.loads(done.stdout)["files"]) == 4
    passed = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "/dev/null", "--rootdir", ".", "tests"],
        cwd=tmp_path / "new", env={"PYTHONPATH": "src", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "1 passed" in passed.stdout, passed.stdout + passed.stderr


def test_a_key_that_is_none_is_refused(offline, tmp_path):
    assert offline("connect", "new", "Tickets", tmp_path / "new").exit_code == 3


def test_without_a_folder_the_rows_are_sent(kithline, staff, tmp_path):
    options = ["--option", "delimiter=;", "--option", "group=supplier", "--json"]
    (tmp_path / "nothing").mkdir()

    assert kithline("connect", "run", "hr.list", staff, *options).exit_code == 1
    kithline("import", tmp_path / "nothing", "--ground", "suppliers")
    done = kithline("connect", "run", "hr.list", staff, *options)

    assert json.loads(done.stdout)["sent"]["people"]["accepted"] == 2


def test_what_was_sent_is_told(kithline, staff, tmp_path):
    (tmp_path / "nothing").mkdir()
    kithline("import", tmp_path / "nothing", "--ground", "suppliers")

    done = kithline("connect", "run", "hr.list", staff, "--option", "delimiter=;", "--option", "group=supplier")

    assert "sent people: 2 accepted" in done.output


def test_a_row_that_the_server_refuses_is_told_and_fails_the_command(kithline, tmp_path):
    kithline("grounds", "open", "--template", "suppliers", "--signed-by", "the board")
    (tmp_path / "x.csv").write_bytes(b"person,group\nann,supplier\nbob,employee\n")

    done = kithline("connect", "run", "hr.list", tmp_path / "x.csv")

    assert done.exit_code == 1, done.output
    assert "sent people: 1 accepted, 1 rejected" in done.output
    assert "/group: no processing ground in force covers employee" in done.output
