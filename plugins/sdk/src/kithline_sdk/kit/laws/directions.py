"""What the manifest calls monotone moves the score one way only."""

from typing import Final

import numpy as np

from kithline_sdk.checks import CLOSE, need, run
from kithline_sdk.kit.bench import Bench, scored
from kithline_sdk.snapshot import Column, Snapshot, Table
from kithline_sdk.stats.random import Draws

_UNDECLARED: Final = "the manifest names nothing under `monotone`"


def monotone(bench: Bench, world: Snapshot, seed: int) -> str | None:
    """Put more of what raises, and of what lowers: the score never goes the other way."""
    told = bench.spec.monotone
    wanted = [(one, 1) for one in told.raises] + [(one, -1) for one in told.lowers]
    before = run(bench.scorer, world)
    if not wanted or not scored(before):
        return "no world gave a score" if wanted else _UNDECLARED
    for path, sign in wanted:
        after = run(bench.scorer, more(world, path, seed))
        if scored(after) and after.score is not None and before.score is not None:
            moved = (after.score - before.score) * sign
            word = "lowered" if sign > 0 else "raised"
            need(moved >= -CLOSE, f"more of {path} {word} the score from {before.score} to {after.score}")
    return None


def more(world: Snapshot, path: str, seed: int) -> Snapshot:
    """Return the world with one more row of a table, or with larger values in half of the rows of `table.column`."""
    name, _, column = path.partition(".")
    if name not in world or (column and column not in world[name]):
        raise AssertionError(f"`monotone` names {path!r}, which is not among the inputs")
    table = world[name]
    if not table.rows:
        return world
    changed = _larger(world, table, column, seed) if column else _longer(table, seed)
    return Snapshot(world.window, [changed.sorted() if one.name == name else one for one in world.tables.values()])


def _longer(table: Table, seed: int) -> Table:
    (row,) = Draws(seed).below(table.rows, 1)
    index = np.append(np.arange(table.rows), row)
    return Table(table.name, {name: column.take(index) for name, column in table.columns.items()})


def _larger(world: Snapshot, table: Table, column: str, seed: int) -> Table:
    old = table.columns[column]
    chosen = (Draws(seed).uniform(table.rows) < 0.5) & old.present & ~_reversed(world, table)  # noqa: PLR2004 - half
    most = _most(world, table, old)
    values = np.where(chosen, np.minimum(old.values + 1, np.maximum(most, old.values)), old.values)
    return Table(table.name, {**table.columns, column: Column(old.kind, values, old.present, old.labels)})


def _questions(world: Snapshot, table: Table, column: str, otherwise: float) -> np.ndarray | None:
    """Return a column of `items` for each answer; None where there are no answers or no items."""
    if table.name != "answers" or "items" not in world or column not in world["items"] or "item" not in table:
        return None
    items = world["items"]
    told = dict(zip(items.texts("item"), items.columns[column].values.tolist(), strict=True))
    return np.array([told.get(one, otherwise) for one in table.texts("item")], np.float64)


def _most(world: Snapshot, table: Table, old: Column) -> np.ndarray | float:
    asked = _questions(world, table, "maximum", 0.0)
    if asked is not None:
        return asked
    return float(old.values.max(initial=0)) if table.name == "answers" else np.inf


def _reversed(world: Snapshot, table: Table) -> np.ndarray:
    asked = _questions(world, table, "reverse", 0.0)
    return np.zeros(table.rows, np.bool_) if asked is None else asked != 0
