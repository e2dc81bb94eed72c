"""Finds the rows that only one of two snapshots has, and gives rows and what names them a hash."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple, TypeAlias

import numpy as np

from kithline_core.engine import facts
from kithline_core.engine.delta.aligned import Both
from kithline_core.engine.delta.rules import ORGANISATIONS
from kithline_core.engine.facts import Words
from kithline_sdk.snapshot import Bools, Column, Table

_NULL: Final = np.uint64(0x6E756C6C)
# Nothing here leaves the process, and both sides are hashed alike: the key need not be a secret.
_KEY: Final = b"rows of two snapshots"
Named: TypeAlias = Callable[[Column, str], Words]


class Change(NamedTuple):
    """Where a table differs: which rows of it are gone, and which came."""

    gone: Bools
    came: Bools


def changes(both: Both) -> dict[str, Change]:
    """Return per table which rows only one of both has; equal rows are counted."""
    return {name: _change(both.before[name], both.after[name]) for name in both.before}


def _change(before: Table, after: Table) -> Change:
    left, right = (_counted(hashes(table, table.columns)) for table in (before, after))
    return Change(~np.isin(left, right), ~np.isin(right, left))


def _counted(rows: Words) -> Words:
    """Tell equal rows apart by their turn, so that the second of two is not taken for the first."""
    _, place, times = np.unique(rows, return_inverse=True, return_counts=True)
    place = place.reshape(-1)
    order = np.argsort(place, kind="stable")
    turn = np.empty(len(rows), np.uint64)
    starts = np.cumsum(times) - times
    turn[order] = (np.arange(len(rows)) - np.repeat(starts, times)).astype(np.uint64)
    return facts.mixed(rows ^ facts.mixed(turn))


def hashes(table: Table, columns: Iterable[str], named: Named | None = None) -> Words:
    """Return a hash per row over some columns; `named` gives the words of people and organisations in their place."""
    found = np.zeros(table.rows, np.uint64)
    for name in columns:
        column = table.columns[name]
        special = named is not None and (column.kind == "person" or name in ORGANISATIONS)
        words = named(column, name) if named is not None and special else values(column)
        found = facts.mixed(found ^ np.where(column.present, words, _NULL))
    return found


def values(column: Column) -> Words:
    """Return the cells of a column as words; labels as their hashes."""
    if column.kind == "str":
        return labelled(column, {})
    return np.ascontiguousarray(column.values).view(np.uint64)


def labelled(column: Column, other: Mapping[str, str]) -> Words:
    """Return the hashes of a column's labels, some of which stand for others."""
    known = [int.from_bytes(facts.label(_KEY, other.get(label, label)), "big") for label in column.labels]
    return np.array([*known, 0], np.uint64)[column.values.astype(np.int64)]
