"""How people spread over groups: closed forms over how many hold which groups."""

import math
from typing import NamedTuple

import numpy as np

from kithline_network.reach.groups import EVERY, GROUPS, MARKET, holds, many
from kithline_sdk.snapshot import Floats, Ints
from kithline_sdk.stats import shannon


class Kinds(NamedTuple):
    """The distinct sets of groups that people hold, as masks, and how many people hold each."""

    mask: Ints
    count: Floats  # type: ignore[assignment]  # a tuple's own `count` is of no use here

    def whole(self, group: str) -> float:
        """Return how many people hold a group; who holds several counts in each."""
        return math.fsum(self.count[holds(self.mask, group)].tolist())

    def fractional(self, group: str) -> float:
        """Return the same, where who holds k groups of our market counts 1/k in each."""
        mine = holds(self.mask, group)
        return math.fsum((self.count[mine] / many(self.mask[mine])).tolist())

    def both(self, one: str, other: str) -> float:
        """Return how many people hold two groups."""
        return math.fsum(self.count[holds(self.mask, one) & holds(self.mask, other)].tolist())

    @property
    def grouped(self) -> float:
        """Return how many people hold a group of our market."""
        return math.fsum(self.count[self.mask & MARKET > 0].tolist())

    @property
    def multiple(self) -> float:
        """Return how many people hold two or more."""
        return math.fsum(self.count[many(self.mask) > 1].tolist())

    @property
    def memberships(self) -> float:
        """Return how many groups all people hold together."""
        return math.fsum((self.count * many(self.mask)).tolist())


def kinds(mask: Ints) -> Kinds:
    """Return the kinds of people."""
    found = np.bincount(mask, minlength=1 << len(EVERY))
    held = np.flatnonzero(found)
    return Kinds(held, found[held].astype(np.float64))


class Spread(NamedTuple):
    """Entropy of the fractional shares of the groups that were set out to be included, and what follows from it."""

    present: int
    wanted: int
    people: float
    shannon: float
    simpson: float

    @property
    def evenness(self) -> float:
        """Return H/ln G over the G groups set out for (Pielou 1966)."""
        return self.shannon / math.log(self.wanted)

    @property
    def effective(self) -> float:
        """Return exp(H): as many equal groups would be as mixed (Hill 1973)."""
        return math.exp(self.shannon)

    @property
    def miller_madow(self) -> float:
        """Return H + (g - 1)/(2n) (Miller 1955)."""
        return self.shannon + (self.present - 1) / (2 * self.people)


def spread(found: Kinds, targets: tuple[str, ...]) -> Spread | None:
    """Return the spread over the target groups, None where nobody is in any. Shares add up to 1 over them."""
    amounts = [found.fractional(group) for group in targets]
    total = math.fsum(amounts)
    if total <= 0:
        return None
    shares = [amount / total for amount in amounts]
    present = sum(amount > 0 for amount in amounts)
    simpson = max(0.0, 1 - math.fsum(share * share for share in shares))
    return Spread(present, len(targets), total, shannon(amounts), simpson)


def fractions(found: Kinds) -> dict[str, float]:
    """Return the share of each group that somebody holds, of the people in any."""
    return {one: found.fractional(one) / found.grouped for one in GROUPS if found.whole(one)}
