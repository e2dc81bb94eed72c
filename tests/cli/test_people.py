"""Links between ids and disputes, from the command line."""

import json

import pytest

from kithline_cli import disputes
from kithline_core.dataset import write
from kithline_core.dataset.folder import Dataset
from kithline_core.model.datasets import Dataset as Settings
from kithline_core.model.rows import OrganisationRow, PersonRow


@pytest.fixture
def filled(kithline, tmp_path):
    """The command of a tenant with two spellings of one person, and one company."""
    dataset = Dataset(settings=Settings(nature="synthetic"))
    dataset.rows["people"] = [PersonRow(person="ann", organisation="client", leader=True), PersonRow(person="Ann")]
    dataset.rows["organisations"] = [OrganisationRow(organisation="client", tier=1)]
    write.write(tmp_path / "people", dataset)
    assert kithline("import", tmp_path / "people").exit_code == 0
    return kithline


def answer(done):
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_two_spellings_are_suggested_looked_at_linked_and_taken_back(filled):
    assert "no link was ever made" in filled("identity", "list").stdout
    assert filled("identity", "suggest").stdout == "person  ann -> Ann  same_form 0.95\n"
    shown = filled("identity", "preview", "person", "Ann", "ann").stdout
    made = answer(filled("identity", "link", "person", "Ann", "ann", "--reason", "same badge", "--json"))
    linked = filled("identity", "list").stdout
    undone = filled("identity", "undo", made["id"])
    listed = answer(filled("identity", "list", "--json"))

    assert "all under ann:\n" in shown
    assert "organisation client" in shown
    assert "figures: " in shown
    assert linked == f"{made['id']}  person  Ann -> ann  (same badge)\n"
    assert undone.stdout == "Ann counts for itself again\n"
    assert listed[0]["undone_at"] is not None
    assert "taken back at" in filled("identity", "list").stdout
    assert "counts for ann" in filled("identity", "link", "person", "Ann", "ann").stdout
    assert "no two ids" in filled("identity", "suggest").stdout


def test_a_dispute_is_opened_looked_at_and_accepted(filled):
    asked = ("--claim", "organisation=agency", "--claim", "valid_from=2026-01-05", "--claim", "leader=false",
             "--reason", "contractor", "--by", "the person")  # fmt: skip
    made = answer(filled("disputes", "open", "person", "ann", "--row", "organisation=client", *asked, "--json"))

    assert f"{made['id']}  open  person ann: contractor" in filled("disputes", "list", "--state", "open").stdout
    shown = filled("disputes", "preview", made["id"]).stdout
    now, then = shown.split("then:")
    assert ("agency" in now, "agency" in then, "leader False" in then) == (False, True, True)
    assert "accepted" in filled("disputes", "accept", made["id"], "--reason", "so it is").stdout
    assert len(answer(filled("disputes", "list", "--json"))) == 1
    assert filled("disputes", "accept", made["id"], "--reason", "again").exit_code == 1


def test_a_dispute_is_refused_with_its_reason(filled):
    done = filled("disputes", "open", "organisation", "client", "--claim", "tier=2", "--claim", "role=",
                  "--reason", "r", "--by", "them")  # fmt: skip
    assert "kithline disputes preview" in done.stdout
    found = answer(filled("disputes", "list", "--json"))[0]

    assert found["claimed"]["tier"] == 2
    assert "refused" in filled("disputes", "refuse", found["id"], "--reason", "no").stdout
    assert "no disputes" in filled("disputes", "list", "--state", "accepted").stdout


@pytest.mark.parametrize("told", ["organisation", "valid_from=soon"])
def test_what_is_no_cell_is_wrong_usage(offline, told):
    done = offline("disputes", "open", "person", "ann", "--claim", told, "--reason", "r", "--by", "b")

    assert done.exit_code == 2


def test_a_cell_is_read_by_its_column():
    cells = [
        disputes.Cell().convert(text, None, None) for text in ("tier=2", "tier=two", "leader=true", "rank=2", "rank=")
    ]

    assert cells == [("tier", 2), ("tier", "two"), ("leader", True), ("rank", "2"), ("rank", None)]
