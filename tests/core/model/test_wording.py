"""Messages about cells say in words, with an example, what is expected."""

import re
from typing import Literal

import msgspec
import pytest

from kithline_core.dataset import rows
from kithline_core.model import types, verbs
from kithline_core.model.rows import FILES
from kithline_core.model.wording import WORDS, worded

PATTERNS = re.compile(r'"pattern":"((?:[^"\\]|\\.)*)"')


def patterns(kind):
    """Return the patterns that the cells of a file are held to."""
    _, components = msgspec.json.schema_components([kind])
    return {msgspec.json.decode(f'"{one}"') for one in PATTERNS.findall(msgspec.json.encode(components).decode())}


@pytest.mark.parametrize("stem", FILES)
def test_every_pattern_of_a_file_has_words(stem):
    assert patterns(FILES[stem]) - WORDS.keys() == set()


@pytest.mark.parametrize("pattern", WORDS)
def test_the_example_is_one_and_the_words_show_no_pattern(pattern):
    told = worded(f"Expected `str` matching regex {pattern!r} - at `$.x`")

    assert told == f"Expected {WORDS[pattern]} - at `$.x`"
    examples = re.findall(r"`([^`]+)`", told.partition("such as")[2].partition(" - at")[0])
    assert all(re.search(pattern, one) for one in examples)


@pytest.mark.parametrize(
    ("stem", "cells", "column", "said"),
    [
        ("events", {"verb": "shouted"}, "verb", "a verb: posted, replied, .*, such as `custom:crm.called`"),
        ("events", {"actor": "a\0"}, "actor", "an id of one character or more"),
        ("roadmap", {"decides": "policy,seeding"}, "decides", "split by `;`, such as `policy;moderation`"),
        ("contributions", {"period": "first quarter"}, "period", "a period: `2026`"),
    ],
)
def test_a_cell_that_fits_no_pattern_is_told_in_words(stem, cells, column, said):
    with pytest.raises(rows.Unfit) as refused:
        rows.fitted(cells, FILES[stem])

    (told,) = [fault.message for fault in refused.value.faults if fault.column == column]
    assert re.search(said, told)
    assert "regex" not in told


def test_the_closed_verbs_are_those_that_are_mapped():
    assert list(types.CLOSED_VERBS) == [one.verb for one in verbs.VERBS]


def test_a_choice_is_listed_and_what_nobody_worded_stays():
    for told in ("(open|paused)", "(?:open|paused)"):
        assert worded(f"Expected `str` matching regex '^{told}$'") == "Expected one of open, paused"
    odd = "Expected `str` matching regex '^odd$'"
    assert worded(odd) == odd


def test_what_is_none_of_a_types_choices_hears_them():
    with pytest.raises(msgspec.ValidationError) as refused:
        msgspec.convert({"group": "visitor's"}, Grouped)

    told = worded(refused.value, Grouped.__annotations__["group"])

    assert told == 'Invalid enum value "visitor\'s"; it is one of staff, guest - at `$.group`'


class Grouped(msgspec.Struct):
    group: Literal["staff", "guest"] | None = None
