"""The six parts of a community's score, each with its interval; their mean, the level and how sure both are."""

import math
from typing import Final, NamedTuple

from kithline_community.health.lasting import Ends
from kithline_community.health.pace import MONTH, THREE_MONTHS
from kithline_community.health.picture import SUPPORTING, Place
from kithline_sdk.stats import Z90, rise, share_rise, wilson

ENOUGH: Final = 0.6
EXACT: Final = 1e-9
CUTS: Final = (0.25, 0.45, 0.65)
LEAST: Final = 3
SCORED_DAYS: Final = 56
SCORED_PEOPLE: Final = 20
SURVIVED: Final = 90.0
# Who leaves lowers these three together: their errors correlate by some half in simulation.
TOGETHER: Final = frozenset({"uptake", "survival", "growth"})
SHARED: Final = 0.5
NAMES: Final = ("uptake", "survival", "stickiness", "answered", "reciprocity", "growth")


class Part(NamedTuple):
    """A part: its raw figure, its value in [0, 1] with a 90 % interval around it, and its weight."""

    name: str
    raw: float
    value: float
    weight: float
    span: Ends
    place: str = ""


class Scored(NamedTuple):
    """A community's parts, weights adding up to 1."""

    parts: list[Part]

    @property
    def score(self) -> float:
        """The weighted mean."""
        return min(1.0, math.fsum(part.weight * part.value for part in self.parts))


def scored(place: Place) -> Scored | None:
    """Return the score of a community that may have one: 56 days, 20 contributors, 0.6 of the weight."""
    found = parts(place)
    weight = math.fsum(part.weight for part in found)
    if place.days < SCORED_DAYS or place.contributors < SCORED_PEOPLE or weight < ENOUGH - EXACT:
        return None
    return Scored([part._replace(weight=part.weight / weight) for part in found])


def parts(place: Place) -> list[Part]:
    """Return the parts there are, with the weights of the card."""
    found = [_uptake(place)] if place.contributors else []
    helping = place.kind in SUPPORTING
    if place.window.days - 28 >= SURVIVED and place.contributors:
        found.append(_share("survival", 0.20, place.own.at(SURVIVED), (0.25, 0.60)))
    if place.sticky is not None:
        found.append(_share("stickiness", 0.15, place.sticky, (0.05, 0.20) if helping else (0.10, 0.30)))
    if place.soon is not None:
        found.append(_share("answered", 0.15, place.soon, (0.50, 0.90)))
    if place.exchange.mutual or (place.exchange.ties and place.contributors):
        value = place.exchange.reciprocity
        found.append(Part("reciprocity", value, value, 0.10, place.exchange.span))
    before = silent_after(place)
    if before:
        # ln 0 has no value: nobody is read as half a contributor, at most one.
        value, most = (math.log(now / before) / 3 for now in (0.5, 1))
        found.append(Part("growth", value, shrinking(value), 0.15, (0.0, shrinking(most))))
    if place.rate is not None:
        value, (low, high) = place.rate
        found.append(Part("growth", value, shrinking(value), 0.15, (shrinking(low), shrinking(high))))
    return found


def silent_after(place: Place) -> int:
    """Return how many contributed 84 days ago where nobody does now; else 0."""
    months = place.pace.monthly
    return 0 if place.pace.now or len(months) < MONTH + THREE_MONTHS else int(months[-1 - THREE_MONTHS])


def shrinking(rate: float) -> float:
    """Return what growth counts: it costs only in decline."""
    return 1 - rise(max(0.0, -rate), 0.20, 0.50)


def _uptake(place: Place) -> Part:
    now = place.pace.now
    if not place.invited:
        low, high = (max(0.0, math.sqrt(now) + side * Z90 / 2) ** 2 for side in (-1, 1))
        return Part("uptake", now, rise(now, 10, 40), 0.25, (rise(low, 10, 40), rise(high, 10, 40)))
    half, high = (0.05, 0.20) if place.kind in SUPPORTING else (0.10, 0.40)
    size = (max(place.invited, 100) / 100) ** -0.35
    invited = max(place.invited, now)
    return _share("uptake", 0.25, (now / invited, wilson(now, invited)), (half * size, high * size))


def _share(name: str, weight: float, found: tuple[float, Ends], curve: tuple[float, float]) -> Part:
    value, (low, high) = found
    return Part(name, value, share_rise(value, *curve), weight, (share_rise(low, *curve), share_rise(high, *curve)))


def interval(score: float, found: list[Part]) -> Ends:
    """Return the 90 % interval of the mean from the distances of the parts' ends (Zou and Donner 2008)."""
    below, above = (_far(found, end) for end in (0, 1))
    return max(0.0, score - below), min(1.0, score + above)


def _far(found: list[Part], end: int) -> float:
    far = [part.weight * abs(part.span[end] - part.value) for part in found]
    shared: dict[str, list[float]] = {}
    for part, one in zip(found, far, strict=True):
        if part.name in TOGETHER:
            shared.setdefault(part.place, []).append(one)
    twice = [math.fsum(some) ** 2 - math.fsum(one**2 for one in some) for some in shared.values()]
    return math.sqrt(math.fsum([*(one**2 for one in far), *(SHARED * max(0.0, one) for one in twice)]))


def level(score: float) -> int:
    """Return 0 dormant, 1 fragile, 2 steady, 3 thriving."""
    return sum(score >= cut for cut in CUTS)


def probability(score: float, ends: Ends, number: int) -> float:
    """Return how likely the level is, by a normal curve on each side of the score."""
    cuts = (-math.inf, *CUTS, math.inf)
    low, high = (_below(cut, score, ends) for cut in (cuts[number], cuts[number + 1]))
    return min(1.0, max(0.0, high - low))


def _below(cut: float, score: float, ends: Ends) -> float:
    far = (ends[1] - score if cut > score else score - ends[0]) / Z90
    if far <= 0 or math.isinf(cut):
        return float(cut > score)
    return 0.5 * math.erfc((score - cut) / far / math.sqrt(2))
