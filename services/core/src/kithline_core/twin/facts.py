"""Facts of a table as a whole that bugs hang on: yes or no, and of nobody."""

import numpy as np

from kithline_core.twin import layout
from kithline_sdk.snapshot import Column, Ints, Table

LEAST: int = 3  # of fewer rows an order says nothing


def of(table: Table) -> tuple[bool, bool, bool, list[tuple[str, str]]]:
    """Return whether keys are unique, some pair is of one with itself, some pair stands both ways; and spans in order."""
    names = layout.key(table.name, dict(table.columns))
    unique = not repeated([codes(table, name) for name in names]).any()
    first, second = layout.PAIRS.get(table.name, ("", ""))
    pairs = (codes(table, first), codes(table, second)) if first in table and second in table else None
    loops = pairs is not None and bool(looped(*pairs).any())
    mutual = pairs is not None and bool(returned(*pairs).any())
    return unique, loops, mutual, [span for span in layout.SPANS if _ordered(table, *span)]


def codes(table: Table, name: str) -> Ints:
    """Return a column as numbers that are equal where its values are, over all text columns; empty is -1."""
    column = table.columns[name]
    if column.kind != "str":
        return np.where(column.present, column.values.astype(np.int64), np.int64(-1))
    marks = np.array([*(hash(label) >> 1 & 0x3FFF_FFFF_FFFF_FFFF for label in column.labels), -1], np.int64)
    return np.asarray(marks[column.values], np.int64)


def repeated(columns: list[Ints]) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Return which rows say what an earlier one does."""
    if not columns or not len(columns[0]):
        return np.zeros(0, np.bool_)
    order = np.lexsort(columns)
    same = np.ones(len(order), np.bool_)
    same[0] = False
    for column in columns:
        same[1:] &= column[order][1:] == column[order][:-1]
    found = np.zeros(len(order), np.bool_)
    found[order] = same
    return found


def looped(one: Ints, other: Ints) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Return which pairs are of one with itself."""
    return np.asarray((one == other) & (one >= 0), np.bool_)


def returned(one: Ints, other: Ints) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Return which pairs stand the other way round too."""
    there = (one >= 0) & (other >= 0) & (one != other)
    known, places = np.unique(np.concatenate([one, other]), return_inverse=True)
    left, right = places[: len(one)].astype(np.int64), places[len(one) :].astype(np.int64)
    forward, back = left * len(known) + right, right * len(known) + left
    return np.asarray(there & np.isin(forward, back[there]), np.bool_)


def rises(column: Column) -> bool:
    """Return whether the values of a column never fall from row to row, and rise somewhere."""
    values = column.values[column.present]
    if column.kind in {"str", "person", "bool"} or len(values) < LEAST:
        return False
    return bool((values[1:] >= values[:-1]).all() and values[0] < values[-1])


def _ordered(table: Table, start: str, end: str) -> bool:
    if start not in table or end not in table:
        return False
    both = table.present(start) & table.present(end)
    return bool(both.any() and (table.columns[start].values[both] <= table.columns[end].values[both]).all())
