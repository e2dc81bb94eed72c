"""The page about evidence names every state, every reason and every code why ids are not listed, and no others."""

from typing import get_args

from helpers import pages
from kithline_cli.evidence import HELD_BACK
from kithline_core.engine.lineage import IDS
from kithline_core.model.evidence import State
from kithline_core.questions import listing, recounting
from kithline_sdk.catalogue import CATALOGUE

PAGE = pages.read("evidence.md")


def first(heading):
    """Return what stands in backticks in the first column below a heading."""
    return [code for row in pages.rows(pages.section(PAGE, heading)) for code in pages.codes(row[0])]


def test_every_state_and_reason_is_there():
    assert sorted(first("What a finding says")) == sorted({*get_args(State), *recounting.REASONS})


def test_every_code_why_ids_are_not_listed_is_there_and_in_the_words_of_the_command():
    assert sorted(first("What is not listed")) == sorted(listing.WHY) == sorted(HELD_BACK)


def test_what_makes_an_id_names_nobody():
    assert not [name for name, columns in IDS.items() for one in columns if CATALOGUE[name][one] == "person"]
