"""How sure each part is: these people and departments, their contacts being random (rulings 3.4)."""

import math

import numpy as np

from kithline_network.voice.params import VoiceParams
from kithline_network.voice.picture import Figures, Spread, concentration
from kithline_sdk.snapshot import Floats
from kithline_sdk.stats import Z90, Draws, quantiles, wilson
from kithline_sdk.stats.sampling import normal_quantile

Ends = tuple[float, float]
# What is added to a count for the rate behind it (Jeffreys).
SHAPE = 0.5


def of_departments(spread: Spread) -> Ends:
    """Return the interval of the share of departments that are active.

    Contact of a department is taken for a Poisson count: its score interval gives how likely the department is to be seen
    active at all. Distances are squared and added over departments (Zou and Donner 2008).
    """
    count = spread.pairs[spread.existing]
    seen = spread.active[spread.existing]
    half = Z90 * np.sqrt(count + Z90**2 / 4)
    middle = count + Z90**2 / 2
    low, high = (-np.expm1(-np.maximum(0.0, end)) for end in (middle - half, middle + half))
    below = np.where(seen, 1 - low, 0.0)
    above = np.where(seen, 0.0, high)
    value = float(np.count_nonzero(seen)) / len(count)
    return max(0.0, value - _length(below) / len(count)), min(1.0, value + _length(above) / len(count))


def of_named(figures: Figures) -> Ends | None:
    """Return Wilson's interval of the share of cross-company ties that people carry."""
    return None if figures.named is None else wilson(*figures.named)


def of_gini(figures: Figures, params: VoiceParams, seed: int) -> Ends | None:
    """Return the interval of the Gini coefficient over departments: the wider of two, down to 0 where all may be alike.

    Counts scatter about what departments are wont to do. Drawn again, they are more unequal still by as much, so the draws
    are reflected at the estimate (basic bootstrap, Davison and Hinkley 1997). A department without contact may
    have some: rates drawn from what the counts leave open (gamma, shape count + 1/2) stand beside.
    """
    kept = figures.spread.existing
    heads, pairs, value = figures.spread.heads[kept], figures.spread.pairs[kept], figures.gini
    if value is None:
        return None
    z = normal_quantile(Draws(seed).uniform(params.draws * len(pairs)).reshape(params.draws, len(pairs)))
    again = _quantiles(heads, np.maximum(0.0, pairs + z * np.sqrt(pairs + 1)), value)
    rates = _quantiles(heads, _gamma(pairs + SHAPE, z), value)
    low, high = min(2 * value - again[1], rates[0]), max(2 * value - again[0], rates[1])
    return max(0.0, 0.0 if _alike(heads, pairs) else min(low, value)), min(1.0, max(high, value))


def _quantiles(heads: Floats, rows: Floats, value: float) -> Ends:
    drawn = [concentration(heads, row) for row in rows]
    return quantiles(np.array([value if one is None else one for one in drawn]))


def _gamma(shape: Floats, z: Floats) -> Floats:
    """Return gamma numbers by normal ones (Wilson and Hilferty 1931)."""
    cubed = np.maximum(0.0, 1 - 1 / (9 * shape) + z / (3 * np.sqrt(shape)))
    return np.asarray(shape * (cubed * cubed * cubed), np.float64)


def _alike(heads: Floats, pairs: Floats) -> bool:
    """Say whether contact in proportion to people explains the counts: Pearson's chi-square below its 95 % point."""
    expected = heads / math.fsum(heads.tolist()) * math.fsum(pairs.tolist())
    free = len(heads) - 1
    square = math.fsum(((pairs - expected) ** 2 / expected).tolist())
    return free > 0 and square <= free * (1 - 2 / (9 * free) + Z90 * math.sqrt(2 / (9 * free))) ** 3


def _length(distances: Floats) -> float:
    return math.sqrt(math.fsum((distances**2).tolist()))
