"""Mends drawn rows until the facts of a table hold: keys that were unique are, nobody is their own neighbour who never was."""

from typing import Final, TypeAlias

import numpy as np

from kithline_core.twin import facts, layout
from kithline_core.twin.shapes import TableShape
from kithline_sdk.snapshot import Bools, Floats, Ints
from kithline_sdk.stats.random import Draws

ROUNDS: Final = 60
Cells: TypeAlias = tuple[Ints | Floats, Bools]


def mend(draws: Draws, shape: TableShape, drawn: dict[str, Cells], fixed: frozenset[str] = frozenset()) -> None:
    """Change drawn columns of a table, in place, until its facts hold, or for as long as that helps.

    `fixed` columns were drawn as pairs, and stay.
    """
    names = layout.key(shape.name, dict(drawn))
    pair = next(
        (pair for name, pair in layout.PAIRS.items() if name == shape.name and set(pair) <= drawn.keys() - fixed), None
    )
    _plant(draws, shape, drawn, names, pair)
    moved = pair[1] if pair else next((name for name in reversed(names) if name not in fixed), "")
    for _ in range(ROUNDS):
        wrong = np.flatnonzero(_wrong(shape, drawn, names, pair))
        if not len(wrong) or not moved:
            break
        _shuffle(draws, drawn, moved, wrong)
    for start, end in shape.ordered:
        _in_order(drawn, start, end)


def _codes(cells: Cells) -> Ints:
    return np.where(cells[1], cells[0].astype(np.int64), np.int64(-1))


def _wrong(shape: TableShape, drawn: dict[str, Cells], names: list[str], pair: tuple[str, str] | None) -> Bools:
    """Return which rows break a fact."""
    columns = [_codes(drawn[name]) for name in names]
    wrong = facts.repeated(columns) if shape.unique else np.zeros(_rows(drawn), np.bool_)
    if pair is None:
        return wrong
    one, other = (_codes(drawn[name]) for name in pair)
    if not shape.loops:
        wrong = wrong | facts.looped(one, other)
    return wrong if shape.mutual else wrong | facts.returned(one, other)


def _rows(drawn: dict[str, Cells]) -> int:
    return len(next(iter(drawn.values()))[0]) if drawn else 0


def _shuffle(draws: Draws, drawn: dict[str, Cells], name: str, wrong: Ints) -> None:
    """Change places among wrong rows and as many others in one column."""
    values, present = drawn[name]
    others = draws.below(len(values), len(wrong))
    rows = np.unique(np.concatenate([wrong, others]))
    order = rows[np.argsort(draws.uniform(len(rows)), kind="stable")]
    values[rows], present[rows] = values[order], present[order]


def _plant(
    draws: Draws, shape: TableShape, drawn: dict[str, Cells], names: list[str], pair: tuple[str, str] | None
) -> None:
    """See to it that some row stands twice, some pair is of one with itself, or stands both ways, where that was so."""
    rows = _rows(drawn)
    if rows < 2:  # noqa: PLR2004 - a row and another
        return
    row, other = draws.below(rows, 1)[0], draws.below(rows - 1, 1)[0]
    other += other >= row
    if not shape.unique and not facts.repeated([_codes(drawn[name]) for name in names]).any():
        for name in names:
            _copy(drawn[name], drawn[name], row, other)
    if pair is None:
        return
    left, right = drawn[pair[0]], drawn[pair[1]]
    if shape.mutual and not facts.returned(_codes(left), _codes(right)).any():
        _copy(left, right, row, other)
        _copy(right, left, row, other)
    if shape.loops and not facts.looped(_codes(left), _codes(right)).any():
        _copy(left, right, other, other)


def _copy(source: Cells, target: Cells, row: int, into: int) -> None:
    target[0][into], target[1][into] = source[0][row], source[1][row]


def _in_order(drawn: dict[str, Cells], start: str, end: str) -> None:
    (first, there), (last, also) = drawn[start], drawn[end]
    swap = there & also & (first > last)
    first[swap], last[swap] = last[swap], first[swap]
