"""What made the score, and what bringing each part to its next cut-off would add."""

from typing import Final

from kithline_network.reach.parts import WEIGHTS, Parts, coverage
from kithline_sdk import Driver

# The two control points of the curves, then the end of the scale.
NEXT: Final = (0.5, 0.9, 1.0)


def drivers(told: Parts) -> list[Driver]:
    """Return one driver per part; what cannot be told is spread over the rest."""
    whole = coverage(told)
    return [
        Driver(
            name=name,
            raw=part.raw,
            sub_score=part.value,
            weight=WEIGHTS[name] / whole,
            contribution=WEIGHTS[name] / whole * part.value,
            gain=WEIGHTS[name] / whole * (after(part.value) - part.value),
        )
        for name, part in told.items()
    ]


def after(value: float) -> float:
    """Return the next cut-off above a sub-score."""
    return next((cut for cut in NEXT if value < cut), 1.0)
