"""Numbers as cells that at least k share: halved at places the data has no say in, for as long as a half has k people."""

from collections.abc import Iterator
from typing import Final

import msgspec
import numpy as np

from kithline_core.twin.sharing import Holders
from kithline_sdk.snapshot import Bools, Floats

INT32: Final = 2.0**31
LARGEST: Final = 2.0**62
TINY: Final = 2.0**-30
FINEST: Final = 64  # parts of an octave
# Classes on which bugs hang, each [low, high): lost, nothing, less than one, some, more than 32 bits hold.
CLASSES: Final = (
    (-LARGEST, -INT32), (-INT32, -1.0), (-1.0, -0.0), (0.0, 0.0), (0.0, TINY), (TINY, 1.0), (1.0, INT32), (INT32, LARGEST),
)  # fmt: skip


class Cell(msgspec.Struct, frozen=True):
    """Values in [low, high), or `low` alone where both are one; `rows` None: fewer than k, how many is not told."""

    low: float
    high: float
    rows: int | None


class Rule(msgspec.Struct, frozen=True):
    """How numbers are told: k, whether they are whole, and `edge`: values in [0, edge) are halved evenly (0: none are).

    `coarse`: a figure of no person may be told by its octave.
    """

    k: int
    whole: bool
    edge: float = 0.0
    coarse: bool = False
    exact: bool = True


def cells(values: Floats, holders: Holders, rule: Rule) -> list[Cell]:
    """Return the cells of a column's values: whatever at least k share as it is, the rest in cells that k share."""
    found, left = _shared(values, holders, rule) if rule.exact else ([], np.ones(len(values), np.bool_))
    for low, high in classes(rule):
        rows = left & (values == low if low == high else (values >= low) & (values < high))
        if not rule.edge and low != high:
            rows &= values != 0
        if rows.any():
            found += _of_class(values[rows], holders.take(rows), (low, high), rule)
    return found


def classes(rule: Rule) -> list[tuple[float, float]]:
    """Return the classes of a rule's values, lowest first."""
    if not rule.edge:
        return list(CLASSES)
    return [(-LARGEST, -INT32), (-INT32, 0.0), (0.0, rule.edge), (rule.edge, LARGEST)]


def _shared(values: Floats, holders: Holders, rule: Rule) -> tuple[list[Cell], Bools]:
    known, codes = np.unique(values, return_inverse=True)
    enough = holders.by(codes.astype(np.int64), len(known)) >= rule.k
    counts = np.bincount(codes, minlength=len(known))
    told = np.flatnonzero(enough).tolist()
    return [Cell(float(known[one]), float(known[one]), int(counts[one])) for one in told], ~enough[codes]


def _of_class(values: Floats, holders: Holders, span: tuple[float, float], rule: Rule) -> list[Cell]:
    low, high = span
    if low == high:  # nobody's zero may be told, the zero of a few people may not
        return [] if holders.personal else [Cell(0.0, 0.0, len(values))]
    if rule.coarse:
        return list(_halved(values, holders, span, rule))
    if holders.many(np.ones(len(values), np.bool_)) < rule.k:
        return [Cell(low, high, None)]
    return list(_halved(values, holders, span, rule))


def _halved(values: Floats, holders: Holders, span: tuple[float, float], rule: Rule) -> Iterator[Cell]:
    """Yield the cells of a span that is shared by enough; a half that too few share goes with the other one."""
    middle = _middle(*span, rule)
    if middle is None:
        yield Cell(*span, len(values))
        return
    need = 1 if rule.coarse and _octaves(*span) else rule.k
    below = values < middle
    halves = [(rows, part) for rows, part in ((below, (span[0], middle)), (~below, (middle, span[1])))
              if holders.many(rows) >= need]  # fmt: skip
    if not halves:
        yield Cell(*span, len(values))
        return
    lost = len(values) - sum(int(rows.sum()) for rows, _ in halves)
    for rows, part in halves:
        for cell in _halved(values[rows], holders.take(rows), part, rule):
            yield cell if not lost else Cell(cell.low, cell.high, (cell.rows or 0) + lost)
            lost = 0


def _octaves(low: float, high: float) -> bool:
    """Return whether a span is more than one octave."""
    small, large = sorted((abs(low), abs(high)))
    return large > 2 * max(small, TINY)


def _middle(low: float, high: float, rule: Rule) -> float | None:
    """Return where a span is halved: between octaves first, then evenly; None where it is as fine as it gets."""
    small, large = sorted((abs(low), abs(high)))
    if large <= TINY:
        return None
    if _octaves(low, high) and not (rule.edge and 0 <= low < high <= rule.edge):
        exponent = (np.log2(small or TINY) + np.log2(large)) // 2
        middle = float(np.copysign(2.0**exponent, low if low < 0 else high))
        return None if rule.coarse and abs(middle) < rule.k else middle
    middle = float(np.floor((low + high) / 2)) if rule.whole else (low + high) / 2
    fine = high - low <= (1 if rule.whole else large / FINEST)
    return None if fine or middle in {low, high} else middle


def spread(cell: Cell) -> tuple[float, float]:
    """Return between what a cell's values are drawn: of a class that too few share its beginning, and no more."""
    if cell.rows is not None:
        return cell.low, cell.high
    if cell.low < 0:
        return max(cell.low, 2 * cell.high - 1), cell.high
    return cell.low, min(cell.high, 2 * cell.low + 1)
