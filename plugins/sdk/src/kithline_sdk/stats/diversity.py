"""Entropy and evenness."""

import math
from collections.abc import Iterable


def shannon(weights: Iterable[float]) -> float:
    """Return -sum p ln p over the positive weights, 0 for none (Shannon 1948)."""
    positive = [weight for weight in weights if weight > 0]
    total = math.fsum(positive)
    return max(0.0, -math.fsum(w / total * math.log(w / total) for w in positive)) if positive else 0.0


def pielou(weights: Iterable[float], categories: int) -> float:
    """Return entropy over ln(categories); 0 for one category (Pielou 1966)."""
    return shannon(weights) / math.log(categories) if categories > 1 else 0.0
