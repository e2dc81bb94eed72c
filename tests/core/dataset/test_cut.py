"""Cut in parts or as a whole, a file gives the same pieces."""

from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kithline_core.dataset import cut
from kithline_core.dataset.cut import Cut

CELLS = st.sampled_from(["a", "", '"q"', '"l\nm"', '"l\r\nm"', '"', 'x"y', '"x"y', "ä", " ", "\0", "\r"])
LINES = {
    "csv": st.lists(st.lists(CELLS, min_size=1, max_size=4).map(",".join), max_size=6),
    "ndjson": st.lists(st.sampled_from(["", " ", "{", "5", "\r", "[]", "ä", "\t {}", "123456789"]), max_size=8),
}


@st.composite
def files(draw):
    form, end = draw(st.sampled_from(sorted(LINES))), draw(st.sampled_from(["\n", "\r\n"]))
    return form, (end.join(draw(LINES[form])) + draw(st.sampled_from(["", end, end * 2]))).encode()


def whole(form, body):
    found = Cut(body)
    return list(getattr(found, form)()), found.lines


def in_parts(form, body, sizes):
    pieces, place, lines, skipping, more, turn = [], 0, 0, False, 0, 0
    while place < len(body):
        more += sizes[turn % len(sizes)]
        turn += 1
        part = body[place : place + more]
        found = Cut(part, lines, whole=place + len(part) == len(body), skipping=skipping)
        pieces += getattr(found, form)()
        more = 0 if found.at else more
        place, lines, skipping = place + found.at, found.lines, found.skipping
    return pieces, lines


@settings(max_examples=500)
@given(files(), st.lists(st.integers(1, 15), min_size=1, max_size=5))
def test_any_cut_gives_the_same_pieces_and_lines(made, sizes):
    assert in_parts(*made, sizes) == whole(*made)


@settings(max_examples=500)
@given(files(), st.lists(st.integers(1, 15), min_size=1, max_size=5))
def test_any_cut_passes_over_the_same_lines_that_are_too_long(made, sizes):
    with patch.object(cut, "LINE_BYTES", 6):
        split, one = in_parts(*made, sizes), whole(*made)

    # A line of NDJSON that is whole is left to whoever reads it to be called too long.
    assert [one.line for one in split[0]] == [one.line for one in one[0]]
    assert split[1] == one[1]
    if made[0] == "csv":
        assert split == one


@pytest.mark.parametrize("form", LINES)
def test_nothing_is_cut_into_nothing(form):
    assert whole(form, b"") == ([], 0)
    assert whole(form, b"\r\n\n\n")[0] == []


def test_blank_lines_count():
    assert [(one.line, one.content) for one in Cut(b"\n\na\r\n\r\nb").csv()] == [(3, ["a"]), (5, ["b"])]
    assert [(one.line, one.content) for one in Cut(b"\n \n{}\r\n\n[]").ndjson()] == [(3, b"{}"), (5, b"[]")]
