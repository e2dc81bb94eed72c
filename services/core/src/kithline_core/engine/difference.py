"""Whether two snapshots are too much alike to publish both: their difference would speak of fewer than k people.

A difference has two sides, the facts that are gone and those that are new (see `engine.facts`). The *cover number* of a
side is the least number of people without whom nothing of it would be left: all contacts of one person count one,
however many others they reach. Each side has to concern nobody or at least k people.
"""

from typing import NamedTuple

import numpy as np

from kithline_core.engine.facts import BELONGS, Facts, Places, Words, keyed
from kithline_sdk.snapshot import Bools


class Side(NamedTuple):
    """Facts on one side: places of both ends among all people, and whether they say where somebody belongs."""

    one: Places
    other: Places
    belongs: Bools

    @property
    def size(self) -> int:
        """How many facts there are."""
        return len(self.one)

    def where(self, keep: Bools) -> "Side":
        """Return the facts where `keep` is true."""
        return Side(self.one[keep], self.other[keep], self.belongs[keep])


class Difference(NamedTuple):
    """People of both snapshots, what is gone and what is new. A fact that changed is on both sides."""

    people: Words
    removed: Side
    added: Side


def withheld(before: Facts, after: Facts, k: int, known: Words | None = None) -> bool:
    """Say whether not both may be shown, as a side that is not empty covers fewer than k people.

    Only people in `known` count (None: everybody): others may be there for nothing but to cover somebody.
    """
    found = difference(before, after)
    counted = np.ones(len(found.people), np.bool_) if known is None else np.isin(found.people, known)
    return not (enough(found.removed, counted, k) and enough(found.added, counted, k))


def clear(before: Facts, after: Facts, k: int, known: Words) -> bool:
    """Say whether these parts of two snapshots already show that both sides of the whole cover k people that count."""
    found = difference(before, after)
    counted = np.isin(found.people, known)
    acts = (side.where(~side.belongs) for side in (found.removed, found.added))
    return all(cover(side, counted, k) >= k for side in acts)


def enough(side: Side, counted: Bools, k: int) -> bool:
    """Say whether a side concerns nobody, or at least k of the people that count (a mask over all).

    Where people belong covers no change of what they did: departments are quickly renamed.
    """
    acts = side.where(~side.belongs)
    return not side.size or cover(acts if acts.size else side, counted, k) >= k


def cover(side: Side, counted: Bools, stop: int) -> int:
    """Return a lower bound of the cover number that is exact enough up to `stop`: single people, then pairs apart.

    Whoever does not count covers for nothing what he has part in. The matching is maximal, so at least half of the most.
    """
    kept = side.where(counted[side.one] & counted[side.other])
    alone = np.zeros(len(counted), np.bool_)
    alone[kept.one[kept.one == kept.other]] = True
    number = int(np.count_nonzero(alone))
    pairs = kept.where(~(alone[kept.one] | alone[kept.other]))
    one, other = _quiet_first(pairs, len(counted))
    while len(one) and number < stop:
        apart = (one != one[0]) & (other != one[0]) & (one != other[0]) & (other != other[0])
        one, other, number = one[apart], other[apart], number + 1
    return number


def difference(before: Facts, after: Facts) -> Difference:
    """Return what is gone and what is new between two snapshots."""
    people = np.union1d(before.people, after.people)
    left, right = _placed(before, people), _placed(after, people)
    return Difference(people, _without(left, right), _without(right, left))


def _quiet_first(pairs: Side, people: int) -> tuple[Places, Places]:
    """Sort pairs so that those whose ends are in few others come first: the matching grows that way."""
    degree = np.bincount(pairs.one, minlength=people) + np.bincount(pairs.other, minlength=people)
    order = np.argsort(degree[pairs.one] + degree[pairs.other], kind="stable")
    return pairs.one[order], pairs.other[order]


def _placed(found: Facts, people: Words) -> tuple[Words, Places]:
    """Return the facts as numbers over all people, sorted, with their contents."""
    place = np.searchsorted(people, found.people)
    keys = keyed(place[found.one & ~BELONGS], place[found.other], found.one & BELONGS)
    order = np.argsort(keys)
    return keys[order], found.content[order]


def _without(left: tuple[Words, Places], right: tuple[Words, Places]) -> Side:
    keys, content = left
    same = np.zeros(len(keys), np.bool_)
    if len(right[0]):
        place = np.minimum(np.searchsorted(right[0], keys), len(right[0]) - 1)
        same = (right[0][place] == keys) & (right[1][place] == content)
    gone = keys[~same]
    one = (gone >> np.uint64(32)).astype(np.uint32)
    return Side(one & ~BELONGS, gone.astype(np.uint32), np.asarray(one & BELONGS != 0, np.bool_))
