"""Everything that was computed about the declared pairs."""

import math
from typing import NamedTuple

from kithline_network.congruence.contact import Contact, Ties, contact, shared, ties
from kithline_network.congruence.params import CongruenceParams
from kithline_network.congruence.rivals import rivals
from kithline_network.congruence.sides import COMMUNITY, Sides, sides
from kithline_network.declared import Needed, needed
from kithline_sdk import Snapshot


class Pair(NamedTuple):
    """A needed pair: what was declared, whether it is met, whether one tie at least goes both ways, whether both compete."""

    need: Needed
    met: bool
    begun: bool
    rival: bool

    @property
    def weight(self) -> float:
        """How heavy it is."""
        return self.need.weight


class Picture(NamedTuple):
    """Sides, ties (None: no direction known), needed pairs, pairs of which a side is unknown, and surplus pairs."""

    known: Sides
    ties: Ties | None
    pairs: list[Pair]
    unknown: list[Needed]
    surplus: list[tuple[int, int]]

    @property
    def weight(self) -> float:
        """The weight of all needed pairs."""
        return math.fsum(pair.weight for pair in self.pairs)

    @property
    def met(self) -> int:
        """How many needed pairs are met."""
        return sum(pair.met for pair in self.pairs)


def picture(snapshot: Snapshot, params: CongruenceParams) -> Picture:
    """Return what is needed and what is there."""
    # A pair of no weight is not needed.
    wanted = [one for one in needed(snapshot) if one.weight > 0]
    known, found = sides(snapshot, wanted), ties(snapshot, params)
    there = [one for one in wanted if {one.a, one.b} <= known.listed]
    unknown = [one for one in wanted if not {one.a, one.b} <= known.listed]
    across = None if found is None else contact(known, found)
    competing = rivals(snapshot)
    pairs = judged(there, known, across, params, competing)
    return Picture(known, found, pairs, unknown, surplus(wanted, known, across, params))


def judged(
    wanted: list[Needed],
    known: Sides,
    across: Contact | None,
    params: CongruenceParams,
    competing: set[tuple[str, str]],
) -> list[Pair]:
    """Say of each needed pair whether it is met."""
    number, met, some = known.number, set[tuple[int, int]](), set[tuple[int, int]]()
    if across is not None:
        met, some = across.met(params.people_per_side), across.some()
    found = []
    for one in wanted:
        place = (number.get(one.a, -1), number.get(one.b, -1))
        found.append(Pair(one, place in met, place in some, (one.a, one.b) in competing))
    return found


def surplus(
    wanted: list[Needed], known: Sides, across: Contact | None, params: CongruenceParams
) -> list[tuple[int, int]]:
    """Return the met pairs nobody declared, of departments and declared organisations without people in common."""
    if across is None:
        return []
    asked = {(one.a, one.b) for one in wanted}
    common = shared(known)
    return [
        (a, b)
        for a, b in sorted(across.met(params.people_per_side) - common)
        if (known.ids[a], known.ids[b]) not in asked and COMMUNITY not in (known.kinds[a], known.kinds[b])
    ]
