"""The method page's example, computed."""

import csv
import math
import re
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[3] / "docs/methods/supply.collaboration.md").read_text()
VALUES = re.findall(r"^\| `([^`]+)` \| (.+?) \|$", PAGE, re.MULTILINE)


def _rows(name: str) -> list[dict[str, str | None]]:
    block = re.search(rf'```csv title="{name}"\n(.*?)```', PAGE, re.DOTALL)
    assert block is not None
    return [{key: cell or None for key, cell in row.items()} for row in csv.DictReader(block.group(1).splitlines())]


def _rise(x: float, m: float, h: float) -> float:
    return 0.5 * math.erfc(-math.log(x / m) / math.log(h / m) * 1.2815515655446004 / math.sqrt(2))


def _value(text: str) -> float:
    return eval(text, {"ln": math.log, "rise": _rise})


@pytest.fixture(scope="module")
def example(score):
    organisations = _rows("organisations")
    contact = {"verb": "posted", "recipients": 1, "count": 1}
    tables = {
        "organisations": organisations,
        "memberships": [{"person": row["organisation"], "organisation": row["organisation"]} for row in organisations],
        "tie_day": [
            {**row, **contact, "day": day} for row in _rows("contacts") for day in ("2026-01-05", "2026-02-05")
        ],
        "item_use": [{**row, "day": "2026-01-05"} for row in _rows("items")],
    }
    return score(tables)


@pytest.mark.parametrize(("measure", "value"), VALUES)
def test_the_example_of_the_method_page_holds(example, measure, value):
    assert math.isclose(example.measures[measure], _value(value), rel_tol=1e-12)


def test_the_score_of_the_example_is_the_weighted_mean(example):
    value = {name: _value(text) for name, text in VALUES}
    parts = 0.25 * 3 / 5 + 0.15 + 0.15 * value["density"] + 0.15 + 0.075 * value["practice"] + 0.075 / 3

    assert example.level == 3
    assert math.isclose(example.score, parts / 0.85, rel_tol=1e-12)


def test_every_measure_of_the_manifest_stands_on_the_method_page(entry):
    assert [name for name in entry["measures"] if f"`{name}`" not in PAGE] == []
