"""Intervals. Everything is two-sided, 90 %."""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

Z90: Final = 1.6448536269514722


def wilson(successes: float, n: float) -> tuple[float, float]:
    """Return the Wilson interval of a proportion. Raises ValueError for n <= 0.

    Source: Wilson 1927; equals statsmodels.stats.proportion.proportion_confint(alpha=.1, method="wilson").
    """
    if n <= 0:
        raise ValueError("a share of nothing has no interval")
    p, z2 = successes / n, Z90 * Z90
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = Z90 * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    # Rounding may not put the estimate outside its own interval.
    return max(0.0, min(p, centre - half)), min(1.0, max(p, centre + half))


def quantiles(draws: NDArray[np.float64], low: float = 0.05, high: float = 0.95) -> tuple[float, float]:
    """Return two order statistics (nearest rank), so that no interpolation depends on the library."""
    ordered = np.sort(draws)
    last = len(ordered) - 1
    return float(ordered[round(low * last)]), float(ordered[round(high * last)])
