"""What made the score, and what bringing each input to its next cut-off would add."""

from typing import Final

from kithline_sdk import Driver
from kithline_supply.parts import CAP, CONTENT, WEIGHTS, Part, Scored, content

NEXT: Final = {"link_coverage": 0.3, "two_way": 0.5, "density": 0.5, "within_two_steps": 0.5, "adoption": 0.3}


def drivers(found: dict[str, Part], value: Scored) -> list[Driver]:
    """Return one driver per part; contributions add up to the score, weights shrink alike where the cap binds."""
    scale = value.score / value.uncapped if value.uncapped else 1.0
    return [
        Driver(
            name=name,
            raw=part.raw,
            sub_score=part.value,
            weight=scale * WEIGHTS[name] / value.weight,
            contribution=scale * WEIGHTS[name] * part.value / value.weight,
            gain=_gain(name, part, found, value),
        )
        for name, part in found.items()
    ]


def _gain(name: str, part: Part, found: dict[str, Part], value: Scored) -> float:
    return gain(name, max(0.0, target(name, part.value) - part.value), found, value)


def target(name: str, value: float) -> float:
    """Return the next cut-off above a sub-score: that of the level, else the end of the scale."""
    cut = NEXT.get(name, 1.0)
    return cut if value < cut else 1.0


def gain(name: str, more: float, found: dict[str, Part], value: Scored) -> float:
    """Return what the score gains when a sub-score rises by `more`; first content lifts the cap."""
    top = 1.0 if content(found) or name in CONTENT else CAP
    return max(0.0, min(top, value.uncapped + more * WEIGHTS[name] / value.weight) - value.score)
