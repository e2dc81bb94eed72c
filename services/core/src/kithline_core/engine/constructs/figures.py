"""What two measures have in common over tenants, and what sets two kinds of communities apart; with intervals."""

import math
from typing import Final, NamedTuple

import numpy as np

from kithline_sdk.snapshot import Floats
from kithline_sdk.stats import Z90

# Of so many pairs the interval has no end.
LEAST: Final = 4


class Estimate(NamedTuple):
    """A figure with its 90 % interval, and how many tenants stand behind it."""

    value: float
    low: float
    high: float
    tenants: int


def correlation(one: Floats, other: Floats) -> Estimate | None:
    """Return Pearson's r with Fisher's interval (1921); None where either does not vary, or for fewer than four pairs."""
    a, b = one - np.mean(one), other - np.mean(other)
    size = math.sqrt(math.fsum((a * a).tolist()) * math.fsum((b * b).tolist()))
    if len(one) < LEAST or size == 0:
        return None
    r = max(-1.0, min(1.0, math.fsum((a * b).tolist()) / size))
    if abs(r) == 1:
        return Estimate(r, r, r, len(one))
    middle, half = math.atanh(r), Z90 / math.sqrt(len(one) - 3)
    return Estimate(r, math.tanh(middle - half), math.tanh(middle + half), len(one))
