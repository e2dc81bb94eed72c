"""How much of a sum's variance its items share: Cronbach's alpha with Feldt's interval, McDonald's omega, item-rest correlations."""

import math
from typing import Final

import numpy as np

from kithline_sdk.snapshot import Floats
from kithline_survey.fisher import f_quantile

_TAIL: Final = 0.05
_ROUNDS: Final = 20_000
_STILL: Final = 1e-13
# Below this an item would be nothing but the factor: a Heywood case, kept off the border.
_LEAST: Final = 1e-6


def covariances(rows: Floats, *, pairwise: bool = False) -> Floats:
    """Return the items' covariances (n - 1) of complete rows, or of the rows that answered both items of each pair."""
    items = rows.shape[1]
    found = np.full((items, items), np.nan)
    for one in range(items):
        for other in range(one, items):
            both = rows[:, [one, other]]
            both = both[~np.isnan(both).any(axis=1)] if pairwise else both
            found[one, other] = found[other, one] = _covariance(both[:, 0], both[:, 1])
    return found


def _covariance(x: Floats, y: Floats) -> float:
    if len(x) < 2:  # noqa: PLR2004 - one row has no spread
        return math.nan
    return math.fsum((x - math.fsum(x) / len(x)) * (y - math.fsum(y) / len(y))) / (len(x) - 1)


def alpha(spread: Floats) -> float | None:
    """Return k/(k-1) (1 - trace(C)/sum(C)) (Cronbach 1951); None for one item, gaps, or a sum without spread."""
    items = len(spread)
    whole = math.fsum(spread.ravel())
    if items < 2 or math.isnan(whole) or whole <= 0:  # noqa: PLR2004 - one item agrees with itself
        return None
    return items / (items - 1) * (1 - math.fsum(np.diag(spread)) / whole)


def feldt(value: float, respondents: int, items: int) -> tuple[float, float]:
    """Return the 90 % interval of alpha: (1 - alpha)/(1 - estimate) follows F (Feldt 1965; equals pingouin.cronbach_alpha)."""
    above = respondents - 1
    below = above * (items - 1)
    low, high = (1 - (1 - value) * f_quantile(share, above, below) for share in (1 - _TAIL, _TAIL))
    return min(low, value), max(high, value)


def omega(spread: Floats) -> float | None:
    """Return omega total of the standardised items: (sum l)^2 / ((sum l)^2 + sum u), one factor by maximum likelihood.

    Source: McDonald 1999; the solution is that of EM (Rubin and Thayer 1982), in closed steps without a matrix inverse.
    None for fewer than three items (one factor is not determined), gaps, or an item without spread.
    """
    deviation = np.sqrt(np.diag(spread))
    if len(spread) < 3 or np.isnan(spread).any() or (deviation <= 0).any():  # noqa: PLR2004 - two items, one correlation
        return None
    loading, unique = _one_factor(spread / deviation[:, None] / deviation[None, :])
    shared = math.fsum(loading) ** 2
    # Published to eight digits: beyond, what is left of the iteration would show.
    return round(shared / (shared + math.fsum(unique)), 8)


def _one_factor(correlation: Floats) -> tuple[Floats, Floats]:
    loading, unique = np.full(len(correlation), 0.5), np.full(len(correlation), 0.75)
    for _ in range(_ROUNDS):
        scaled = loading / unique
        weight = scaled / (1 + np.add.reduce(scaled * loading))
        shared = np.add.reduce(correlation * weight, axis=1)
        second = 1 - np.add.reduce(weight * loading) + np.add.reduce(weight * shared)
        fresh = shared / second
        freed = np.maximum(np.diag(correlation) - fresh * shared, _LEAST)
        still = max(float(np.abs(fresh - loading).max()), float(np.abs(freed - unique).max())) < _STILL
        loading, unique = fresh, freed
        if still:
            break
    return loading, unique


def item_rest(rows: Floats) -> list[float | None]:
    """Return each item's correlation with the sum of all others, complete rows; None without spread on either side."""
    total = np.add.reduce(rows, axis=1)
    found: list[float | None] = []
    for place in range(rows.shape[1]):
        rest = total - rows[:, place]
        size = (
            math.sqrt(_covariance(rows[:, place], rows[:, place]) * _covariance(rest, rest)) if len(rows) > 1 else 0.0
        )
        found.append(_covariance(rows[:, place], rest) / size if size > 0 and rows.shape[1] > 1 else None)
    return found
