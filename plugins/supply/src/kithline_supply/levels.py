"""From none to co-creating: levels are reached in order."""

import math
from typing import Final, NamedTuple

from kithline_sdk import Interval
from kithline_sdk.stats import Z90
from kithline_supply.parts import Part, content
from kithline_supply.picture import Picture

# What each level asks on top of the one before.
CUTS: Final = (
    (("link_coverage", 0.3),),
    (("two_way", 0.5),),
    (("within_two_steps", 0.5), ("density", 0.5)),
    (("adoption", 0.3),),
)
SHARING: Final = 3


class Level(NamedTuple):
    """The level reached, its probability and the highest that the kind of data allows."""

    reached: int
    probability: float
    ceiling: int


def level(seen: Picture, found: dict[str, Part], spans: dict[str, Interval]) -> Level:
    """Return the level; its probability takes the parts as independent and split-normal within their intervals."""
    top = ceiling(seen, found)
    reached, passing = 0, [1.0]
    for cuts in CUTS[:top]:
        passing.append(passing[-1] * math.prod(_above(found.get(name), spans.get(name), cut) for name, cut in cuts))
    for number, cuts in enumerate(CUTS[:top], start=1):
        if not all(name in found and found[name].value >= cut for name, cut in cuts):
            break
        reached = number
    after = passing[reached + 1] if reached < top else 0.0
    return Level(reached, passing[reached] - after, top)


def ceiling(seen: Picture, found: dict[str, Part]) -> int:
    """Return the highest level the data allow: 1 from organisation ties alone, 2 without practices, 3 with few sharing."""
    if seen.alone:
        return 1
    if not content(found):
        return 2
    return 4 if seen.practice.sharing >= SHARING else 3


def _above(part: Part | None, span: Interval | None, cut: float) -> float:
    """Return the probability that a part is at least `cut`."""
    if part is None:
        return 0.0
    low, high = span if isinstance(span, tuple) else (part.value, part.value)
    width = (part.value - low if part.value >= cut else high - part.value) / Z90
    if width <= 0:
        return float(part.value >= cut)
    return 0.5 * math.erfc((cut - part.value) / width / math.sqrt(2))
