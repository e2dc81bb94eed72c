"""Entropy and evenness."""

import math
from collections.abc import Iterable


def shannon(weights: Iterable[float]) -> float:
    """Return -sum p ln p over the positive weights, 0 for none (Shannon 1948)."""
    positive = [weight for weight in weights if weight > 0]
    total = math.fsum(positive)
    # A share may be too small for a float; then it adds nothing.
    shares = [share for weight in positive if (share := weight / total) > 0]
    return max(0.0, -math.fsum(share * math.log(share) for share in shares))


def pielou(weights: Iterable[float], categories: int) -> float:
    """Return entropy over ln(categories); 0 for one category (Pielou 1966)."""
    return shannon(weights) / math.log(categories) if categories > 1 else 0.0
