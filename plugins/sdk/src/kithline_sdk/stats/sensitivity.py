"""Which input a result varies with: Sobol indices and the correlation ratio."""

import math
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import numpy as np

from kithline_sdk.snapshot import Floats
from kithline_sdk.stats.intervals import Z90
from kithline_sdk.stats.random import Draws
from kithline_sdk.stats.sampling import stratified

BASE: Final = 4_096
BINS: Final = 20
# Below this share of its own size a variance is rounding.
_NOTHING: Final = 1e-20

Model = Callable[[Floats], Floats]


class Estimate(NamedTuple):
    """A figure with its 90 % interval."""

    value: float
    low: float
    high: float


class Sobol(NamedTuple):
    """Shares of the variance: what an input explains alone, and with everything it takes part in."""

    first: Estimate
    total: Estimate


def sobol(model: Model, groups: Sequence[Sequence[int]], draws: Draws, rows: int = BASE) -> list[Sobol] | None:
    """Return the indices of groups of columns; None where nothing varies.

    `model` takes a matrix of uniform numbers, a row each, and returns a number a row. Every column is in one group.
    First order: Saltelli et al. 2010; total: Jansen 1999; both from one stratified Saltelli sample of
    `rows * (len(groups) + 2)` rows. Intervals are of the ratios by their influence functions.
    """
    width = 1 + max(column for group in groups for column in group)
    one, other = (stratified(draws, rows, width) for _ in range(2))
    a, b = model(one), model(other)
    # Centred, so that rounding and the mean do not enter the products.
    middle = (np.mean(a) + np.mean(b)) / 2
    left, right = a - middle, b - middle
    spread = (left * left + right * right) / 2
    if float(np.mean(spread)) <= _NOTHING * max(1.0, float(middle) ** 2):
        return None
    return [_of(left, right, model(_mixed(one, other, group)) - middle, spread) for group in groups]


def _mixed(one: Floats, other: Floats, group: Sequence[int]) -> Floats:
    mixed = one.copy()
    mixed[:, list(group)] = other[:, list(group)]
    return mixed


def _of(left: Floats, right: Floats, mixed: Floats, spread: Floats) -> Sobol:
    return Sobol(_ratio(right * (mixed - left), spread), _ratio((left - mixed) ** 2 / 2, spread))


def _ratio(above: Floats, below: Floats) -> Estimate:
    """Return the ratio of two means and its interval, which lies in [0, 1] as variances' shares do."""
    mean = float(np.mean(below))
    ratio = float(np.mean(above)) / mean
    half = Z90 * math.sqrt(float(np.mean((above - ratio * below) ** 2)) / len(above)) / mean
    value, low, high = (min(1.0, max(0.0, end)) for end in (ratio, ratio - half, ratio + half))
    return Estimate(value, low, high)


def correlation_ratio(part: Floats, whole: Floats, bins: int = BINS) -> Estimate | None:
    """Return the share of `whole`'s variance that `part` explains, whatever the curve; None where either is constant.

    Pearson's correlation ratio over equally filled bins of the part, less what bins explain by chance (Kelley's
    epsilon squared); its interval as of a squared correlation (Olkin and Finn 1995). Source of its use as an effective
    weight: Paruolo, Saisana and Saltelli 2013.
    """
    size = len(whole)
    order = np.argsort(part, kind="stable")
    total = float(np.sum((whole - np.mean(whole)) ** 2))
    if part[order[0]] == part[order[-1]] or total <= _NOTHING * max(1.0, float(np.mean(whole)) ** 2) * size:
        return None
    inside = math.fsum(float(np.sum((whole[some] - np.mean(whole[some])) ** 2)) for some in np.array_split(order, bins))
    value = min(1.0, max(0.0, 1 - inside / (size - bins) / (total / (size - 1))))
    half = Z90 * 2 * math.sqrt(value / size) * (1 - value)
    return Estimate(value, max(0.0, value - half), min(1.0, value + half))
