"""Brings two snapshots into one numbering of people and one set of labels, and builds snapshots out of rows of both."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from kithline_core.engine.facts import Words
from kithline_sdk.snapshot import Bools, Column, Ints, Snapshot, Table, Window


class Numbered(NamedTuple):
    """A snapshot and the hashes of the people behind its numbers, in their order."""

    snapshot: Snapshot
    people: Words


class Both(NamedTuple):
    """The same tables of two snapshots, under one numbering; `people` are the hashes behind it."""

    before: dict[str, Table]
    after: dict[str, Table]
    people: Words
    windows: tuple[Window, Window]


def align(before: Numbered, after: Numbered) -> Both:
    """Return both snapshots under one numbering that keeps the order of either. Raises ValueError where there is none.

    Numbers follow the order of people's ids, which nobody knows here: who is in one snapshot alone stands behind whoever
    stands before them there.
    """
    people, places = _together(before.people, after.people)
    tables: tuple[dict[str, Table], dict[str, Table]] = ({}, {})
    if list(before.snapshot.tables) != list(after.snapshot.tables):
        raise ValueError("the snapshots hold different tables")
    for name, left in before.snapshot.tables.items():
        right = after.snapshot[name]
        if list(left.columns) != list(right.columns):
            raise ValueError(f"the snapshots hold different columns of {name}")
        pairs = {column: _columns(left, right, column, places) for column in left.columns}
        for side, found in enumerate(tables):
            found[name] = Table(name, {column: pair[side] for column, pair in pairs.items()})
    return Both(*tables, people, (before.snapshot.window, after.snapshot.window))


def _together(before: Words, after: Words) -> tuple[Words, tuple[Ints, Ints]]:
    """Return everybody in one order, and the place in it of each number of either."""
    _, left, right = np.intersect1d(before, after, return_indices=True)
    order = np.argsort(left)
    left, right = left[order], right[order]
    if len(right) and (np.diff(right) < 0).any():
        raise ValueError("the snapshots number their people in different orders")
    # Behind which common person everybody stands; then common ones, those of before, those of after.
    sides = [
        np.searchsorted(at, np.arange(len(people)), side="right") for at, people in ((left, before), (right, after))
    ]
    common = [np.isin(np.arange(len(people)), at) for at, people in ((left, before), (right, after))]
    alone = ~common[1]
    anchor = np.concatenate([sides[0], sides[1][alone]])
    kind = np.concatenate([np.where(common[0], 0, 1), np.full(int(alone.sum()), 2)])
    place = np.concatenate([np.arange(len(before)), np.flatnonzero(alone)])
    ranks = np.empty(len(anchor), np.int64)
    sorting = np.lexsort((place, kind, anchor))
    ranks[sorting] = np.arange(len(anchor))
    places = np.zeros(len(after), np.int64)
    places[right], places[alone] = ranks[: len(before)][left], ranks[len(before) :]
    return np.concatenate([before, after[alone]])[sorting], (ranks[: len(before)], places)


def _columns(left: Table, right: Table, name: str, places: tuple[Ints, Ints]) -> tuple[Column, Column]:
    pair = left.columns[name], right.columns[name]
    kind = pair[0].kind
    if kind == "person":
        return _person(pair[0], places[0]), _person(pair[1], places[1])
    if kind != "str":
        return pair
    labels = tuple(sorted({*pair[0].labels, *pair[1].labels}))
    number = {label: code for code, label in enumerate(labels)}
    return _coded(pair[0], number, labels), _coded(pair[1], number, labels)


def _person(column: Column, places: Ints) -> Column:
    values = np.zeros(len(column.present), np.int64)
    values[column.present] = places[column.values[column.present].astype(np.int64)]
    return Column("person", values, column.present)


def _coded(column: Column, number: Mapping[str, int], labels: tuple[str, ...]) -> Column:
    codes = np.array([*(number[label] for label in column.labels), -1], np.int64)
    return Column("str", codes[column.values.astype(np.int64)], column.present, labels)


def built(both: Both, keep: Mapping[str, tuple[Bools, Bools]], window: Window) -> Snapshot:
    """Return the canonical snapshot of the rows to keep of either."""
    tables = [
        _joined(both.before[name].where(left), both.after[name].where(right)) for name, (left, right) in keep.items()
    ]
    met = [column.values[column.present] for table in tables for column in table.columns.values() if _is_person(column)]
    numbers = np.unique(np.concatenate(met)).astype(np.int64) if met else np.zeros(0, np.int64)
    return Snapshot(window, [_canonical(table, numbers) for table in tables])


def _joined(left: Table, right: Table) -> Table:
    made = {}
    for name, one in left.columns.items():
        other = right.columns[name]
        present = np.concatenate([one.present, other.present])
        made[name] = Column(one.kind, np.concatenate([one.values, other.values]), present, one.labels)
    return Table(left.name, made)


def _is_person(column: Column) -> bool:
    return column.kind == "person"


def _canonical(table: Table, numbers: Ints) -> Table:
    made = {}
    for name, column in table.columns.items():
        if _is_person(column):
            dense = np.where(column.present, np.searchsorted(numbers, column.values), 0)
            made[name] = Column("person", dense.astype(np.int64), column.present)
        else:
            made[name] = _used(column) if column.kind == "str" else column
    return Table(table.name, made).sorted()


def _used(column: Column) -> Column:
    """Leave out labels that no row uses: a snapshot that is read back has none."""
    used = np.unique(column.values[column.present])
    place = np.full(len(column.labels) + 1, -1, np.int64)
    place[used] = np.arange(len(used))
    return Column("str", place[column.values], column.present, tuple(column.labels[code] for code in used.tolist()))


def behind(people: Words, column: Column) -> Words:
    """Return the hash behind each number of a column of people; 0 behind none."""
    found = np.zeros(len(column.present), np.uint64)
    found[column.present] = people[column.values[column.present].astype(np.int64)]
    return found
