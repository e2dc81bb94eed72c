"""Draws in a shape: stratified, and from what is known of a number by its 90 % interval."""

from statistics import NormalDist
from typing import Final

import numpy as np

from kithline_sdk.snapshot import Floats
from kithline_sdk.stats.intervals import Z90
from kithline_sdk.stats.random import Draws

_NORMAL: Final = NormalDist()
# Half of the step between two uniform numbers: none is 0 after this, where a quantile would be endless.
_HALF: Final = 2.0**-54


def normal_quantile(share: Floats) -> Floats:
    """Return the standard normal's quantiles of shares in [0, 1]; both ends count as half a step inside.

    Source: Wichura 1988 (AS 241), by the standard library; equals scipy.stats.norm.ppf.
    """
    flat = np.clip(share, _HALF, 1 - 2 * _HALF).ravel().tolist()
    return np.fromiter(map(_NORMAL.inv_cdf, flat), np.float64, len(flat)).reshape(share.shape)


def between(share: Floats, middle: float, low: float, high: float) -> Floats:
    """Return draws whose median is `middle` and whose 5 % and 95 % quantiles are `low` and `high`, by uniform numbers.

    Two halves of normal distributions, joined at the middle: what a reader of a lopsided interval would draw.
    """
    z = normal_quantile(share)
    side = np.where(z < 0, middle - low, high - middle)
    return np.asarray(middle + z / Z90 * side, np.float64)


def stratified(draws: Draws, rows: int, columns: int) -> Floats:
    """Return a Latin hypercube: each column has one number in each of `rows` equal parts of [0, 1) (McKay et al. 1979)."""
    place = np.argsort(draws.uniform(rows * columns).reshape(columns, rows), axis=1, kind="stable")
    inside = draws.uniform(rows * columns).reshape(columns, rows)
    # Rounding may not reach 1.
    return np.minimum((place + inside) / rows, 1 - 2.0**-53).T
