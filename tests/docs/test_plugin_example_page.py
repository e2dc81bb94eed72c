"""What the page shows of the example plugin stands in it."""

import json
import re

import pytest

from helpers import pages
from helpers.pages import HOUSE

PAGE = pages.read("plugin-example.md")
PROJECT = HOUSE / "plugins" / "examples" / "reused-answers"
SHOWN = re.findall(r'^```(\w+) title="([^"]+)"\n(.*?)^```', PAGE, re.DOTALL | re.MULTILINE)
MANIFEST = json.loads((PROJECT / "src" / "reused_answers" / "kithline.json").read_text())


@pytest.mark.parametrize(("file", "text"), [(file, text) for kind, file, text in SHOWN if kind == "python"])
def test_code_that_is_shown_is_code_that_runs(file: str, text: str):
    assert text in (PROJECT / file).read_text()


@pytest.mark.parametrize("text", [text for kind, _, text in SHOWN if kind == "json"])
def test_what_is_shown_of_the_manifest_stands_in_it(text: str):
    ((name, value),) = json.loads(f"{{{text.strip().removesuffix(',')}}}").items()

    assert MANIFEST["scorers"][0][name] == value


def test_the_methods_page_is_whole_where_the_walk_points_to_it():
    methods = (PROJECT / "src" / "reused_answers" / "methods" / "answers.reuse.md").read_text()

    assert {"Formula", "Uncertainty", "Limits", "Sources"} <= set(pages.headings(methods))
    assert "Forging it is cheap, and seen" in methods
