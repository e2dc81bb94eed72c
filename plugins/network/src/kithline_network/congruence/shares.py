"""The share of needed pairs that are met, by weight, and how sure it is."""

import math
from typing import Final

import numpy as np

from kithline_network.congruence.contact import Ties, contact
from kithline_network.congruence.params import CongruenceParams
from kithline_network.congruence.picture import Pair, Picture, judged
from kithline_sdk.stats import wilson
from kithline_sdk.stats.hypotheses import normal_below

CUTS: Final = (0.25, 0.5, 0.75)


def congruence(pairs: list[Pair]) -> float | None:
    """Return the weight of the met pairs over the weight of all, None without any."""
    whole = math.fsum(pair.weight for pair in pairs)
    return math.fsum(pair.weight for pair in pairs if pair.met) / whole if pairs else None


def unweighted(pairs: list[Pair]) -> float | None:
    """Return the share of pairs that are met, None without any."""
    return sum(pair.met for pair in pairs) / len(pairs) if pairs else None


def size(pairs: list[Pair]) -> float:
    """Return how many pairs of equal weight would be as sure: (sum w)^2 / sum w^2 (Kish 1965)."""
    heaviest = max(pair.weight for pair in pairs)
    weights = [pair.weight / heaviest for pair in pairs]
    return math.fsum(weights) ** 2 / math.fsum(weight**2 for weight in weights)


def interval(pairs: list[Pair], value: float) -> tuple[float, float]:
    """Return the score's 90 % interval: Wilson's, with as many pairs as the weights are worth.

    With equal weights that is Wilson's interval of the unweighted share.
    """
    worth = size(pairs)
    return wilson(value * worth, worth)


def without_one(pairs: list[Pair]) -> tuple[float, float] | None:
    """Return the lowest and highest share when one pair is left out, None with fewer than two."""
    if len(pairs) < 2:  # noqa: PLR2004 - one must stay
        return None
    whole, met = (math.fsum(pair.weight for pair in some) for some in (pairs, [pair for pair in pairs if pair.met]))
    shares = [min(1.0, max(0.0, (met - pair.met * pair.weight) / (whole - pair.weight))) for pair in pairs]
    return min(shares), max(shares)


def level(value: float) -> int:
    """Return the level: how many cut-offs are reached."""
    return sum(value >= cut for cut in CUTS)


def probability(pairs: list[Pair], value: float) -> float:
    """Return how probable the level is: the interval's inverse at the level's ends."""
    worth, reached = size(pairs), level(value)
    above = [1.0, *(normal_below((value - cut) / math.sqrt(cut * (1 - cut) / worth)) for cut in CUTS), 0.0]
    return max(0.0, above[reached] - above[reached + 1])


def concentration(seen: Picture, params: CongruenceParams, value: float) -> float | None:
    """Return by how much the score moves at most without the person of most events, or of most two-way ties."""
    ties = seen.ties
    if ties is None or not len(ties.low):
        return None
    moves = [abs(_share_without(seen, ties, person, params) - value) for person in sorted(_busiest(seen, ties))]
    return max(moves, default=0.0)


def _busiest(seen: Picture, ties: Ties) -> set[int]:
    known = np.zeros(int(max(ties.high.max(), seen.known.person.max(initial=0))) + 1, np.bool_)
    known[seen.known.person] = True
    ends, found = np.r_[ties.low, ties.high], set[int]()
    for amount in (np.r_[ties.events, ties.events], None):
        total = np.where(known, np.bincount(ends, amount, len(known)), 0)
        # Of several alike each is tried, but no more than a handful.
        found |= set(np.flatnonzero((total == total.max()) & known)[:5].tolist())
    return found


def _share_without(seen: Picture, ties: Ties, person: int, params: CongruenceParams) -> float:
    across = contact(seen.known, ties.without(person))
    pairs = judged([pair.need for pair in seen.pairs], seen.known, across, params, set())
    return congruence(pairs) or 0.0
