"""The method pages' examples, computed, and every measure of the manifest named on its page."""

import csv
import re
from pathlib import Path

import pytest

from kithline_sdk.testing import scorer_entry

METHODS = Path(__file__).parents[3] / "docs/methods"
KEYS = ("maturity.depth", "kithline.verdict")


def page(key):
    return (METHODS / f"{key}.md").read_text(encoding="utf-8")


def values(key):
    return re.findall(r"^\| `([^`]+)` \| (.+?) \|$", page(key).partition("## An example")[2], re.MULTILINE)


def rows(key, name):
    block = re.search(rf'```csv title="{name}"\n(.*?)```', page(key), re.DOTALL)
    return list(csv.DictReader(block.group(1).splitlines()))


@pytest.mark.parametrize(("measure", "value"), values("maturity.depth"))
def test_the_example_of_the_ladder_holds(depth, five, answers, measure, value):
    sheet = {row["part"]: [int(row[str(n)]) for n in range(1, 6)] for row in rows("maturity.depth", "answers")}

    found = depth(five, answers(sheet, confirmed_by="a customer"))

    assert found.measures[measure] == pytest.approx(eval(value), abs=1e-9)


@pytest.mark.parametrize(("measure", "value"), values("kithline.verdict"))
def test_the_example_of_the_verdict_holds(verdict, ladder, measure, value):
    heights = {row["group"]: int(row["passed"]) for row in rows("kithline.verdict", "ladders")}

    found = verdict(ladder(heights))

    assert found.measures[measure] == eval(value)
    assert found.intervals["distance"] == (1.0, 1.0)


@pytest.mark.parametrize("key", KEYS)
def test_every_measure_of_the_manifest_stands_on_its_page(key):
    names = scorer_entry("kithline_maturity", key)["measures"]

    assert [name for name in names if f"`{name}`" not in page(key)] == []
