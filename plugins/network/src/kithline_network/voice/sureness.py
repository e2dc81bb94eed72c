"""How sure each part is: these people and departments, their contacts being random (rulings 3.4)."""

import math

import numpy as np

from kithline_network.voice.params import VoiceParams
from kithline_network.voice.picture import Figures, Spread, concentration
from kithline_sdk.snapshot import Floats
from kithline_sdk.stats import Z90, Draws, quantiles, wilson
from kithline_sdk.stats.sampling import normal_quantile

Ends = tuple[float, float]


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
    """Return the interval of the Gini coefficient over departments: counts drawn again, their added scatter taken off.

    Counts scatter about what departments are wont to do, and scatter alone makes them unequal: the draws, more unequal
    still by as much, are reflected at the estimate (basic bootstrap, Davison and Hinkley 1997).
    """
    kept = figures.spread.existing
    heads, pairs, value = figures.spread.heads[kept], figures.spread.pairs[kept], figures.gini
    if value is None:
        return None
    z = normal_quantile(Draws(seed).uniform(params.draws * len(pairs)).reshape(params.draws, len(pairs)))
    drawn = [concentration(heads, row) for row in np.maximum(0.0, pairs + z * np.sqrt(pairs))]
    low, high = quantiles(np.array([value if one is None else one for one in drawn]))
    return max(0.0, min(value, 2 * value - high)), min(1.0, max(value, 2 * value - low))


def _length(distances: Floats) -> float:
    return math.sqrt(math.fsum((distances**2).tolist()))
