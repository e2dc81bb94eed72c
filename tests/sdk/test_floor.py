"""The privacy floor as properties: what is shown never gives away what is not."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kithline_sdk import floor

SIZES = st.lists(st.integers(0, 30), max_size=12)


def _shown(sizes, k=5, **more):
    return floor.shown(np.array(sizes, np.int64), k, **more).tolist()


@st.composite
def _cells(draw):
    """Sizes, which cells are dominated, and some further totals that are known."""
    sizes = np.array(draw(SIZES), np.int64)
    masks = st.lists(st.booleans(), min_size=len(sizes), max_size=len(sizes)).map(lambda one: np.array(one, np.bool_))
    return sizes, draw(masks), draw(st.lists(masks, max_size=4))


@given(_cells(), st.integers(5, 12))
def test_no_total_gives_a_withheld_cell_away(cells, k):
    sizes, dominated, totals = cells

    show = floor.shown(sizes, k, dominated=dominated, totals=totals)

    for total in [np.ones(len(sizes), np.bool_), *totals]:
        secret = total & ~show & (sizes > 0)
        covered = np.count_nonzero(secret) >= 2 and sizes[secret].sum() >= k
        # When nothing of a total is shown, there is nothing to subtract.
        assert not secret.any() or covered or not (total & show).any()


@given(_cells(), st.integers(5, 12))
def test_no_totals_together_give_a_withheld_cell_away_unless_they_do_by_themselves(cells, k):
    sizes, dominated, totals = cells
    peopled = sizes > 0
    known = [peopled & total for total in [np.ones(len(sizes), np.bool_), *totals]]

    secret = peopled & ~floor.shown(sizes, k, dominated=dominated, totals=totals)

    assert not (_solved(secret, known) & ~_solved(peopled, known)).any()
    assert (floor.given_away(secret, known) == _solved(secret, known)).all()


def _solved(secret, known):
    """Which withheld cells a reader can solve for: those that no solution of the homogeneous system moves."""
    sums = np.array([total[secret] for total in known], np.float64)
    _, values, ways = np.linalg.svd(sums)
    free = ways[np.count_nonzero(values > 1e-9) :]
    solved = np.zeros(len(secret), np.bool_)
    solved[np.flatnonzero(secret)] = (np.abs(free) < 1e-9).all(axis=0)
    return solved


@given(_cells(), st.integers(5, 12))
def test_nothing_below_the_floor_and_nothing_dominated_is_shown(cells, k):
    sizes, dominated, totals = cells

    show = floor.shown(sizes, k, dominated=dominated, totals=totals)

    assert (sizes[show] >= k).all()
    assert not (show & dominated).any()


@given(SIZES)
def test_without_a_small_cell_everything_is_shown(sizes):
    large = [size + 5 for size in sizes]

    assert all(_shown(large))


@given(SIZES, st.randoms(use_true_random=False))
def test_the_order_of_cells_does_not_matter_for_how_many_are_shown(sizes, random):
    other = random.sample(sizes, len(sizes))
    shown = [size for size, show in zip(sizes, _shown(sizes), strict=True) if show]

    assert sorted(shown) == sorted(size for size, show in zip(other, _shown(other), strict=True) if show)


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        ([], []),
        ([9, 8, 7], [True, True, True]),
        ([9, 3, 7, 8], [True, False, False, True]),
        ([9, 2, 1, 7], [True, False, False, False]),
        ([9, 3, 2, 7], [True, False, False, True]),
        ([9, 0, 7], [True, False, True]),
        ([3, 9], [False, False]),
        ([3], [False]),
    ],
)
def test_the_smallest_cells_go_first(sizes, shown):
    assert _shown(sizes) == shown


def test_of_equal_cells_the_first_goes():
    assert _shown([7, 7, 3]) == [False, True, False]


def test_a_further_total_hides_a_second_cell_of_its_own():
    inner = np.array([True, True, False, False])

    assert _shown([9, 3, 7, 8]) == [True, False, False, True]
    assert (
        _shown([9, 3, 7, 8], totals=[inner]) == [False, False, True, True]
        or not _shown([9, 3, 7, 8], totals=[inner])[0]
    )


@pytest.mark.parametrize(
    ("sizes", "totals", "shown"),
    [
        # Nothing hides the small one but all three; the middle one follows from the totals, and is not shown for that.
        ([3, 6, 7], [[0, 2]], []),
        # The second total needs a cell that the first then lacks.
        ([9, 3, 7, 5], [[0, 2], [0, 2, 3]], []),
        # A total of one cell gives it away by itself, which is nobody's fault.
        ([9, 8, 7], [[2]], [0, 1, 2]),
    ],
)
def test_several_totals_withhold_no_more_and_no_less(sizes, totals, shown):
    cells = np.arange(len(sizes))

    assert np.flatnonzero(_shown(sizes, totals=[np.isin(cells, total) for total in totals])).tolist() == shown


def _members(*cells):
    """Who is in which cell, row by row: a word for each cell, a letter for each of its people."""
    rows = [(number, ord(letter)) for number, cell in enumerate(cells) for letter in cell]
    return np.array(rows, np.int64).reshape(-1, 2)[:, 0], np.array(rows, np.int64).reshape(-1, 2)[:, 1]


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        # Five seats and four people; then six seats and five people; then nobody twice.
        (["ab", "acd", "efghijklmn", "opqrstuvwxyz"], [False, False, False, True]),
        (["abc", "cde", "efghijklmn", "opqrstuvwxyz"], [False, False, True, True]),
        (["ab", "cde", "fghijklmno", "pqrstuvwxyz"], [False, False, True, True]),
    ],
)
def test_people_who_are_in_several_cells_hide_no_more_than_themselves(cells, shown):
    assert _shown([len(cell) for cell in cells], members=_members(*cells)) == shown


def test_a_cell_is_dominated_from_85_percent_on():
    cell, person = np.array([0, 0, 0, 1, 1]), np.array([4, 4, 5, 4, 5])
    amount = np.array([80, 5, 15, 84, 16])

    assert floor.dominated(cell, person, amount, 3).tolist() == [True, False, False]


def test_a_cell_with_a_single_event_is_dominated():
    assert floor.dominated(np.array([0]), np.array([4]), np.array([1]), 1).tolist() == [True]


def test_the_floor_is_raised_never_lowered():
    assert (floor.in_force(1), floor.in_force(5), floor.in_force(9)) == (5, 5, 9)


@st.composite
def _square(draw):
    """Groups with people, some of them barred, and the pairs of groups, some of them barred."""
    people = np.array(draw(st.lists(st.integers(1, 30), min_size=2, max_size=7)), np.int64)
    a, b = np.triu_indices(len(people), 1)
    groups = floor.shown(people, 5)
    barred = np.array(draw(st.lists(st.booleans(), min_size=len(a), max_size=len(a))), np.bool_)
    return groups, people, a, b, groups[a] & groups[b] & ~barred


@given(_square())
def test_no_pair_of_three_or_more_groups_follows_from_what_is_shown(square):
    groups, people, a, b, allowed = square

    found = floor.crossed(groups, people, a, b, allowed, 5)

    rows = [(a == one) | (b == one) for one in np.flatnonzero(found.groups)]
    assert not (found.pairs & ~allowed).any()
    assert not (found.groups & ~groups).any()
    if len(people) > 2:
        assert not _solved(~found.pairs, [np.ones(len(a), np.bool_), *rows]).any()


@given(st.lists(st.integers(5, 30), min_size=2, max_size=7))
def test_where_every_pair_may_be_shown_everything_is(sizes):
    people = np.array(sizes, np.int64)
    a, b = np.triu_indices(len(people), 1)
    every = np.ones(len(people), np.bool_)

    found = floor.crossed(every, people, a, b, np.ones(len(a), np.bool_), 5)

    assert found.groups.all()
    assert found.pairs.all()


def _crossed(people, barred):
    people = np.array(people, np.int64)
    a, b = np.triu_indices(len(people), 1)
    groups = floor.shown(people, 5)
    allowed = groups[a] & groups[b] & np.array([pair not in barred for pair in zip(a, b, strict=True)])
    found = floor.crossed(groups, people, a, b, allowed, 5)
    pairs = [(int(one), int(other)) for one, other in zip(a[found.pairs], b[found.pairs], strict=True)]
    return np.flatnonzero(found.groups).tolist(), pairs


def test_of_three_groups_two_sums_go_because_three_would_give_every_pair():
    assert _crossed([6, 7, 8], {(0, 1)}) == ([0], [(1, 2)])


def test_of_four_groups_a_ring_of_pairs_goes_and_the_sums_stay():
    assert _crossed([6, 7, 8, 9], {(0, 1)}) == ([0, 1, 2, 3], [(0, 2), (1, 3)])


def test_two_groups_that_are_not_shown_hide_their_pair_behind_another():
    assert _crossed([20, 10, 8, 3], set()) == ([0, 1], [])
    assert _crossed([20, 15, 10, 8, 3], set()) == ([0, 1, 2], [(0, 1), (0, 2)])


def test_one_group_beside_two_that_are_not_shown_is_not_shown_either():
    assert _crossed([20, 4, 3], set()) == ([], [])


def test_the_only_pair_of_two_groups_is_the_whole_and_public():
    assert _crossed([6, 7], {(0, 1)}) == ([0, 1], [])


@st.composite
def _memberships(draw):
    """Who is in which of up to six cells; some rows stand twice."""
    cells = draw(st.integers(1, 6))
    rows = draw(st.lists(st.tuples(st.integers(0, cells - 1), st.integers(0, 14)), max_size=60))
    cell, person = (np.array([row[end] for row in rows], np.int64) for end in (0, 1))
    return cell, person, cells


@given(_memberships(), st.integers(2, 6))
def test_no_two_cells_that_stay_differ_by_a_few_people(members, k):
    cell, person, cells = members

    gone = floor.near(cell, person, cells, k)

    stay = [set(person[cell == one].tolist()) for one in np.flatnonzero(~gone)]
    for one, other in itertools.permutations(stay, 2):
        assert not one & other or not 0 < len(one - other) < k


@given(_memberships(), st.integers(2, 6))
def test_a_cell_goes_only_for_another_that_shares_its_people_and_is_no_smaller(members, k):
    cell, person, cells = members
    within = [set(person[cell == one].tolist()) for one in range(cells)]

    for one in np.flatnonzero(floor.near(cell, person, cells, k)).tolist():
        larger = [other for other in range(cells) if other != one and len(within[other]) >= len(within[one])]
        assert any(within[one] & within[other] for other in larger)


def test_cells_with_the_same_people_both_stay():
    cell, person = np.array([0, 0, 1, 1]), np.array([3, 4, 4, 3])

    assert floor.near(cell, person, 2, 5).tolist() == [False, False]


def _near(*cells, k=5):
    """Cells by their people."""
    rows = [(number, person) for number, people in enumerate(cells) for person in people]
    cell, person = (np.array([row[end] for row in rows], np.int64) for end in (0, 1))
    return floor.near(cell, person, len(cells), k).tolist()


def test_cells_that_differ_by_just_the_floor_both_stay():
    assert _near(range(10), range(5, 15)) == [False, False]
    assert _near(range(10), range(5)) == [False, False]
    assert _near(range(10), range(4, 14)) == [False, True]


def test_of_two_that_are_too_near_the_smaller_goes_and_of_equal_ones_the_latter():
    assert _near(range(10), range(11)) == [True, False]
    assert _near(range(11), range(10)) == [False, True]
    assert _near(range(10), range(1, 11)) == [False, True]


def test_what_is_gone_already_takes_no_other_with_it():
    # The second goes for the first; the third is near the second only.
    assert _near(range(12), range(3, 14), range(6, 17)) == [False, True, False]
