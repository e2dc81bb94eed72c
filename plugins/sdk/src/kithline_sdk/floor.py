"""The privacy floor: which cells may be shown, so that a withheld one cannot be had by subtraction (rulings 1.11)."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kithline_sdk.grouping import by_pair
from kithline_sdk.snapshot import Bools, Floats, Ints

K: Final = 5  # people; a tenant may raise it, never lower it
DOMINANCE: Final = 0.85  # the share of a cell's events that one person may not reach


def in_force(floor: int) -> int:
    """Return the floor that holds: what was asked for, at least 5."""
    return max(K, floor)


def shown(sizes: Ints, k: int, *, dominated: Bools | None = None, totals: Sequence[Bools] = ()) -> Bools:
    """Return which cells may be shown: none under k people or dominated, and no total gives a withheld one away.

    `sizes` are people per cell. The sum over all cells counts as known; `totals` (masks over the cells) are further
    sums that are. For each, what is withheld covers nothing, or at least 2 cells and k people; cells are withheld for
    that smallest first, of equal ones the first. A cell without people hides nobody: it is not shown and covers nothing.
    """
    peopled = sizes > 0
    show = peopled & (sizes >= k)
    if dominated is not None:
        show &= ~dominated
    order = np.argsort(sizes, kind="stable")
    known = [np.ones(len(sizes), np.bool_), *totals]
    while any([_cover(show, order, sizes, peopled & total, k) for total in known]):  # noqa: C419 - every total has its turn
        pass
    return show


def _cover(show: Bools, order: NDArray[np.intp], sizes: Ints, total: Bools, k: int) -> bool:
    """Withhold cells of one total until it gives none away; say whether any had to be."""
    secret = total & ~show
    cells, people = int(np.count_nonzero(secret)), int(sizes[secret].sum())
    if cells == 0 or (cells > 1 and people >= k):
        return False
    changed = False
    for cell in order[(total & show)[order]]:
        if cells > 1 and people >= k:
            break
        show[cell] = False
        cells, people, changed = cells + 1, people + int(sizes[cell]), True
    return changed


def dominated(cell: Ints, person: Ints, amount: Ints | Floats, cells: int) -> Bools:
    """Return in which cells one person makes 85 % or more of the amount; a cell without any is not dominated."""
    whole = np.bincount(cell, amount, cells)
    pairs = by_pair(cell, person)
    largest = np.zeros(cells)
    np.maximum.at(largest, pairs.one, np.bincount(pairs.of, amount, pairs.size))
    return np.asarray((whole > 0) & (largest >= DOMINANCE * whole), np.bool_)
