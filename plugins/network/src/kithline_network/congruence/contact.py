"""Which sides are in two-way contact, and by how many people of each."""

from typing import NamedTuple

import numpy as np

from kithline_network.congruence.params import CongruenceParams
from kithline_network.congruence.sides import Sides
from kithline_sdk import Snapshot
from kithline_sdk.grouping import by_pair
from kithline_sdk.snapshot import Ints
from kithline_sdk.stats.graphs import runs
from kithline_sdk.ties import contacts, has_events, pairs, two_way


class Ties(NamedTuple):
    """The two-way ties between people low < high, and how many counted events each has."""

    low: Ints
    high: Ints
    events: Ints

    def without(self, person: int) -> "Ties":
        """Return the ties of everybody else."""
        kept = (self.low != person) & (self.high != person)
        return Ties(self.low[kept], self.high[kept], self.events[kept])


class Contact(NamedTuple):
    """Pairs of sides a < b with a two-way tie across, and how many people of each have one."""

    a: Ints
    b: Ints
    people_a: Ints
    people_b: Ints

    def met(self, people: int) -> set[tuple[int, int]]:
        """Return the pairs in which at least so many people of each side have a two-way tie with the other."""
        enough = (self.people_a >= people) & (self.people_b >= people)
        return set(zip(self.a[enough].tolist(), self.b[enough].tolist(), strict=True))

    def some(self) -> set[tuple[int, int]]:
        """Return all pairs with a two-way tie."""
        return set(zip(self.a.tolist(), self.b.tolist(), strict=True))


def ties(snapshot: Snapshot, params: CongruenceParams) -> Ties | None:
    """Return the two-way ties; None where no direction is known, or there is no contact at all (rulings 2.3)."""
    observed = contacts(snapshot["tie_day"], params.pair_day_cap, params.max_recipients)
    found = pairs(observed, min_events=params.min_events, min_days=params.min_days, declared=snapshot["ties"])
    both = two_way(found)
    if not has_events(snapshot) and not both.any():
        return None
    kept = both & found.tied
    return Ties(found.low[kept], found.high[kept], (found.forward + found.backward)[kept])


def contact(known: Sides, found: Ties) -> Contact:
    """Return who is in contact: a tie counts for every side of its one end with every other side of its other end."""
    start = np.searchsorted(known.person, found.low), np.searchsorted(known.person, found.high)
    many = tuple(
        np.searchsorted(known.person, end, "right") - first
        for end, first in zip((found.low, found.high), start, strict=True)
    )
    row = np.repeat(np.arange(len(found.low)), many[0] * many[1])
    offset = runs(np.zeros(len(found.low), np.int64), many[0] * many[1])
    one = known.side[start[0][row] + offset // many[1][row]] if len(row) else row
    other = known.side[start[1][row] + offset % many[1][row]] if len(row) else row
    ahead = one < other
    apart = one != other
    a, b = np.minimum(one, other)[apart], np.maximum(one, other)[apart]
    low, high = found.low[row], found.high[row]
    at_a, at_b = np.where(ahead, low, high)[apart], np.where(ahead, high, low)[apart]
    pair = by_pair(a, b)
    people_a, people_b = (np.bincount(by_pair(pair.of, end).one, minlength=pair.size) for end in (at_a, at_b))
    return Contact(pair.one, pair.other, people_a, people_b)


def shared(known: Sides) -> set[tuple[int, int]]:
    """Return the pairs of sides that have people in common."""
    last = np.searchsorted(known.person, known.person, "right")
    place = np.arange(len(known.person))
    mate = runs(place + 1, last - place - 1)
    own = np.repeat(known.side, last - place - 1)
    found = by_pair(own, known.side[mate]) if len(mate) else by_pair(own, own)
    return {(min(a, b), max(a, b)) for a, b in zip(found.one.tolist(), found.other.tolist(), strict=True)}
