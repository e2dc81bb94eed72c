"""Many hypotheses at once."""

import math

import numpy as np

from kithline_sdk.snapshot import Bools, Floats


def normal_below(z: float) -> float:
    """Return the standard normal's probability below z; equals scipy.stats.norm.cdf."""
    return 0.5 * math.erfc(-z / math.sqrt(2))


def student_below(t: float, freedom: int) -> float:
    """Return Student's probability below t at 1 or more whole degrees of freedom; equals scipy.stats.t.cdf.

    Source: the finite sums of Abramowitz and Stegun 1964, 26.7.3 and 26.7.4.
    """
    angle = math.atan2(t, math.sqrt(freedom))
    sine, square = math.sin(angle), math.cos(angle) ** 2
    odd = freedom % 2
    term = 1.0 if odd == 0 else math.cos(angle)
    terms = [term] if freedom > 1 else []
    for number in range(2 + odd, freedom - 1, 2):
        term *= square * (number - 1) / number
        terms.append(term)
    within = sine * math.fsum(terms)
    return 0.5 + (within / 2 if odd == 0 else (angle + within) / math.pi)


def discoveries(p: Floats, rate: float) -> Bools:
    """Return which hypotheses are rejected at a false discovery rate (Benjamini and Hochberg 1995).

    Equals scipy.stats.false_discovery_control(p) <= rate.
    """
    size = len(p)
    ordered = np.sort(p)
    passing = np.flatnonzero(ordered <= rate * np.arange(1, size + 1) / size)
    limit = ordered[passing[-1]] if len(passing) else -1.0
    return np.asarray(p <= limit, np.bool_)
