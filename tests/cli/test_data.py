import json

import pytest

from kithline_core.dataset.folder import SETTINGS
from kithline_core.dataset.schema import names


def test_a_new_folder_holds_every_file_and_is_valid(offline, tmp_path):
    made = offline("dataset", "new", tmp_path / "data", "--json")

    files = {path.rsplit("/", 1)[-1] for path in json.loads(made.stdout)["files"]}
    assert {f"{name}.csv" for name in names() if "." not in name and name != "questionnaire"} <= files
    assert {SETTINGS, "value.json"} <= files
    assert offline("validate", tmp_path / "data").exit_code == 0


def test_a_folder_that_holds_something_is_left_alone(offline, example):
    before = sorted(path.read_bytes() for path in example.glob("*.csv"))

    done = offline("dataset", "new", example)

    assert done.exit_code == 3
    assert "name a new folder" in done.stderr
    assert sorted(path.read_bytes() for path in example.glob("*.csv")) == before


def test_validate_counts_rows_and_says_who_can_run(offline, example):
    value = json.loads(offline("validate", example, "--json").stdout)

    assert value["rows"]["people"] == 5
    assert value["scorers"]["kithline.verdict"] == {"runs": True, "needs": []}
    assert "people: 5 rows" in offline("validate", example).stdout


def test_validate_says_in_the_words_of_the_folder_what_a_scorer_needs(offline, tmp_path):
    (tmp_path / "empty").mkdir()

    done = offline("validate", tmp_path / "empty")

    assert done.exit_code == 0
    assert "the folder is empty" in done.stdout
    assert "silos.internal: needs events or ties or group_ties\n" in done.stdout
    assert "kithline.verdict: needs maturity.depth or" in done.stdout


def test_validate_lists_every_error_at_once(offline, example):
    (example / "notes.txt").write_text("mine")
    (example / "dataset.json").write_text("{")
    (example / "ratings.csv").write_text("object,rater,value\na,,1\n")

    done = offline("validate", example)

    assert done.exit_code == 3
    assert {line.split(":")[1].strip() for line in done.stderr.splitlines()} == {
        "notes.txt",
        "dataset.json",
        "ratings.csv",
    }


def test_schema_without_a_file_lists_every_name(offline):
    assert offline("schema").stdout.split() == names()
    assert json.loads(offline("schema", "--json").stdout) == names()


@pytest.mark.parametrize("name", names())
def test_every_file_has_a_schema(offline, name):
    assert offline("schema", name).exit_code == 0
    assert json.loads(offline("schema", name, "--json").stdout)["file"] == name


def test_a_schema_shows_columns_and_the_values_they_allow(offline):
    shown = offline("schema", "people.csv").stdout

    assert "person" in shown
    assert "competitor, customer, employee, other, partner, shareholder, supplier" in shown


def test_a_file_that_the_format_does_not_know_is_invalid(offline):
    done = offline("schema", "contracts.csv")

    assert done.exit_code == 3
    assert "known are organisations" in done.stderr


def test_validate_asks_about_communities_that_look_sensitive(offline, tmp_path):
    (tmp_path / "communities.csv").write_text(
        "community,name,sensitive\nc1,Gewerkschaft Nord,\nc2,Gewerkschaft Sued,true\nc3,Quality,\n"
    )

    told = offline("validate", tmp_path)
    asked = json.loads(offline("validate", tmp_path, "--json").stdout)["questions"]

    assert "is the community 'c1' sensitive (union: 'gewerkschaft')?" in told.stdout
    assert [one["community"] for one in asked] == ["c1"]
