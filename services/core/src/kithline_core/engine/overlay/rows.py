"""Rows put into a table of a snapshot or taken out of it, in canonical form: as if the data had been so."""

from collections.abc import Mapping, Sequence

import numpy as np

from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.snapshot import Bools, Column, Ints, Snapshot, Table

Row = Mapping[str, object]


def cells(table: Table, name: str) -> list[object]:
    """Return a column as Python values, None for null."""
    column = table.columns[name]
    if column.kind == "str":
        return list(table.texts(name))
    pairs = zip(column.values.tolist(), column.present.tolist(), strict=True)
    return [value if here else None for value, here in pairs]


def says(table: Table, column: str, wanted: str) -> Bools:
    """Return in which rows a column of strings says something."""
    hits = np.array([*(label == wanted for label in table.labels(column)), False], np.bool_)
    return np.asarray(hits[table.codes(column)], np.bool_)


def put(table: Table, rows: Sequence[Row]) -> Table:
    """Return a table with further rows; columns it does not have are left out, what a row does not say is null."""
    kinds = CATALOGUE[table.name]
    made = {
        name: _joined(column, Column.of(kinds[name], [row.get(name) for row in rows]))
        for name, column in table.columns.items()
    }
    return Table(table.name, made).sorted()


def _joined(one: Column, other: Column) -> Column:
    present = np.concatenate([one.present, other.present])
    if one.kind == "float":
        values = np.concatenate([one.values, other.values]).astype(np.float64)
        return Column(one.kind, values, present)
    labels = tuple(sorted({*one.labels, *other.labels}))
    codes = [_coded(column, labels) if column.kind == "str" else column.values for column in (one, other)]
    return Column(one.kind, np.concatenate(codes).astype(np.int64), present, labels)


def _coded(column: Column, labels: tuple[str, ...]) -> Ints:
    """Return the codes of a column of strings in other labels."""
    place = {label: number for number, label in enumerate(labels)}
    return np.array([*(place[label] for label in column.labels), -1], np.int64)[column.values]


def changed(table: Table, hit: Bools, values: Row) -> Table:
    """Return a table with other values in some rows; columns it does not have stay out."""
    kinds, made = CATALOGUE[table.name], dict(table.columns)
    for name, value in values.items():
        if name in made:
            pairs = zip(cells(table, name), hit.tolist(), strict=True)
            made[name] = Column.of(kinds[name], [value if here else cell for cell, here in pairs])
    return Table(table.name, made).sorted()


def swapped(snapshot: Snapshot, table: Table) -> Snapshot:
    """Return a snapshot with another table in the place of its own."""
    return Snapshot(snapshot.window, [table if one.name == table.name else one for one in snapshot.tables.values()])


def people(snapshot: Snapshot) -> Ints:
    """Return the numbers of everybody who stands in a snapshot."""
    found = [
        column.values[column.present].astype(np.int64)
        for table in snapshot.tables.values()
        for name, column in table.columns.items()
        if CATALOGUE[table.name][name] == "person"
    ]
    return np.unique(np.concatenate(found)) if found else np.zeros(0, np.int64)


def numbered(snapshot: Snapshot) -> Snapshot:
    """Return a snapshot whose people are numbered without gaps, as whoever left leaves none in real data."""
    here = people(snapshot)
    if not len(here) or here[-1] == len(here) - 1:
        return snapshot
    return Snapshot(snapshot.window, [_renumbered(table, here) for table in snapshot.tables.values()])


def _renumbered(table: Table, here: Ints) -> Table:
    kinds = CATALOGUE[table.name]
    made = {
        name: Column("person", np.where(column.present, np.searchsorted(here, column.values), 0), column.present)
        if kinds[name] == "person"
        else column
        for name, column in table.columns.items()
    }
    return Table(table.name, made).sorted()
