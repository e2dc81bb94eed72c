"""What is not known stays unknown: no score without data, no zero for what nobody counted."""

from collections.abc import Iterator
from itertools import product
from typing import Final

import numpy as np

from kithline_sdk.checks import check_finding, check_nothing, need, pattern_of, run
from kithline_sdk.contract import Finding
from kithline_sdk.kit.bench import Bench
from kithline_sdk.snapshot import Snapshot, Table

WORLDS: Final = tuple(product((8, 24, 60), (1, 2, 3)))


def no_data(bench: Bench, world: Snapshot, _: int) -> str | None:
    """Take all rows away: there is no score and no level, but what is missing."""
    check_nothing(bench.scorer, world, bench.entry)
    return None


def unknown(bench: Bench) -> str:
    """Take tables away, one at a time: what rests on them is absent, with a reason, and never 0.

    A count is an `int` and may be 0: so many rows there were. So may what a minimum asks for, which says how much there
    is. Any other `float` that is 0.0 in every world without a table, and not with it, is a claim about what nobody knows.
    """
    with_it: set[str] = set()
    taken: set[str] = set()
    zero: dict[tuple[str, str], bool] = {}
    for people, seed in WORLDS:
        world = bench.world(people, seed)
        before = run(bench.scorer, world)
        with_it |= {pattern for pattern, value in _floats(before, bench) if value}
        for table in [one.name for one in world.tables.values() if one.rows]:
            taken.add(table)
            after = run(bench.scorer, without(world, table))
            _told(table, before, after, bench)
            for pattern, value in _floats(after, bench):
                zero[table, pattern] = zero.get((table, pattern), True) and not value
    for (table, pattern), always in zero.items():
        invented = always and pattern in with_it
        need(not invented, f"without {table} the measure {pattern!r} is 0.0 in every world; leave it out")
    return f"held in {len(WORLDS)} worlds with {len(taken)} tables taken away"


def without(world: Snapshot, name: str) -> Snapshot:
    """Return the world with one table empty."""
    return Snapshot(world.window, [_empty(one) if one.name == name else one for one in world.tables.values()])


def _told(table: str, before: Finding, after: Finding, bench: Bench) -> None:
    check_finding(after, bench.entry)
    for name in before.measures:
        said = name in after.measures or bool(after.missing)
        need(said, f"without {table} the measure {name!r} is gone and `missing` says nothing")


def _floats(found: Finding, bench: Bench) -> Iterator[tuple[str, float]]:
    amounts = {pattern_of(one.measure, bench.entry) for one in bench.spec.minimum}
    for name, value in found.measures.items():
        pattern = pattern_of(name, bench.entry)
        if isinstance(value, float) and pattern is not None and pattern not in amounts:
            yield pattern, value


def _empty(table: Table) -> Table:
    return table.where(np.zeros(table.rows, np.bool_))
