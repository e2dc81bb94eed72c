"""What a scorer must not notice: order, names, repetition."""

from typing import Final

import numpy as np

from kithline_sdk.checks import check_finding, check_relabelling, check_repeatable, need, run
from kithline_sdk.kit.bench import Bench, encoded
from kithline_sdk.snapshot import Snapshot, Table

# Tables whose rows state something: said twice it is no truer. Sums and answers are made one by the engine.
STATEMENTS: Final = ("organisations", "memberships", "communities", "interfaces", "focal", "items")


def finding(bench: Bench, world: Snapshot, _: int) -> str | None:
    """Score: ranges hold, contributions add up, the interval holds the score, every measure is declared."""
    check_finding(run(bench.scorer, world), bench.entry)
    return None


def same_bytes(bench: Bench, world: Snapshot, _: int) -> str | None:
    """Score the same snapshot again, decoded, shuffled: the same bytes, and it is left as it was."""
    before = world.encode()
    found = run(bench.scorer, world)
    need(world.encode() == before, "the scorer changed its snapshot; it is read-only")
    check_repeatable(bench.scorer, world, found)
    return None


def relabelling(bench: Bench, world: Snapshot, _: int) -> str | None:
    """Name people and groups otherwise: only names change."""
    check_relabelling(bench.scorer, world, run(bench.scorer, world), bench.entry, bench.drawn)
    return None


def duplicates(bench: Bench, world: Snapshot, _: int) -> str | None:
    """Repeat statements: nothing changes."""
    if not bench.reads(*STATEMENTS):
        return f"it reads none of {', '.join(STATEMENTS)}; what else comes twice the engine makes one"
    twice = [_twice(table) if table.name in STATEMENTS else table for table in world.tables.values()]
    one, other = run(bench.scorer, world), run(bench.scorer, Snapshot(world.window, twice))
    need(
        encoded(one) == encoded(other),
        f"rows of {', '.join(STATEMENTS)} repeated: the score went from {one.score} to {other.score}, "
        f"measures that moved: {_moved(one.measures, other.measures)}",
    )
    return None


def _twice(table: Table) -> Table:
    index = np.repeat(np.arange(table.rows), 2)
    return Table(table.name, {name: column.take(index) for name, column in table.columns.items()})


def _moved(one: dict[str, float | int | str], other: dict[str, float | int | str]) -> str:
    names = [name for name in sorted(one.keys() | other.keys()) if one.get(name) != other.get(name)]
    return ", ".join(names[:5]) or "none"
