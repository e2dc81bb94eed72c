"""The page of rules names modules and tests that exist, and every rule."""

import re
from importlib.util import find_spec

import pytest

from helpers import pages

PAGE = pages.read("engine-rules.md")
ROWS = pages.rows(pages.section(PAGE, "Where each rule is held"))
ROOT = pages.DOCS.parent


def test_all_fifteen_rules_stand_on_the_page():
    assert {int(row[0].split()[0]) for row in ROWS} == set(range(1, 16))
    assert all(pages.codes(row[2]) and pages.codes(row[3]) for row in ROWS)


@pytest.mark.parametrize("name", sorted({name for row in ROWS for name in pages.codes(row[2])}))
def test_a_module_that_the_page_names_is_there(name):
    assert find_spec(name) is not None


@pytest.mark.parametrize("name", sorted({name for row in ROWS for name in pages.codes(row[3])}))
def test_a_test_that_the_page_names_is_there(name):
    file, _, test = name.partition("::")

    assert re.search(rf"^(async )?def {test}\(", (ROOT / file).read_text(), re.MULTILINE)
