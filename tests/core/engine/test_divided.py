"""By what lists divide events: alike where no event is told more of by two of them than by one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kithline_core.engine import divided, listable
from kithline_core.engine.divided import Staff
from kithline_core.engine.listable import FEW, Cell

BUYING = Cell("department", "buying")
ALPHA = Cell("community", "alpha")
PEOPLE = [f"{department}-{number}" for department in ("buying", "making") for number in range(8)]
OTHERS = [f"of no department {number}" for number in range(8)]


def acts(*communities):
    return listable.acts([(place, one, 1) for place in communities for one in (*PEOPLE, *OTHERS)])


def staff(names=(), **moved):
    hashes = {one: one.encode() for one in PEOPLE}
    where = {hashes[one]: [moved.get(one.replace("-", "_"), one.partition("-")[0])] for one in PEOPLE}
    return Staff(where, hashes, dict(names))


def by(cell=BUYING, told=None, communities=("alpha", "beta")):
    return divided.by(acts(*communities), cell, told or staff(), 5)


def test_lists_of_the_same_communities_and_members_divide_alike_whichever_is_asked_for():
    assert by() == by(Cell("department", "making"))
    assert by(ALPHA) == by(Cell("community", "beta"))
    assert by(ALPHA).communities == by().communities
    assert by(ALPHA).members == b""


@pytest.mark.parametrize(
    "other", [staff(buying_0="making"), staff(buying_0="nowhere"), staff({"x": "buying-0"}.items())]
)
def test_one_member_more_or_less_or_one_identity_divides_otherwise(other):
    assert by(told=other).members != by().members
    assert by(told=other).communities == by().communities


def test_other_communities_divide_otherwise():
    assert by(communities=("alpha", "gamma")).communities != by().communities


def test_whoever_is_in_no_snapshot_is_in_no_department():
    found = staff()
    strangers = Staff({}, found.hashes, found.names)

    assert by(told=strangers) == FEW


def test_what_may_not_be_listed_divides_nothing():
    assert by(Cell("community", "nowhere")) == FEW
    assert by(Cell("department", "nowhere")) == FEW


NAMES = [f"p{number}" for number in range(10)]
ROWS = st.lists(st.tuples(st.sampled_from(["x", "y"]), st.sampled_from(NAMES)), min_size=30, max_size=40)
WHERE = st.lists(st.sampled_from(["a", "b"]), min_size=10, max_size=10)
MOVES = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["a", "b"]), max_size=2)


def lists(rows, where, k):
    """Return which lists a result has of communities and departments, and how they divide its events."""
    found = listable.acts([(place, one, 1) for place, one in rows])
    open_ = listable.labels(found, {one: [where[one]] for one in NAMES}, k)
    told = Staff({one.encode(): [where[one]] for one in NAMES}, {one: one.encode() for one in NAMES}, {})
    return listable.communities(found, k), open_, divided.by(found, Cell("department", (*open_, "")[0]), told, k)


@settings(max_examples=40)
@given(ROWS, ROWS, WHERE, MOVES)
def test_what_two_results_that_divide_alike_leave_of_the_days_they_share_is_of_no_fewer_than_k(
    rows, later, where, moves
):
    before = dict(zip(NAMES, where, strict=True))
    told = [(of, *lists(did, of, 2)) for did, of in ((rows, before), ([*rows, *later], {**before, **moves}))]
    if told[0][-1] != told[1][-1] or told[0][-1] == FEW:
        return

    parts = {}
    for place, one in rows:
        stands = tuple((place in places and place, of[one] in open_ and of[one]) for of, places, open_, _ in told)
        parts.setdefault(stands, set()).add(one)

    assert all(len(of) >= 2 for of in parts.values())
