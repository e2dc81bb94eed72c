"""The same data under other names and in another order: what a scorer must not notice."""

from typing import Final

import numpy as np

from kithline_sdk.snapshot import Column, Ints, Snapshot, Table
from kithline_sdk.stats.random import Draws

NAMES: Final = frozenset(
    {"organisation", "organisation_a", "organisation_b", "owner", "department", "community", "side_a", "side_b"}
)
LISTS: Final = frozenset({"competing"})


def shuffled(snapshot: Snapshot, seed: int = 1) -> Snapshot:
    """Return the rows drawn into another order and brought into the canonical one again, as the engine does."""
    draws = Draws(seed)
    return Snapshot(snapshot.window, [_drawn(table, draws).sorted() for table in snapshot.tables.values()])


def relabelled(snapshot: Snapshot, seed: int = 1) -> Snapshot:
    """Return the data with people numbered anew and departments, organisations and communities renamed.

    New names sort the other way round, so that what depends on the order of names shows.
    """
    people = max((_last(column) for table in snapshot.tables.values() for column in table.columns.values()), default=1)
    number = np.argsort(Draws(seed).uniform(people)).astype(np.int64)
    ids = sorted({label for table in snapshot.tables.values() for label in _ids(table)})
    renamed = {label: f"r{len(ids) - place:06}" for place, label in enumerate(ids)}
    tables = [
        Table(table.name, {name: _column(name, column, number, renamed) for name, column in table.columns.items()})
        for table in snapshot.tables.values()
    ]
    return Snapshot(snapshot.window, [table.sorted() for table in tables])


def _drawn(table: Table, draws: Draws) -> Table:
    order = np.argsort(draws.uniform(table.rows))
    return Table(table.name, {name: column.take(order) for name, column in table.columns.items()})


def _last(column: Column) -> int:
    return int(column.values.max(initial=0)) + 1 if column.kind == "person" else 1


def _ids(table: Table) -> list[str]:
    return [label for name, column in table.columns.items() if name in NAMES for label in column.labels]


def _column(name: str, column: Column, number: Ints, renamed: dict[str, str]) -> Column:
    if column.kind == "person":
        return Column(column.kind, np.where(column.present, number[column.values.astype(np.int64)], 0), column.present)
    if name not in NAMES | LISTS:
        return column
    labels = [";".join(renamed.get(one, one) for one in label.split(";")) for label in column.labels]
    return Column.of(column.kind, [None if code < 0 else labels[code] for code in column.values.tolist()])
