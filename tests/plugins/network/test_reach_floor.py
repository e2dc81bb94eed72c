"""What is withheld cannot be solved for, by counts, shares, overlaps and sums together."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kithline_network.reach import cells
from kithline_network.reach.groups import EVERY, GROUPS, bits, many
from kithline_network.reach.mix import kinds
from kithline_network.reach.overlap import Communities
from kithline_network.reach.params import ReachParams
from kithline_sdk import floor

K = 5
PARAMS = ReachParams()
CROWDS = st.lists(
    st.tuples(st.sets(st.sampled_from(EVERY), min_size=1, max_size=2), st.integers(1, 14)), min_size=1, max_size=7
)  # fmt: skip


def crowd(parts):
    return np.concatenate([np.full(count, bits(groups), np.int64) for groups, count in parts])


@given(CROWDS, st.sets(st.sampled_from(GROUPS)))
@settings(max_examples=200)
def test_no_group_is_shown_under_the_floor_nor_follows_from_the_sum_of_all(parts, sized):
    mask = crowd(parts)
    whole = kinds(mask)

    found = cells.groups(whole, mask, frozenset(sized), PARAMS)

    sizes = np.array([whole.whole(one) for one in found.names])
    assert (sizes[found.counts] >= K).all()
    hidden = (sizes > 0) & ~found.counts
    if hidden.any() and found.counts.any():
        assert hidden.sum() > 1


@given(CROWDS)
@settings(max_examples=200)
def test_people_in_two_groups_do_not_follow_from_counts_shares_and_the_pairs_shown(parts):
    mask = crowd(parts)
    whole = kinds(mask)

    found = cells.groups(whole, mask, frozenset(), PARAMS)

    open_ = found.pairs & ~found.few
    assert (found.shared[open_] >= K).all()
    # Two groups of a person at most: a group's people with several are the sum of its pairs.
    secret = (found.shared > 0) & ~open_
    every = np.ones(len(found.shared), np.bool_)
    rows = [(found.a == one) | (found.b == one) for one in np.flatnonzero(found.shares)]
    if len(found.shared) > 1:
        assert not floor.given_away(secret, [every, *rows]).any() or not (open_.any() or found.shares.any())
    several = [int(whole.count[(whole.mask & bits([one]) > 0) & (many(whole.mask) > 1)].sum()) for one in found.names]
    assert all(count == 0 or count >= K for count, shown in zip(several, found.shares, strict=True) if shown)


@given(st.lists(st.tuples(st.sets(st.integers(0, 3), min_size=1), st.integers(1, 12)), min_size=1, max_size=8))
@settings(max_examples=200)
def test_no_part_of_a_community_of_fewer_than_k_people_can_be_told(parts):
    inside = np.zeros((sum(count for _, count in parts), 4), np.bool_)
    row = 0
    for places, count in parts:
        inside[row : row + count, sorted(places)] = True
        row += count
    found = Communities(tuple("abcd"), inside, np.zeros(len(inside), np.int64), 4)

    shown = cells.communities(found, PARAMS)

    people = found.people
    assert (people[shown.counts] >= K).all()
    for cell in np.flatnonzero(shown.pairs & ~shown.few):
        one, other, shared = int(people[shown.a[cell]]), int(people[shown.b[cell]]), int(shown.shared[cell])
        assert all(part == 0 or part >= K for part in (shared, one - shared, other - shared))


def test_of_two_communities_that_share_a_few_only_the_larger_is_told():
    inside = np.zeros((20, 2), np.bool_)
    inside[:12, 0] = inside[9:, 1] = True

    found = cells.communities(Communities(("a", "b"), inside, np.zeros(20, np.int64), 2), PARAMS)

    assert found.counts.tolist() == [True, False]
    assert not found.pairs.any()


def test_none_and_few_in_common_look_alike():
    mask = np.concatenate([np.full(count, bits(groups), np.int64) for groups, count in (
        (["employee"], 20), (["supplier"], 20), (["customer"], 20), (["employee", "supplier"], 3),
    )])  # fmt: skip

    found = cells.groups(kinds(mask), mask, frozenset(), PARAMS)

    pairs = {(found.names[a], found.names[b]): bool(few) for a, b, few in zip(found.a, found.b, found.few, strict=True)}
    assert pairs[("employee", "supplier")]
    assert pairs[("employee", "customer")]
    assert not found.shares[[found.names.index("employee"), found.names.index("supplier")]].any()


@pytest.mark.parametrize("raised", [5, 9])
def test_the_floor_in_force_holds(raised):
    mask = crowd([({"employee"}, 8), ({"customer"}, 20), ({"supplier"}, 30)])

    found = cells.groups(kinds(mask), mask, frozenset(), ReachParams(floor=raised))

    assert bool(found.counts[found.names.index("employee")]) is (raised == K)
