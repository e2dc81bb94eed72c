"""The entropy of what was shared, and what few items hide of it."""

import math
from collections.abc import Sequence


def entropy(items: float, logs: float) -> float:
    """Return the entropy of amounts w that add up to T, `logs` being the sum of w ln w: ln T - sum(w ln w)/T."""
    return max(0.0, math.log(items) - logs / items) if items > 0 else 0.0


def weighed(amount: float) -> float:
    """Return w ln w, 0 for nothing."""
    return amount * math.log(amount) if amount > 0 else 0.0


def without_one(shared: Sequence[float]) -> list[float]:
    """Return the entropy without one item, for each who shared some."""
    items, logs = math.fsum(shared), math.fsum(map(weighed, shared))
    return [entropy(items - 1, logs - weighed(one) + weighed(one - 1)) for one in shared]


def mean(weights: Sequence[float], values: Sequence[float]) -> float:
    """Return the weighted mean."""
    return math.fsum(weight * one for weight, one in zip(weights, values, strict=True)) / math.fsum(weights)


def lifted(shared: Sequence[float]) -> float:
    """Return the entropy behind these items, which is higher than theirs: what nobody has shared yet is not among them.

    The larger of two estimates, for one is too low where few share much, the other where many share little: jackknifed
    (Zahl 1977), and adjusted for the share not yet seen (Chao and Shen 2003).
    """
    items, logs = math.fsum(shared), math.fsum(map(weighed, shared))
    jackknifed = items * entropy(items, logs) - (items - 1) * mean(shared, without_one(shared))
    return max(jackknifed, _adjusted(shared, items))


def _adjusted(shared: Sequence[float], items: float) -> float:
    once = sum(one <= 1 for one in shared)
    seen = 1 - min(once, items - 1) / items
    shares = [seen * one / items for one in shared]
    return math.fsum(-share * math.log(share) / (1 - (1 - share) ** items) for share in shares if share < 1)
