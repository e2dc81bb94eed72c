"""Watching a series: the cumulative sum of what it departs by, with a limit for a wanted rate of false alarms."""

import math
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from kithline_sdk.snapshot import Bools, Floats
from kithline_sdk.stats.hypotheses import normal_below

# Half of a shift of one standard deviation: what a change is that should be found soon.
SLACK: Final = 0.5
NODES: Final = 41
_STEPS: Final = 60


class Watch(NamedTuple):
    """The sums upwards and downwards after each value, and where one passed the limit; after an alarm both begin anew."""

    up: Floats
    down: Floats
    alarms: Bools


def cusum(values: Floats, limit: float, slack: float = SLACK) -> Watch:
    """Return both cumulative sums of standardised values (Page 1954)."""
    up, down, alarms = np.zeros(len(values)), np.zeros(len(values)), np.zeros(len(values), np.bool_)
    high = low = 0.0
    for place, value in enumerate(values.tolist()):
        high, low = max(0.0, high + value - slack), max(0.0, low - value - slack)
        up[place], down[place], alarms[place] = high, low, max(high, low) > limit
        if alarms[place]:
            high = low = 0.0
    return Watch(up, down, alarms)


@lru_cache(maxsize=64)
def limit_for(between_alarms: float, slack: float = SLACK) -> float:
    """Return the limit at which both sums together raise a false alarm once in so many values of an unchanged series.

    Upwards and downwards alarm alike and never at once, so each has twice the run length (van Dobben de Bruyn 1968).
    Raises ValueError where alarms would have to come more often than every single value could raise one.
    """
    wanted = 2 * between_alarms
    if run_length(0.0, slack) > wanted:
        raise ValueError(f"with a slack of {slack} no limit alarms every {between_alarms} values")
    low, high = 0.0, 1.0
    while run_length(high, slack) < wanted:
        low, high = high, 2 * high
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if run_length(middle, slack) < wanted else (low, middle)
    return high


def run_length(limit: float, slack: float = SLACK) -> float:
    """Return how many independent standard normal values one sum takes on average until it passes the limit.

    Page's integral equation, by Simpson's rule; approached by Siegmund's formula (1985) where it is long.
    """
    at = np.linspace(0, limit, NODES)
    weights = np.where(np.arange(NODES) % 2 == 1, 4.0, 2.0)
    weights[[0, -1]] = 1.0
    weights *= limit / (NODES - 1) / 3
    density = np.exp(-((at[None, :] - at[:, None] + slack) ** 2) / 2) / math.sqrt(2 * math.pi)
    steps = density * weights[None, :]
    steps[:, 0] += [normal_below(slack - one) for one in at.tolist()]
    return float(_solved(np.eye(NODES) - steps, np.ones(NODES))[0])


def _solved(matrix: Floats, right: Floats) -> Floats:
    """Solve by elimination in a fixed order; the matrix is diagonally dominant, so no rows have to change places."""
    whole = np.concatenate([matrix, right[:, None]], axis=1)
    for row in range(len(whole)):
        whole[row] /= whole[row, row]
        factors = whole[:, row].copy()
        factors[row] = 0.0
        whole -= factors[:, None] * whole[row]
    return whole[:, -1]
