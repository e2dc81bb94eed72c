"""The method page's worked examples, run as they stand there."""

import re
from pathlib import Path

import pytest

from kithline_purpose import tokens, wording
from kithline_purpose.parameters import Params
from kithline_sdk.testing import scorer_entry

PAGE = (Path(__file__).parents[3] / "docs" / "methods" / "purpose.clarity.md").read_text()
EXAMPLE = re.search(r"```text\n(.*?)\n```", PAGE, re.DOTALL)[1]
VALUES = dict(re.findall(r"^\| (\w+) \| ([\d.]+) \|$", PAGE, re.MULTILINE))
LISTS = re.findall(r"^\| (.+) \| (\d+) \| (\d+) \|$", PAGE, re.MULTILINE)


def test_the_worked_example_gives_the_figures_of_the_page(score, answers):
    polled = answers("welding", need=[5] * 14 + [2] * 6, want=[4] * 12 + [3] * 8)
    found = score([{"community": "welding", "purpose": EXAMPLE, "asked": 50}], answers=polled)
    told = {**found.measures, "score": found.score}

    assert len(VALUES) == 9
    assert {name: round(told[name], 4) for name in VALUES} == {name: float(value) for name, value in VALUES.items()}


@pytest.mark.parametrize(("text", "z", "corrected"), LISTS)
def test_the_correction_is_what_the_page_says(text, z, corrected):
    found = wording.measure(wording.read(tokens.sentences(tokens.normal(text)), "en"), Params())

    assert (found.z, found.z_corrected) == (float(z), float(corrected))


def test_the_page_names_every_further_measure():
    page = PAGE.partition("## Further measures")[2]
    known = {"z", "text_part", "slots", "specific", "needed", "motivating", "tool_share", "words"}

    assert not [
        name
        for name in scorer_entry("kithline_purpose", "purpose.clarity")["measures"]
        if name not in known and f"`{name}`" not in page
    ]
