"""Log-normal curves with two readable control points (the scoring curve of Lighthouse)."""

import math
from typing import Final

Z_90: Final = 1.2815515655446004  # the 0.9 quantile of the standard normal


def _phi(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2))


def rise(x: float, m: float, h: float) -> float:
    """Return 0.5 at x = m, 0.9 at x = h > m, 0 for x <= 0."""
    if x <= 0:
        return 0.0
    return _phi((math.log(x) - math.log(m)) / (math.log(h / m) / Z_90))


def fall(x: float, m: float, g: float) -> float:
    """Return 0.5 at x = m, 0.9 at x = g < m, 1 for x <= 0."""
    if x <= 0:
        return 1.0
    return 1.0 - _phi((math.log(x) - math.log(m)) / (math.log(m / g) / Z_90))


def share_rise(x: float, m: float, h: float) -> float:
    """Return rise(x) / rise(1), for shares that cannot pass 1 (rulings 3.1)."""
    return rise(x, m, h) / rise(1.0, m, h)
