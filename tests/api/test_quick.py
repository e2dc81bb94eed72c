"""Many lines at once are read as each by itself would be: what is certain is the same row, all else is left to the strict."""

import json
import random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kithline_api import quick
from kithline_api.bodies import InvalidBody, Malformed, decode
from kithline_api.lines import _of_few, _of_many
from kithline_core.model.row import Row
from kithline_core.model.rows import EventRow

GOOD = {"id": "1", "occurred_at": "2026-01-05T09:00:00Z", "actor": "p", "verb": "posted"}
FULL = {
    **GOOD, "source": "s", "target": "t", "community": "c", "channel": "ch", "thread": "th", "parent": "pa", "object": "o",
    "kind": "question", "visibility": "public", "text": 'He said "yes": twice.', "count": 3,
    "sent_at": "2026-01-05T09:00:01+02:00", "supersedes": "0",
}  # fmt: skip


def line(**more):
    return json.dumps({**GOOD, **more}).encode()


def strict(text):
    try:
        return decode(text, EventRow)
    except (InvalidBody, Malformed):
        return None


def cells(row):
    return None if row is None else msgspec.structs.astuple(row)


CERTAIN = {
    "bare": line(),
    "full": json.dumps(FULL).encode(),
    "spaced": json.dumps(FULL, indent=1).replace("\n", " ").encode(),
    "nulls": line(**{name: None for name in EventRow.__struct_fields__ if name not in GOOD}),
    "a quoted colon": line(text='"a":"b"', visibility="public"),
    "null in a text": line(text="null and void", visibility="public"),
    "escapes": line(text="a\tb\nc", actor="Jürgen"),
    "letters": json.dumps({**GOOD, "actor": "Jürgen", "text": "größer"}, ensure_ascii=False).encode(),
    "a verb of their own": line(verb="custom:ns.verb"),
    "a long id of plain letters": line(actor="a" * 200),
}


@pytest.mark.parametrize("name", CERTAIN)
def test_a_line_that_is_certain_is_read_at_once_and_alike(name):
    (row,) = quick.events([CERTAIN[name]])

    assert isinstance(row, EventRow)
    assert cells(row) == cells(strict(CERTAIN[name]))


REFUSED = {
    "a member twice": line()[:-1] + b',"actor":"q"}',
    "a member twice, one null": line()[:-1] + b',"target":null,"target":"x"}',
    "a member twice, spaced": b'{"target" : "y",' + line()[1:-1] + b',"target":"x"}',
    "a member twice, escaped": b'{"\\u0061ctor":"y",' + line()[1:],
    "an unknown member": line(extra=1),
    "no verb": line(verb="danced"),
    "a verb with a line feed": line(verb="posted\n\n"),
    "a NUL in an id": line(actor="a\0b"),
    "a NUL in a text": line(text="a\0b"),
    "an id of 201 letters": line(actor="a" * 201),
    "an id of 202 bytes": json.dumps({**GOOD, "target": "ä" * 101}, ensure_ascii=False).encode(),
    "an id of 202 bytes, escaped": line(thread="ä" * 101),
    "an empty id": line(parent=""),
    "the edge of time": line(occurred_at="0001-01-01T00:00:00+14:00"),
    "the end of time": line(sent_at="9999-12-31T23:59:59Z"),
    "no zone": line(occurred_at="2026-01-05T09:00:00"),
    "half a pair": b'{"text":"\\ud800",' + line()[1:],
    "no UTF-8": b'{"text":"\xff",' + line()[1:],
    "something behind it": line() + b"{}",
    "too deep": b'{"text":' * 50_000,
    "too long": b" " * 1_048_577 + line(),
    "NaN": line()[:-1] + b',"count":NaN}',
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_line_that_is_refused_is_left_to_the_strict_reader(name):
    rows = quick.events([line(), REFUSED[name], line(id="2")])

    assert [row and row.id for row in rows] == ["1", None, "2"]


def test_words_in_place_of_a_line_are_no_line():
    assert quick.events(["it is nested too deeply"]) == [None]
    assert quick.events([]) == []


PIECES = [b'"', b"\\", b":", b",", b"null", b" ", b"{", b"}", b'"actor":"x"', b"\\u0000", b"\xc3\xa4", b"\n", b"1e5"]


@settings(max_examples=400)
@given(st.integers(0, 1 << 30), st.sampled_from(sorted(CERTAIN)), st.integers(1, 4))
def test_however_a_line_is_bent_nothing_is_certain_that_the_strict_reader_refuses(seed, name, times):
    chance, bent = random.Random(seed), bytearray(CERTAIN[name])
    for _ in range(times):
        at = chance.randrange(len(bent) + 1)
        bent[at : at + chance.randrange(3)] = chance.choice(PIECES)

    (row,) = quick.events([bytes(bent)])

    assert row is None or cells(row) == cells(strict(bytes(bent)))


def test_the_strict_reader_looks_at_nothing_that_the_twin_does_not_know_of():
    # A check that is added to rows of events has to be added to `quick` as well.
    assert EventRow.__post_init__ is Row.__post_init__


@given(st.text("ab{} \t\r\n\f", max_size=40))
def test_few_lines_and_many_are_cut_alike(text):
    assert list(_of_few(text.encode())) == list(_of_many(text.encode()))
