"""Quantiles of Fisher's F, for the intervals of alpha and of intraclass correlations."""

import math
from typing import Final

_TINY: Final = 1e-300
_ROUNDS: Final = 500
_HALVINGS: Final = 200


def f_quantile(share: float, above: float, below: float) -> float:
    """Return the quantile of F with `above` and `below` degrees of freedom (both > 0), by halving; equals scipy.stats.f.ppf."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _beta_share(middle, above / 2, below / 2) < share:
            low = middle
        else:
            high = middle
    place = (low + high) / 2
    return below * place / (above * (1 - place)) if place < 1 else math.inf


def _beta_share(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function by Lentz's continued fraction (Abramowitz and Stegun 26.5.8)."""
    if not 0 < x < 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta_share(1 - x, b, a)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)) / a
    c, d = 1.0, _safe(1 - (a + b) * x / (a + 1))
    found = d
    for m in range(1, _ROUNDS):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d, c = _safe(1 + term * d), 1 + term / c if abs(c) > _TINY else 1 + term / _TINY
            found *= c * d
        if abs(c * d - 1) < 1e-15:  # noqa: PLR2004 - a rounding
            break
    return front * found


def _safe(value: float) -> float:
    return 1 / (value if abs(value) > _TINY else _TINY)
