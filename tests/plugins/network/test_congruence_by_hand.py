"""The method page's example of interfaces.congruence, computed."""

import csv
import math
import re
from pathlib import Path

import pytest

from kithline_network.congruence.scorer import Congruence
from kithline_sdk.testing import declared, run, scorer_entry, snapshot

PAGE = (Path(__file__).parents[3] / "docs/methods/interfaces.congruence.md").read_text()
VALUES = re.findall(r"^\| `([^`]+)` \| (.+?) \|$", PAGE, re.MULTILINE)


def _rows(name: str) -> list[dict[str, object]]:
    block = re.search(rf'```csv title="{name}"\n(.*?)```', PAGE, re.DOTALL)
    assert block is not None
    rows = [{key: cell or None for key, cell in row.items()} for row in csv.DictReader(block.group(1).splitlines())]
    return [{**row, "weight": float(row["weight"])} if row.get("weight") else row for row in rows]


def _example():
    tables = {"memberships": _rows("people"), "ties": _rows("ties"), "interfaces": _rows("interfaces")}
    whole = snapshot({**tables, "focal": [{"organisation": "us"}]}, ("2026-01-01", "2026-04-01"))
    return run(Congruence(), declared(whole, scorer_entry("kithline_network", "interfaces.congruence")), no_floor=True)


@pytest.mark.parametrize(("measure", "value"), VALUES)
def test_the_example_of_the_method_page_holds(measure, value):
    assert math.isclose(_example().measures[measure], eval(value), rel_tol=1e-12)


def test_the_example_names_exactly_what_is_missing():
    found = _example()

    assert {name for name in found.measures if name.startswith("missing.")} == {
        "missing.A.C",
        "missing.A.S",
        "missing.B.C",
    }
    assert found.tables["surplus"] == [{"a": "C", "b": "S"}]


def test_every_measure_of_the_manifest_stands_on_the_method_page():
    names = scorer_entry("kithline_network", "interfaces.congruence")["measures"]

    assert [name for name in names if f"`{name}`" not in PAGE] == []
