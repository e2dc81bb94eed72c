"""How much of the whole a few carry."""

import math
from typing import Final

import numpy as np

from kithline_sdk.snapshot import Floats, Ints

HALF: Final = 0.5


def gini(amounts: Floats | Ints) -> float | None:
    """Return the Gini coefficient without small-sample correction: 0 all alike, 1 - 1/n one has all.

    None where there is nothing to share. Source: Gini 1912 as (2 sum_i i x_i)/(n sum x) - (n + 1)/n, x ascending.
    """
    ordered = np.sort(np.asarray(amounts, np.float64))
    total = math.fsum(ordered)
    if total <= 0:
        return None
    size = len(ordered)
    return max(0.0, 2 * math.fsum(np.arange(1, size + 1) * ordered) / (size * total) - (size + 1) / size)


def absence_factor(amounts: Floats | Ints, share: float = HALF) -> int | None:
    """Return the fewest who carry at least `share` of the whole (CHAOSS); None where there is nothing to carry."""
    ordered = np.sort(np.asarray(amounts, np.float64))[::-1]
    total = math.fsum(ordered)
    if total <= 0:
        return None
    # Sums of tenths and fifths may fall a rounding short of a half that is reached exactly.
    return int(np.searchsorted(np.cumsum(ordered), share * total * (1 - 1e-12))) + 1


def top_share(amounts: Floats | Ints, part: float) -> float | None:
    """Return what the top `part` of people carry, at least one of them: max(1, ceil(part n)) (rulings 3.5)."""
    ordered = np.sort(np.asarray(amounts, np.float64))[::-1]
    total = math.fsum(ordered)
    return math.fsum(ordered[: top(len(ordered), part)]) / total if total > 0 else None


def top(people: int, part: float) -> int:
    """Return how many people the top `part` of them are: at least one."""
    # 0.05 x 40 is a little more than 2 in floats; two people are meant.
    return max(1, math.ceil(part * people - 1e-9))
