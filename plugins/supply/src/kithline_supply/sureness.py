"""How sure a figure about a network is: the organisations are given, contact between them is random (rulings 3.4)."""

import math
from collections.abc import Sequence
from typing import Final

from kithline_sdk.stats import Z90, wilson
from kithline_supply.structure import Range

# Student's over the normal's 95 % quantile for 1 to 4 degrees of freedom.
_TAILS: Final = (3.838489, 1.775221, 1.430737, 1.296071)


def of_share(value: float | None, others: Sequence[float], pairs: float) -> Range | None:
    """Return the 90 % interval of a share of `pairs` pairs; `others` is what it becomes without each organisation.

    Inverts the jackknife's standard error, with Student's tails (Wilson 1927): as if that many independent pairs had been
    seen as give it, at most those there are. The error alone would be nothing where every pair, or none, is in contact.
    """
    if value is None or pairs <= 0:
        return None
    middle = (value * pairs + Z90**2 / 2) / (pairs + Z90**2)
    error = jackknifed(others) * tails(max(1, len(others) - 1))
    alike = max(1.0, error**2 * pairs / (middle * (1 - middle)))
    return wilson(value * pairs / alike, pairs / alike)


def jackknifed(others: Sequence[float]) -> float:
    """Return the standard error of a figure about pairs from its values without each one (Snijders and Borgatti 1999)."""
    size = len(others)
    if size < 3:  # noqa: PLR2004 - (N - 2)/(2N) needs a third
        return 0.0
    mean = math.fsum(others) / size
    return math.sqrt((size - 2) / (2 * size) * math.fsum((one - mean) ** 2 for one in others))


def tails(freedom: int) -> float:
    """Return Student's over the normal's 95 % quantile, by how much a spread is too narrow that few things showed.

    Cornish and Fisher's expansion beyond four degrees of freedom (Abramowitz and Stegun 26.7.5).
    """
    if freedom <= len(_TAILS):
        return _TAILS[freedom - 1]
    z2 = Z90**2
    return 1 + (z2 + 1) / (4 * freedom) + (5 * z2**2 + 16 * z2 + 3) / (96 * freedom**2)
