"""The method page's example of people.dependency, computed."""

import csv
import math
import re
from pathlib import Path

import pytest

from kithline_network.dependency.scorer import Dependency
from kithline_sdk.stats import rise
from kithline_sdk.testing import declared, run, scorer_entry, snapshot

PAGE = (Path(__file__).parents[3] / "docs/methods/people.dependency.md").read_text()
VALUES = re.findall(r"^\| `([^`]+)` \| (.+?) \|$", PAGE, re.MULTILINE)


def _rows(name: str) -> list[dict[str, object]]:
    block = re.search(rf'```csv title="{name}"\n(.*?)```', PAGE, re.DOTALL)
    assert block is not None
    rows = csv.DictReader(block.group(1).splitlines())
    return [{**row, "count": int(row["count"])} if "count" in row else {**row} for row in rows]


def _example():
    whole = snapshot({"activity_day": _rows("activity"), "ties": _rows("ties")}, ("2026-01-01", "2026-04-01"))
    return run(Dependency(), declared(whole, scorer_entry("kithline_network", "people.dependency")))


@pytest.mark.parametrize(("measure", "value"), VALUES)
def test_the_example_of_the_method_page_holds(measure, value):
    assert math.isclose(_example().measures[measure], eval(value), rel_tol=1e-12)


def test_the_example_scores_by_the_two_parts():
    found = _example()

    assert found.score == pytest.approx(0.5 * rise(1, 3, 10) + 0.5 * 2 / 6, abs=1e-12)
    assert sum(driver.contribution for driver in found.drivers) == pytest.approx(found.score, abs=1e-12)


def test_every_measure_of_the_manifest_stands_on_the_method_page():
    names = scorer_entry("kithline_network", "people.dependency")["measures"]

    assert [name for name in names if f"`{name}`" not in PAGE] == []
