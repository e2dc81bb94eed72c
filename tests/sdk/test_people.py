"""Memberships read as of a day."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kithline_sdk.people import held
from kithline_sdk.snapshot import DAY
from kithline_sdk.testing import snapshot

WINDOW = (0, 100 * DAY)


def _held(rows, person, day, column="department"):
    table = snapshot({"memberships": rows}, WINDOW)["memberships"]
    found = held(table, column, np.array([person]), np.array([day]))
    labels = table.labels(column)
    return {labels[code]: share for code, share in zip(found.code.tolist(), found.share.tolist(), strict=True)}


@pytest.mark.parametrize(("day", "expected"), [(4, {}), (5, {"a": 1}), (9, {"a": 1}), (10, {})])
def test_a_membership_holds_from_its_first_day_to_the_one_before_its_end(day, expected):
    rows = [{"person": 0, "department": "a", "valid_from": 5 * DAY, "valid_to": 10 * DAY}]

    assert _held(rows, 0, day) == expected


def test_a_membership_that_changes_during_a_day_holds_both_on_it():
    rows = [
        {"person": 0, "department": "a", "valid_to": 5 * DAY + 1},
        {"person": 0, "department": "b", "valid_from": 5 * DAY + 1},
    ]

    assert _held(rows, 0, 5) == {"a": 0.5, "b": 0.5}


def test_what_is_held_twice_counts_once():
    rows = [{"person": 0, "department": "a"}, {"person": 0, "department": "a", "rank": "x"}, {"person": 0}]

    assert _held(rows, 0, 1) == {"a": 1}


def test_nobody_holds_nothing():
    assert _held([], 0, 1) == {}
    assert _held([{"person": 3, "department": "a"}], 0, 1) == {}


def test_the_first_of_several_is_the_smallest():
    table = snapshot({"memberships": [{"person": 1, "group": "x"}, {"person": 1, "group": "b"}]}, WINDOW)["memberships"]

    found = held(table, "group", np.array([0, 1]), np.array([1, 1]))

    assert found.first(2).tolist() == [-1, 0]


ROWS = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from("abc"), st.none() | st.integers(0, 9), st.none() | st.integers(0, 9)),
    max_size=12,
)


@given(ROWS, st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)), max_size=8))
def test_it_agrees_with_looking_at_every_row(rows, queries):
    spans = [(p, d, None if f is None else f * DAY // 2, None if t is None else t * DAY // 2) for p, d, f, t in rows]
    table = snapshot(
        {"memberships": [{"person": p, "department": d, "valid_from": f, "valid_to": t} for p, d, f, t in spans]},
        WINDOW,
    )["memberships"]
    persons, days = (np.array([query[side] for query in queries], np.int64) for side in (0, 1))

    found = held(table, "department", persons, days)

    labels = table.labels("department")
    got = {(query, labels[code]) for query, code in zip(found.query.tolist(), found.code.tolist(), strict=True)}
    assert got == {
        (number, department)
        for number, (person, day) in enumerate(queries)
        for owner, department, start, stop in spans
        if owner == person and (start is None or start < (day + 1) * DAY) and (stop is None or stop > day * DAY)
    }
