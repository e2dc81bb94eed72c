"""The privacy floor: which cells may be shown, so that a withheld one cannot be had by subtraction (rulings 1.11)."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kithline_sdk.grouping import by_pair
from kithline_sdk.snapshot import Bools, Floats, Ints

K: Final = 5  # people; a tenant may raise it, never lower it
DOMINANCE: Final = 0.85  # the share of a cell's events that one person may not reach
EXACT: Final = 1e-9  # what is nothing but rounding
# A cell that stays open can move against some others, as whole numbers, so its leverage is well below 1.
LEAST: Final = 1e-6


def in_force(floor: int) -> int:
    """Return the floor that holds: what was asked for, at least 5."""
    return max(K, floor)


class _Behind(NamedTuple):
    """Who stands behind cells: how many people each, the floor, and row by row which cell and who, where that is known."""

    sizes: Ints
    k: int
    members: tuple[Ints, Ints] | None

    def hide(self, secret: Bools) -> bool:
        """Say whether at least k people stand behind these cells taken together."""
        if self.members is None:
            return int(self.sizes[secret].sum()) >= self.k
        cell, person = self.members
        return len(np.unique(person[secret[cell]])) >= self.k


class _Cells(NamedTuple):
    """The cells smallest first, the known sums (of all, then the totals), and who stands behind them."""

    order: NDArray[np.intp]
    known: list[Bools]
    behind: _Behind


class Crossed(NamedTuple):
    """Which groups may show their sums, and which pairs of groups their cell."""

    groups: Bools
    pairs: Bools


def shown(
    sizes: Ints,
    k: int,
    *,
    dominated: Bools | None = None,
    totals: Sequence[Bools] = (),
    members: tuple[Ints, Ints] | None = None,
) -> Bools:
    """Return which cells may be shown: none under k people or dominated, and no totals give a withheld one away.

    `sizes` are people per cell. The sum over all cells counts as known; `totals` (masks over the cells) are further
    sums that are. For each, what is withheld covers nothing, or at least 2 cells and k people (where somebody may be in
    several cells, `members` says row by row which cell and who); and all of them together
    leave every withheld cell open. Cells are withheld for that smallest first, of equal ones the first; where totals
    had to be looked at together, cells that turn out not to be needed come back, largest first. A cell without people
    hides nobody: it is not shown and covers nothing. What the totals give away with nothing shown stays so.
    """
    peopled = sizes > 0
    fit = peopled & (sizes >= k) & (True if dominated is None else ~dominated)
    known = [peopled, *(peopled & total for total in totals)]
    cells = _Cells(np.argsort(sizes, kind="stable"), known, _Behind(sizes, k, members))
    lost, show, together = given_away(peopled, cells.known), fit.copy(), False
    while True:
        while any([_cover(show, cells, total) for total in cells.known]):  # noqa: C419 - every total has its turn
            pass
        solved = given_away(peopled & ~show, cells.known) & ~lost
        if not solved.any() or not show.any():
            return _given_back(show, fit, lost, cells) if together else show
        show[_next(show, cells, solved)], together = False, True


def crossed(groups: Bools, people: Ints, a: Ints, b: Ints, allowed: Bools, k: int) -> Crossed:
    """Return what may be shown of groups, each with its sum over all others, and of their pairs a < b.

    `groups` and `allowed` say what may be shown by itself. The sum over all pairs is public; so is the only pair of two
    groups. Else no pair that is withheld follows from what is shown: further pairs are withheld, as `shown` does. Where
    that is not enough, as with three groups, the groups' sums are withheld, and come back, largest group first, as far
    as they leave every such pair open and those withheld cover at least 2 groups and k people.
    """
    sizes = people[a] + people[b]
    every = np.ones(len(a), np.bool_)
    pairs = shown(sizes, k, dominated=~allowed, totals=_sums(groups, a, b))
    if len(a) <= 1 or not given_away(~pairs, [every, *_sums(groups, a, b)]).any():
        return Crossed(groups, pairs)
    pairs, kept = shown(sizes, k, dominated=~allowed), np.zeros(len(groups), np.bool_)
    behind, all_groups = _Behind(people, k, None), np.ones_like(groups)
    for one in np.argsort(-people, kind="stable").tolist():
        more = kept.copy()
        more[one] = groups[one]
        if _covered(more, behind, all_groups) and not given_away(~pairs, [every, *_sums(more, a, b)]).any():
            kept = more
    return Crossed(kept, pairs)


def given_away(secret: Bools, totals: Sequence[Bools]) -> Bools:
    """Return which withheld cells the known totals determine, all of them together and all other cells being known.

    A cell follows from linear equations when it lies in the space of their rows: its leverage is 1 then, else less.
    """
    sums = np.array([total[secret] for total in totals], np.float64)
    space = np.linalg.pinv(sums @ sums.T, rcond=EXACT)
    found = np.zeros(len(secret), np.bool_)
    found[np.flatnonzero(secret)] = ((sums * (space @ sums)).sum(axis=0) + LEAST).astype(np.int64) == 1
    return found


def _sums(groups: Bools, a: Ints, b: Ints) -> list[Bools]:
    return [np.asarray((a == one) | (b == one), np.bool_) for one in np.flatnonzero(groups).tolist()]


def _next(show: Bools, cells: _Cells, solved: Bools) -> int:
    """Return the smallest cell shown in a total that holds a solved one or, where there is none, of all."""
    near = np.zeros(len(show), np.bool_)
    for total in cells.known[1:]:
        near |= total & (solved & total).any()
    found = show & near if (show & near).any() else show
    return int(cells.order[found[cells.order]][0])


def _given_back(show: Bools, fit: Bools, lost: Bools, cells: _Cells) -> Bools:
    """Show what is fit and need not be withheld: a cell, with those that then follow, if they are fit and totals cover."""
    for cell in cells.order[::-1].tolist():
        more = show.copy()
        more[cell] |= fit[cell]
        solved = more & ~show
        while solved.any():
            more |= solved
            solved = given_away(cells.known[0] & ~more, cells.known) & ~lost
        if not (more & ~fit).any() and all(_covered(more, cells.behind, total) for total in cells.known):
            show = more
    return show


def _covered(show: Bools, behind: _Behind, total: Bools) -> bool:
    """Say whether what is withheld of a total is nothing, or at least 2 cells and k people, or all there is."""
    secret = total & ~show
    count = int(np.count_nonzero(secret))
    enough = count > 1 and behind.hide(secret)
    return bool(count == 0 or enough or not (total & show).any())


def _cover(show: Bools, cells: _Cells, total: Bools) -> bool:
    """Withhold cells of one total until it gives none away; say whether any had to be."""
    before = int(np.count_nonzero(show))
    for cell in cells.order[(total & show)[cells.order]]:
        if _covered(show, cells.behind, total):
            break
        show[cell] = False
    return before > int(np.count_nonzero(show))


def dominated(cell: Ints, person: Ints, amount: Ints | Floats, cells: int) -> Bools:
    """Return in which cells one person makes 85 % or more of the amount; a cell without any is not dominated."""
    whole = np.bincount(cell, amount, cells)
    pairs = by_pair(cell, person)
    largest = np.zeros(cells)
    np.maximum.at(largest, pairs.one, np.bincount(pairs.of, amount, pairs.size))
    return np.asarray((whole > 0) & (largest >= DOMINANCE * whole), np.bool_)


def near(cell: Ints, person: Ints, cells: int, k: int) -> Bools:
    """Return which cells have to go so that no two that stay differ by 1 to k - 1 people on a side.

    `cell` and `person` say, row by row, who is in which; people may be in several. Of two cells that are too near the
    smaller goes, of equal ones the latter. Count those who make the figure: members who add nothing to it hide nobody.
    """
    members = by_pair(person, cell)
    size = np.bincount(members.other, minlength=cells)
    pairs = _in_common(members.one, members.other)
    left, right = size[pairs.one] - pairs.times, size[pairs.other] - pairs.times
    close = ((left > 0) & (left < k)) | ((right > 0) & (right < k))
    gone = np.zeros(cells, np.bool_)
    for one, other in np.stack([pairs.one, pairs.other], axis=1)[close].tolist():
        if not gone[one] and not gone[other]:
            gone[one if size[one] < size[other] else other] = True
    return gone


class _Common(NamedTuple):
    """Pairs of cells one < other with members in common, and how many."""

    one: Ints
    other: Ints
    times: Ints


def _in_common(person: Ints, cell: Ints) -> _Common:
    """Count the people any two cells share; rows are sorted by person, then cell, and none stands twice."""
    place = np.arange(len(person))
    after = np.searchsorted(person, person, side="right") - place - 1
    row = np.repeat(place, after)
    mate = row + 1 + np.arange(len(row)) - np.repeat(np.cumsum(after) - after, after)
    found = by_pair(cell[row], cell[mate])
    return _Common(found.one, found.other, np.bincount(found.of, minlength=found.size))
