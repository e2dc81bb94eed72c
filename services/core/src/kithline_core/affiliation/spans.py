"""Half-open spans of time, and rows that hold in them; an empty end is unbounded."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import compress
from typing import Any, Final, TypeAlias

Span: TypeAlias = tuple[int, int]
Row: TypeAlias = dict[str, Any]
Cells: TypeAlias = dict[str, list[Any]]

# Outside what a date can hold, in microseconds since 1970.
EARLIEST: Final = -(1 << 62)
LATEST: Final = 1 << 62


def of(row: Row) -> Span:
    """Return when a row holds."""
    begins, ends = row["valid_from"], row["valid_to"]
    return EARLIEST if begins is None else begins, LATEST if ends is None else ends


def within(row: Row, span: Span) -> Row:
    """Return the row as it holds in another span."""
    begins, ends = span
    dates = {"valid_from": None if begins == EARLIEST else begins, "valid_to": None if ends == LATEST else ends}
    return {**row, **dates}


def common(one: Span, other: Span) -> Span:
    """Return what two spans share; it is empty where its end does not lie behind its beginning."""
    return max(one[0], other[0]), min(one[1], other[1])


def minus(whole: Span, taken: Iterable[Span]) -> list[Span]:
    """Return what is left of a span, in order."""
    left, at = [], whole[0]
    for begins, ends in sorted(taken):
        if begins > at:
            left.append((at, min(begins, whole[1])))
        at = max(at, ends)
    left.append((at, whole[1]))
    return [(begins, ends) for begins, ends in left if begins < ends]


def rows_of(cells: Mapping[str, Sequence[Any]], places: Iterable[int]) -> list[Row]:
    """Return some rows of a table."""
    return [{name: column[place] for name, column in cells.items()} for place in places]


def replaced(cells: Mapping[str, Sequence[Any]], places: Iterable[int], rows: Iterable[Row]) -> Cells:
    """Return a table with other rows in the place of some."""
    kept = list(rows)
    return exchanged(cells, places, {name: [row[name] for row in kept] for name in cells})


def exchanged(cells: Mapping[str, Sequence[Any]], places: Iterable[int], columns: Mapping[str, Iterable[Any]]) -> Cells:
    """Return a table with other rows, given as columns, in the place of some."""
    stay = bytearray(b"\1") * len(next(iter(cells.values()), ()))
    for place in places:
        stay[place] = 0
    return {name: [*compress(column, stay), *columns[name]] for name, column in cells.items()}


def joined(parts: Iterable[Span]) -> list[Span]:
    """Return spans, in order, with those that touch made one."""
    found: list[Span] = []
    for begins, ends in parts:
        if found and found[-1][1] == begins:
            found[-1] = (found[-1][0], ends)
        else:
            found.append((begins, ends))
    return found
