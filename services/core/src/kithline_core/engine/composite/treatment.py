"""Outliers and scales of indicators (Part C 7c and d), each with a line in the log."""

import math
from typing import Final, NamedTuple

import numpy as np

from kithline_sdk.snapshot import Floats

SKEW: Final = 2.0
KURTOSIS: Final = 3.5
MOST_POINTS: Final = 5
# Below this many values neither moment exists.
LEAST: Final = 4
# How far from 0 the least value stands under the logarithm, as a share of the range.
_OFFSET: Final = 0.01


class Treated(NamedTuple):
    """An indicator after treatment, and what was done to it in words (empty: nothing)."""

    values: Floats
    log: list[str]


def outliers(values: Floats) -> Treated:
    """Draw in up to 5 outliers while |skew| > 2 and kurtosis > 3.5; where that is not enough, take the logarithm.

    Values are whole columns without gaps. Sample skewness and excess kurtosis as spreadsheets and the JRC use them.
    """
    drawn, count = values.astype(np.float64), 0
    while _crooked(drawn) and count < MOST_POINTS:
        count += 1
        drawn = _drawn_in(values, count)
    if not _crooked(drawn):
        return Treated(drawn, [f"winsorised {count} of {len(values)}"] if count else [])
    return Treated(_logarithm(values), [f"logarithm, since {count} winsorised of {len(values)} were not enough"])


def moments(values: Floats) -> tuple[float, float]:
    """Return sample skewness and excess kurtosis; 0 and 0 for fewer than four values, or where all are alike."""
    n, apart = len(values), values - np.mean(values)
    widest = float(np.max(np.abs(apart), initial=0.0))
    if n < LEAST or widest == 0:
        return 0.0, 0.0
    apart = apart / widest  # neither moment hangs on the scale, but powers of tiny numbers are 0
    variance = float(np.mean(apart**2))
    skew = float(np.mean(apart**3)) / variance**1.5
    excess = float(np.mean(apart**4)) / variance**2 - 3
    return skew * (n * (n - 1)) ** 0.5 / (n - 2), (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * excess + 6)


def _crooked(values: Floats) -> bool:
    skew, kurtosis = moments(values)
    return abs(skew) > SKEW and kurtosis > KURTOSIS


def _drawn_in(values: Floats, count: int) -> Floats:
    """Return the values with the `count` outermost, on the side of the tail, at the next one's place."""
    side = _side(values)
    turned = side * values
    return np.asarray(side * np.minimum(turned, np.sort(turned)[-1 - count]), np.float64)


def _logarithm(values: Floats) -> Floats:
    """Return logarithms that draw in the long tail, in the order of the values."""
    side = _side(values)
    turned = side * values
    low, high = float(turned.min()), float(turned.max())
    return np.asarray(side * np.log((turned - low) / (high - low) + _OFFSET))


def _side(values: Floats) -> float:
    """Return 1 where the tail of crooked values lies above, -1 where it lies below."""
    return math.copysign(1.0, moments(values)[0])


def to_goalposts(values: Floats, worst: float, best: float) -> Treated:
    """Return values as shares of the way from `worst` to `best`, which are fixed: others' results do not move mine.

    Values outside stand at the goalposts. Raises ValueError for goalposts in one place.
    """
    if worst == best:
        raise ValueError("goalposts in one place measure nothing")
    shares = (values - worst) / (best - worst)
    outside = int(np.sum((shares < 0) | (shares > 1)))
    log = [f"scaled from {worst:g} (worst) to {best:g} (best)"]
    return Treated(np.clip(shares, 0.0, 1.0), [*log, f"{outside} outside the goalposts"] if outside else log)


def over_sample(values: Floats) -> Treated:
    """Return values as shares of the way from the sample's least to its greatest: for benchmark reports only.

    Raises ValueError where all are alike.
    """
    low, high = float(values.min()), float(values.max())
    if low == high:
        raise ValueError("values that are all alike have no scale")
    return Treated((values - low) / (high - low), [f"scaled over the sample, {low:g} to {high:g}"])
