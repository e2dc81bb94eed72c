"""The method page's example, computed."""

import csv
import math
import re
from pathlib import Path

import pytest

from kithline_network import Silos
from kithline_sdk.testing import declared, run, scorer_entry, snapshot

PAGE = (Path(__file__).parents[3] / "docs/methods/silos.internal.md").read_text()
VALUES = re.findall(r"^\| `([^`]+)` \| (.+?) \|$", PAGE, re.MULTILINE)


def _rows(name: str) -> list[dict[str, object]]:
    block = re.search(rf'```csv title="{name}"\n(.*?)```', PAGE, re.DOTALL)
    assert block is not None
    return list(csv.DictReader(block.group(1).splitlines()))


@pytest.mark.parametrize(("measure", "value"), VALUES)
def test_the_example_of_the_method_page_holds(measure, value):
    example = snapshot({"memberships": _rows("people"), "ties": _rows("ties")}, ("2026-01-01", "2026-04-01"))

    found = run(Silos(), declared(example, scorer_entry("kithline_network", "silos.internal")), no_floor=True)

    assert math.isclose(found.measures[measure], eval(value), rel_tol=1e-12)


def test_every_measure_of_the_manifest_stands_on_the_method_page():
    names = scorer_entry("kithline_network", "silos.internal")["measures"]

    missing = [name for name in names if f"`{name}`" not in PAGE]

    assert missing == []
