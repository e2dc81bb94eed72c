"""What a score hangs on, on the command line."""

import json
from datetime import UTC, datetime

import pytest

from helpers.supposing import shipped
from kithline_cli import sensitivity
from kithline_core.dataset import write
from kithline_core.dataset.folder import Dataset
from kithline_core.model.datasets import Dataset as Settings
from kithline_core.model.rows import AnswerRow


@pytest.fixture(scope="module")
def asking(installation, tmp_path_factory):
    """A tenant that answered the questions of the quick scan alone."""
    tenant, folder = installation.tenant("sensitivity"), tmp_path_factory.mktemp("assessed") / "data"
    data = Dataset(settings=Settings(title="Assessed", nature="synthetic"))
    data.rows["answers"] = [
        AnswerRow(
            questionnaire="depth.quick", version="1", assessment="autumn", item=one.item, role="assessor",
            evidence="minutes", value=one.maximum, dated=datetime(2025, 11, 17, 9, tzinfo=UTC),
        )
        for one in shipped()["depth.quick"].items
    ]  # fmt: skip
    write.write(folder, data)
    installation.run("import", folder, **tenant)
    installation.run("run", "--to", "2026-01-01", "--scorer", "maturity.depth", **tenant)
    return tenant


def test_it_says_what_was_left_out_and_what_each_gate_does(kithline, asking, monkeypatch):
    for name, value in asking.items():
        monkeypatch.setenv(name, value)

    done, told = kithline("sensitivity", "maturity.depth"), kithline("sensitivity", "maturity.depth", "--json")

    assert done.exit_code == 0, done.output
    found = json.loads(told.stdout)
    assert done.stdout.splitlines() == sensitivity.lines(found)
    assert found["hypothetical"]
    questions = found["left_out"][0]
    assert questions["tried"] == len(shipped()["depth.quick"].items)
    assert f"({questions['tried']} of {questions['of']} tried)" in done.stdout


ONE = {
    "kind": "item", "tried": 40, "of": 340, "withheld": 2, "change": [-2.0, 1.5], "level_holds": False,
    "most": {"name": "L2.8", "change": -2.0}, "why": None,
}  # fmt: skip
GATE = {"what": "attainment", "have": 0.5277, "need": 0.7, "gain": 6.2, "level": 2, "why": None}


def told(**more):
    return sensitivity.lines(
        {
            "scorer": "s",
            "status": "ok",
            "score": 50.0,
            "level": 1,
            "alone": [],
            "alone_why": None,
            "left_out": [],
            **more,
        }
    )


def test_a_range_is_one_line():
    (line,) = told(left_out=[ONE])[3:]

    assert line == (
        "  questions: -2 to +1.5 points (40 of 340 tried, heaviest first); most without L2.8 (-2); "
        "the level does not always hold; 2 withheld"
    )
    plain = {**ONE, "kind": "person", "tried": 5, "of": 5, "withheld": 0, "most": None}
    assert told(left_out=[plain])[3] == "  people: -2 to +1.5 points (5 of 5 tried); the level does not always hold"
    assert told(left_out=[{**plain, "level_holds": None}])[3].endswith("tried)")
    assert told(left_out=[{**plain, "level_holds": True}])[3].endswith("the level holds")
    assert told(left_out=[{**plain, "change": None, "why": "unknown: few"}])[3] == "  people: unknown: few"


def test_gates_and_drivers_are_one_line_each():
    driver = {"what": "reach at its next cut-off", "have": "x", "need": None, "gain": None, "level": None, "why": "no"}

    lines = told(alone=[GATE, driver], alone_why="but")

    assert lines[2:5] == [
        "  but", "  attainment: 0.528, needs 0.7; +6.2 points, level 2", "  reach at its next cut-off: not known; no",
    ]  # fmt: skip


def test_what_has_no_score_is_told_by_its_status():
    assert told(score=None, level=None, status="insufficient")[0] == "s: insufficient"
