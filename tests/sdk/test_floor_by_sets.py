"""The floor agrees with the same rules told in sets and fractions, in thousands of drawn worlds."""

import random

import numpy as np
import pytest

from helpers import floor_by_sets
from kithline_sdk import floor

WORLDS = 400


def cells_of(mask):
    return set(np.flatnonzero(mask).tolist())


def mask(cells, size):
    return np.isin(np.arange(size), list(cells))


def drawn_cells(rng):
    count = rng.randint(1, 7)
    some = lambda share: {cell for cell in range(count) if rng.random() < share}  # noqa: E731 - a draw, thrice
    return (
        [rng.choice([0, 2, 3, 4, 5, 6, 7, 9]) for _ in range(count)],
        some(0.1),
        [some(0.5) for _ in range(rng.randint(0, 4))],
    )


@pytest.mark.parametrize("seed", range(5))
def test_what_is_shown_of_cells_with_totals(seed):
    rng = random.Random(seed)
    for _ in range(WORLDS):
        sizes, dominated, totals = drawn_cells(rng)
        k = rng.choice([5, 5, 6])

        found = floor.shown(
            np.array(sizes), k, dominated=mask(dominated, len(sizes)), totals=[mask(one, len(sizes)) for one in totals]
        )

        assert cells_of(found) == floor_by_sets.shown(sizes, k, dominated, totals), (sizes, k, dominated, totals)


@pytest.mark.parametrize("seed", range(2))
def test_what_is_shown_where_people_are_in_several_cells(seed):
    rng = random.Random(100 + seed)
    for _ in range(WORLDS):
        members = [set(rng.sample(range(14), rng.choice([0, 2, 3, 4, 5, 6, 8]))) for _ in range(rng.randint(1, 6))]
        rows = np.array([(cell, one) for cell, who in enumerate(members) for one in sorted(who)], np.int64).reshape(
            -1, 2
        )
        sizes = [len(who) for who in members]
        totals = [{cell for cell in range(len(sizes)) if rng.random() < 0.5} for _ in range(rng.randint(0, 2))]

        found = floor.shown(
            np.array(sizes), 5, totals=[mask(one, len(sizes)) for one in totals], members=(rows[:, 0], rows[:, 1])
        )

        assert cells_of(found) == floor_by_sets.shown(sizes, 5, totals=totals, members=members), (members, totals)


@pytest.mark.parametrize("seed", range(5))
def test_what_is_shown_of_groups_and_their_pairs(seed):
    rng = random.Random(200 + seed)
    for _ in range(WORLDS):
        count = rng.randint(2, 5)
        people = [rng.choice([1, 2, 3, 4, 5, 6, 8, 12]) for _ in range(count)]
        every = [(one, other) for other in range(count) for one in range(other)]
        pairs = sorted(rng.sample(every, rng.randint(1, len(every))))
        groups = {one for one in range(count) if rng.random() < 0.8}
        allowed = {number for number in range(len(pairs)) if rng.random() < 0.8}
        k = rng.choice([5, 6, 7])

        found = floor.crossed(mask(groups, count), np.array(people), *np.array(pairs).T, mask(allowed, len(pairs)), k)

        expected = floor_by_sets.crossed(groups, people, pairs, allowed, k)
        assert (cells_of(found.groups), cells_of(found.pairs)) == expected, (groups, people, pairs, allowed, k)
