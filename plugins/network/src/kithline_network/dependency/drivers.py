"""What made the score, and what bringing each part to its next cut-off would add."""

from typing import Final

from kithline_network.dependency.picture import WEIGHTS, Parts
from kithline_sdk import Driver

NEXT: Final = (0.5, 0.9, 1.0)


def drivers(whole: Parts) -> list[Driver]:
    """Return one driver per part; contributions add up to the score."""
    parts = (("absence_factor_50_corrected", whole.absence, 0), ("reach_drop_5pct_corrected", whole.rest.drop, 1))
    return [
        Driver(
            name=name, raw=raw, sub_score=whole.values[at], weight=WEIGHTS[at], contribution=WEIGHTS[at] * whole.values[at],
            gain=gain(at, whole.values[at]),
        )
        for name, raw, at in parts
    ]  # fmt: skip


def gain(at: int, value: float) -> float:
    """Return what the score gains when a part reaches its next cut-off."""
    target = next((cut for cut in NEXT if value < cut), 1.0)
    return WEIGHTS[at] * max(0.0, target - value)
