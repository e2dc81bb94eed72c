"""Who speaks with whom in a twin is chance: as many of the true pairs stand in it as in any drawing."""

import math

import numpy as np
import pytest

from helpers.bugs import world
from kithline_core import twin
from kithline_sdk.snapshot import Snapshot

SEEDS = 30


def only(snapshot: Snapshot, table: str) -> Snapshot:
    return Snapshot(snapshot.window, [snapshot[table]])


def pairs(snapshot, table: str, one: str, other: str) -> set[tuple[int, int]]:
    """Return the unordered pairs of a table."""
    both = np.sort(np.stack([snapshot[table].ints(one), snapshot[table].ints(other)], 1), axis=1)
    return {(int(a), int(b)) for a, b in both if a != b}


@pytest.mark.parametrize(("table", "other"), [("ties", "target"), ("tie_day", "target"), ("memberships", "manager")])
def test_true_pairs_stand_in_a_twin_as_often_as_chance_has_them(table, other):
    """Of m of all n(n-1)/2 pairs, a drawing of d has m d / (n(n-1)/2) on average: over 30 twins within four errors."""
    snapshot = only(world.ordinary(), table)
    shape = twin.shape(snapshot, 5)
    one = "person" if table == "memberships" else "actor"
    true, people = pairs(snapshot, table, one, other), world.PEOPLE
    met = expected = 0.0
    for seed in range(SEEDS):
        drawn = pairs(twin.drawn(shape, seed).snapshot, table, one, other)
        met += len(true & drawn)
        expected += len(true) * len(drawn) / math.comb(people, 2)

    assert abs(met - expected) <= 4 * math.sqrt(expected)


def test_whoever_has_many_ties_has_another_number_in_every_twin():
    shape = twin.shape(only(world.ordinary(), "ties"), 5)
    busiest = [np.bincount(twin.drawn(shape, seed).snapshot["ties"].ints("actor")).argmax() for seed in range(12)]

    assert len(set(busiest)) > 6


def test_the_order_of_words_tells_nothing_of_the_order_of_ids():
    """Departments in the order of their names have the sizes of their rows in another order in each twin."""
    tables = world.company()
    world.rows(tables, "memberships", lambda n, _: {"department": "a" if n < 60 else "b" if n < 100 else "c"})
    shape = twin.shape(only(world.snapshot(tables, world.WINDOW), "memberships"), 5)
    sizes = [
        tuple(np.bincount(twin.drawn(shape, seed).snapshot["memberships"].codes("department"))) for seed in range(12)
    ]

    assert {tuple(sorted(one)) for one in sizes} == {(40, 60, 140)}
    assert len(set(sizes)) > 3


def test_people_have_as_many_rows_with_the_same_other_as_in_the_data_and_other_others():
    """Two rows of each pair, three of some: silos, which counts contacts on two days, finds ties in a twin too."""
    tables = world.company()
    again = [{**row, "day": world.FIRST + (number * 7) % 80} for number, row in enumerate(tables["tie_day"])]
    tables["tie_day"] += again + [{**row, "day": row["day"] + 1} for row in again[:200]]
    snapshot = only(world.snapshot(tables, world.WINDOW), "tie_day")
    drawn = twin.twin(snapshot, 5, 1)

    true, met = (rows_of_pairs(one["tie_day"]) for one in (snapshot, drawn))

    assert (drawn["tie_day"].rows, len(met)) == (snapshot["tie_day"].rows, len(true))
    assert np.array_equal(np.bincount(met), np.bincount(true))


def rows_of_pairs(table) -> np.ndarray:
    both = np.stack([table.ints("actor"), table.ints("target")], 1)
    return np.unique(both, axis=0, return_counts=True)[1]
