"""A score that is a weighted mean of parts, each with its own interval: total, joint interval, drivers."""

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

from kithline_sdk import Driver

# A score needs so much of the weight (rulings 3.5); what is absent is spread over the rest.
ENOUGH: Final = 0.6
EXACT: Final = 1e-9


class Part(NamedTuple):
    """A part: its raw figure, its value in [0, 1] with a 90 % interval around it, and its weight before spreading."""

    name: str
    raw: float
    value: float
    weight: float
    span: tuple[float, float]


def spread(parts: Sequence[Part | None]) -> list[Part] | None:
    """Return the parts there are, their weights adding up to 1; None where they have too little of the weight.

    Weights of all parts, absent ones included, are those of the card and add up to 1.
    """
    found = [part for part in parts if part is not None]
    weight = math.fsum(part.weight for part in found)
    return [part._replace(weight=part.weight / weight) for part in found] if weight >= ENOUGH - EXACT else None


def total(parts: Sequence[Part]) -> float:
    """Return the weighted mean."""
    return min(1.0, math.fsum(part.weight * part.value for part in parts))


def interval(
    parts: Sequence[Part], together: frozenset[str], likeness: float = 1.0, stretch: float = 1.0
) -> tuple[float, float]:
    """Return the 90 % interval of the weighted mean: distances of the parts' ends, squared and added.

    Source: Zou and Donner 2008 (MOVER). Unlike draws it keeps ends that lie at the edge of what a part can be. The parts
    `together` rest on the same contact and move together, with the correlation `likeness`; `stretch` makes up for ends
    that are too near.
    """
    value = total(parts)
    below, above = (stretch * _distance(parts, together, likeness, end) for end in (0, 1))
    return max(0.0, value - below), min(1.0, value + above)


def _distance(parts: Sequence[Part], together: frozenset[str], likeness: float, end: int) -> float:
    far = [(part.name in together, part.weight * abs(part.span[end] - part.value)) for part in parts]
    own = math.fsum(one * one for _, one in far)
    joint = [one for joined, one in far if joined]
    return math.sqrt(own + likeness * max(0.0, math.fsum(joint) ** 2 - math.fsum(one * one for one in joint)))


def drivers(parts: Sequence[Part]) -> list[Driver]:
    """Return one driver per part; the gain is what the part at its top would add."""
    return [
        Driver(
            name=part.name, raw=part.raw, sub_score=part.value, weight=part.weight, contribution=part.weight * part.value,
            gain=part.weight * (1 - part.value),
        )
        for part in parts
    ]  # fmt: skip
