"""The method page's example of reach.ecosystem, computed."""

import csv
import math
import re
from pathlib import Path

import pytest

from kithline_network.reach.scorer import Reach
from kithline_sdk.testing import declared, run, scorer_entry, snapshot

PAGE = (Path(__file__).parents[3] / "docs/methods/reach.ecosystem.md").read_text()
VALUES = re.findall(r"^\| `([^`]+)` \| (.+?) \|$", PAGE, re.MULTILINE)
ENTRY = scorer_entry("kithline_network", "reach.ecosystem")


def _rows(name):
    block = re.search(rf'```csv title="{name}"\n(.*?)```', PAGE, re.DOTALL)
    assert block is not None
    rows = csv.DictReader(block.group(1).splitlines())
    return [{key: int(cell) if key == "count" else cell for key, cell in row.items()} for row in rows]


def _example():
    tables = {"memberships": _rows("people"), "ties": _rows("ties"), "populations": _rows("populations")}
    return run(Reach(), declared(snapshot(tables, ("2026-01-01", "2026-04-01")), ENTRY), no_floor=True)


@pytest.mark.parametrize(("measure", "value"), VALUES)
def test_the_example_of_the_method_page_holds(measure, value):
    assert math.isclose(_example().measures[measure], eval(value), rel_tol=1e-12)


def test_every_measure_of_the_manifest_stands_on_the_method_page():
    assert [name for name in ENTRY["measures"] if f"`{name}`" not in PAGE] == []


def test_every_parameter_stands_on_the_method_page():
    assert [name for name in ENTRY["parameters"] if name not in PAGE] == []
    assert "default, not calibrated" in PAGE
