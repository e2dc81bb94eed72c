"""Many hypotheses at once."""

import math

import numpy as np

from kithline_sdk.snapshot import Bools, Floats


def normal_below(z: float) -> float:
    """Return the standard normal's probability below z; equals scipy.stats.norm.cdf."""
    return 0.5 * math.erfc(-z / math.sqrt(2))


def discoveries(p: Floats, rate: float) -> Bools:
    """Return which hypotheses are rejected at a false discovery rate (Benjamini and Hochberg 1995).

    Equals scipy.stats.false_discovery_control(p) <= rate.
    """
    size = len(p)
    ordered = np.sort(p)
    passing = np.flatnonzero(ordered <= rate * np.arange(1, size + 1) / size)
    limit = ordered[passing[-1]] if len(passing) else -1.0
    return np.asarray(p <= limit, np.bool_)
