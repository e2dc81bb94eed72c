"""Whether two snapshots are too much alike to show both: their difference would speak of fewer than k people.

Two snapshots differ in what both select (somebody was taken out, merged, moved, or told of late) and in what one of them
selects alone (another day, another community). Each by itself, and in each what is gone and what is new, has to concern
nobody or at least k people: else the one would be had by hiding it behind the other. The *cover number* of some facts is
the least number of people without whom nothing of them would be left: all contacts of one person count one, however many
others they reach.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np

from kithline_core.engine import facts
from kithline_core.engine.facts import LAST, Block, Cells, Facts, Words
from kithline_sdk.snapshot import Bools, Ints

_NOTHING: Final = Block(*(np.zeros(0, np.uint64) for _ in range(3)))


class Parts(NamedTuple):
    """Cells of two snapshots: those that both select and that differ, before and after; and what one selects alone."""

    before: Cells
    after: Cells
    gone: Cells
    new: Cells


class Side(NamedTuple):
    """Facts on one side of a difference: hashes of both ends, and whether they say where somebody belongs."""

    one: Words
    other: Words
    belongs: Bools

    @property
    def size(self) -> int:
        """How many facts there are."""
        return len(self.one)

    def where(self, keep: Bools) -> "Side":
        """Return the facts where `keep` is true."""
        return Side(self.one[keep], self.other[keep], self.belongs[keep])


def withheld(before: Facts, after: Facts, k: int, known: Words | None = None) -> bool:
    """Say whether not both may be shown. Only people in `known` count (None: everybody): others may be made up."""
    found = parts(before, after)
    apart = ((found.gone, before.blocks), (found.new, after.blocks))
    return not (
        apart_enough(changed(found, before.blocks, after.blocks), k, known)
        and all(together_enough(side(cells, blocks), k, known) for cells, blocks in apart)
    )


def parts(before: Facts, after: Facts) -> Parts:
    """Return where two snapshots differ; equal blocks of what both select need not be looked into."""
    last = min(before.selection.last, after.selection.last)
    inside = [after.selection.holds(before.cells), before.selection.holds(after.cells)]
    left, right = (_clipped(found.cells[here], last) for found, here in zip((before, after), inside, strict=True))
    keys = [facts.keys(cells) for cells in (left, right)]
    names = [facts.mixed(key ^ cells["block"]) for key, cells in zip(keys, (left, right), strict=True)]
    differ = np.concatenate([keys[0][~np.isin(names[0], names[1])], keys[1][~np.isin(names[1], names[0])]])
    return Parts(
        left[np.isin(keys[0], differ)], right[np.isin(keys[1], differ)],
        before.cells[~inside[0]], after.cells[~inside[1]],
    )  # fmt: skip


def changed(found: Parts, before: Mapping[int, Block], after: Mapping[int, Block]) -> tuple[Side, Side]:
    """Return what is gone and what is new in what both snapshots select. A fact that changed is on both sides."""
    (left, one), (right, other) = _opened(found.before, before), _opened(found.after, after)
    return left.where(~np.isin(one, other)), right.where(~np.isin(other, one))


def side(cells: Cells, blocks: Mapping[int, Block]) -> Side:
    """Return all facts of some cells."""
    return _opened(cells, blocks)[0]


def apart_enough(sides: tuple[Side, Side], k: int, known: Words | None) -> bool:
    """Say whether what changed is enough on either side, by what people did and by where they belong.

    Neither covers the other: departments are quickly renamed, and a move says more than a message more.
    """
    kinds = (one.where(which) for one in sides for which in (one.belongs, ~one.belongs))
    return all(not one.size or cover(one, k, known) >= k for one in kinds)


def together_enough(one: Side, k: int, known: Words | None) -> bool:
    """Say whether what one snapshot selects alone is enough: what people did, or else where they belong."""
    acts = one.where(~one.belongs)
    return not one.size or cover(acts if acts.size else one, k, known) >= k


def cover(found: Side, stop: int, known: Words | None = None) -> int:
    """Return a lower bound of the cover number that is exact enough up to `stop`: single people, then pairs apart.

    Whoever does not count covers for nothing what he has part in. The matching is maximal, so at least half of the most.
    """
    if known is not None:
        found = found.where(np.isin(found.one, known) & np.isin(found.other, known))
    single = found.one == found.other
    alone = np.unique(found.one[single])
    pairs = found.where(~(single | np.isin(found.one, alone) | np.isin(found.other, alone)))
    number, (one, other) = len(alone), _quiet_first(pairs)
    while len(one) and number < stop:
        apart = (one != one[0]) & (other != one[0]) & (one != other[0]) & (other != other[0])
        one, other, number = one[apart], other[apart], number + 1
    return number


def _quiet_first(pairs: Side) -> tuple[Ints, Ints]:
    """Return pairs by numbers of people, those first whose ends are in few others: the matching grows that way."""
    _, place, times = np.unique(np.concatenate([pairs.one, pairs.other]), return_inverse=True, return_counts=True)
    one, other = np.split(place.reshape(-1), 2)
    order = np.argsort(times[one] + times[other], kind="stable") if len(one) else one
    return one[order], other[order]


def _clipped(cells: Cells, last: int) -> Cells:
    """Return cells as somebody sees them who knows nothing of later days: what ends with them is open."""
    found = cells.copy()
    found["last"] = np.where(found["last"] >= last, LAST, found["last"])
    return found


def _opened(cells: Cells, blocks: Mapping[int, Block]) -> tuple[Side, Words]:
    """Return the facts of cells, and what tells each from all others."""
    found = [blocks[name] for name in cells["block"].tolist()]
    sizes = [len(block.one) for block in found]
    one, other, content = (np.concatenate(column) for column in zip(_NOTHING, *found, strict=True))
    key = np.repeat(facts.keys(cells), sizes)
    name = facts.mixed(facts.mixed(facts.mixed(key ^ one) ^ other) ^ content)
    return Side(one, other, np.repeat(cells["belongs"] > 0, sizes)), name
