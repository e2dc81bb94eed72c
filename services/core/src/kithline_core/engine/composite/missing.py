"""Missing parts: left unknown, or, where a variant says so, the mean of the group (Part C 7b)."""

from typing import Final

import numpy as np

from kithline_sdk.snapshot import Floats

# An imputed share above this makes a composite provisional.
MOST: Final = 0.1


def by_group_mean(values: Floats) -> Floats:
    """Return units times parts, gaps (NaN) filled with the mean of the units that have the part; one nobody has stays."""
    gaps = np.isnan(values)
    counts = np.sum(~gaps, axis=0)
    means = np.where(counts > 0, np.sum(np.where(gaps, 0.0, values), axis=0) / np.maximum(counts, 1), np.nan)
    return np.where(gaps, means, values)
