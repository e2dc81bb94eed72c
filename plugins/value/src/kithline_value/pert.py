"""PERT distributions: a low, a most likely and a high end, as a beta distribution on the range between (Malcolm et al. 1959)."""

import math
from typing import Final, NamedTuple

import numpy as np

from kithline_sdk.snapshot import Floats

_SHAPE: Final = 4.0
# Points at which a distribution function is known before it is turned round; straight lines between them err by less than 1e-6.
_POINTS: Final = 8193


class Range(NamedTuple):
    """Low, most likely and high of one factor."""

    low: float
    likely: float
    high: float

    @property
    def mean(self) -> float:
        """Return (a + 4 m + b) / 6."""
        return (self.low + _SHAPE * self.likely + self.high) / 6

    @property
    def variance(self) -> float:
        """Return the variance of the beta distribution with shapes 1 + 4 (m - a)/(b - a) and 1 + 4 (b - m)/(b - a)."""
        return (self.mean - self.low) * (self.high - self.mean) / 7

    def at(self, share: Floats) -> Floats:
        """Return the quantiles of shares in [0, 1); a range without width is a number."""
        width = self.high - self.low
        if width <= 0:
            return np.full(len(share), self.likely)
        place = (self.likely - self.low) / width
        return np.asarray(self.low + width * _quantiles(1 + _SHAPE * place, 5 - _SHAPE * place, share), np.float64)

    def times(self, factor: float) -> "Range":
        """Return the range with all three multiplied."""
        return Range(self.low * factor, self.likely * factor, self.high * factor)


def _quantiles(alpha: float, beta: float, share: Floats) -> Floats:
    # Equal steps of an angle crowd the points where the density may be steep: at both ends.
    angle = np.linspace(0.0, math.pi, _POINTS)
    at = (1 - np.cos(angle)) / 2
    below = _integral(alpha, beta, angle)
    return np.interp(share, below / below[-1], at)


def _integral(alpha: float, beta: float, angle: Floats) -> Floats:
    """Return the integral of the density over the angle from 0 on, by Simpson's rule with the middle of each step."""
    middle = (angle[1:] + angle[:-1]) / 2
    step = angle[1] - angle[0]
    parts = (
        _density(alpha, beta, angle[:-1]) + 4 * _density(alpha, beta, middle) + _density(alpha, beta, angle[1:])
    ) * (step / 6)
    return np.concatenate([np.zeros(1), np.cumsum(parts)])


def _density(alpha: float, beta: float, angle: Floats) -> Floats:
    half = angle / 2
    # x = sin^2(half) and dx = 2 sin(half) cos(half) d(half): no difference of nearly equal numbers.
    return np.asarray(np.sin(half) ** (2 * alpha - 1) * np.cos(half) ** (2 * beta - 1), np.float64)
