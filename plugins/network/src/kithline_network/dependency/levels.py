"""Fragile, watch, sound; and how probable the level is."""

from typing import Final

import numpy as np

from kithline_sdk.snapshot import Floats

CUTS: Final = (0.35, 0.6)


def level(value: float) -> int:
    """Return the level: how many cut-offs are reached."""
    return sum(value >= cut for cut in CUTS)


def probability(draws: Floats, reached: int) -> float:
    """Return the share of draws of the score at the level."""
    levels = (draws >= CUTS[0]).astype(np.int64) + (draws >= CUTS[1])
    return float(np.count_nonzero(levels == reached)) / len(draws)
