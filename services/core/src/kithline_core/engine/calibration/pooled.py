"""Figures over many tenants that agreed: of ten at least, none with more than 30 % of the weight (Part C 12)."""

import math
from collections.abc import Sequence
from datetime import date
from typing import Final

from kithline_core.engine.calibration import isotonic, reliability
from kithline_core.engine.calibration.isotonic import Point
from kithline_core.engine.calibration.reliability import NOTHING, Sums
from kithline_core.model.calibration import Control, Refitted, Reliability, Step
from kithline_sdk.stats import wilson

TENANTS: Final = 10
LARGEST: Final = 0.30
# A control point is the mean of so many tenants around its percentile: none has more than a fifth of it.
AROUND: Final = 5
HIGH: Final = 0.9
# So many take as many on either side of the 90th percentile.
CURVE: Final = 21
# Control points move once in so many days at most.
YEAR: Final = 365


def pool(tenants: Sequence[Sequence[Sums]]) -> list[Sums]:
    """Return the bins over tenants. A bin of too few of them, or of which one has too much, is left empty.

    Nothing of what is left out enters any figure, so that no sum gives it away.
    """
    return [_shown([one[number] for one in tenants if one[number].n]) for number in range(reliability.BINS)]


def _shown(parts: Sequence[Sums]) -> Sums:
    return reliability.together(parts) if fair([one.n for one in parts]) else NOTHING


def fair(weights: Sequence[float]) -> bool:
    """Say whether a figure over tenants of these weights may be shown."""
    return len(weights) >= TENANTS and max(weights) <= LARGEST * sum(weights)


def refitted(bins: Sequence[Sums], told: Reliability) -> list[Refitted] | None:
    """Return the table that a next version would ship, from the bins as they are shown; None where none is flagged."""
    if not told.flagged:
        return None
    shown = [one for one in bins if one.n]
    return [
        _refitted(step, shown)
        for step in isotonic.fit([Point(one.said / one.n, one.came / one.n, one.n) for one in shown])
    ]


def _refitted(step: Step, bins: Sequence[Sums]) -> Refitted:
    """Return a step in two digits; its interval is rounded outward."""
    of = reliability.together([one for one in bins if step.low <= one.said / one.n <= step.high])
    low, high = wilson(of.came, of.n)
    return Refitted(
        low=round(step.low, 2), high=round(step.high, 2), fitted=round(step.fitted, 2),
        interval=(math.floor(low * 100) / 100, math.ceil(high * 100) / 100),
    )  # fmt: skip


def control(values: Sequence[float], kept: Sequence[Control], today: date) -> Control | str:
    """Return new control points of a curve from one figure per tenant, or why there are none: then the old ones hold.

    The median gives 0.5, the 90th percentile 0.9, each as the mean of the five tenants around it, in two digits: the
    percentile itself would be one tenant's figure. They move once a year at most; `kept` are all that were announced.
    """
    if len(values) < CURVE:
        few = f"{len(values)}" if len(values) >= TENANTS else "fewer than ten"
        return f"{few} tenants have the figure; {CURVE} are needed"
    last = max((one.announced_on for one in kept), default=None)
    if last is not None and (today - last).days < YEAR:
        return f"points were announced on {last}; they move once a year"
    middle, high = (_around(sorted(values), share) for share in (0.5, HIGH))
    if not 0 < middle < high:
        return "the distribution has no rise that a curve could follow"
    return Control(median=middle, ninetieth=high, tenants=len(values), announced_on=today)


def _around(ordered: Sequence[float], share: float) -> float:
    """Return the mean of the five figures around a percentile, in two digits."""
    first = round(share * (len(ordered) - 1)) - AROUND // 2
    return float(f"{math.fsum(ordered[first : first + AROUND]) / AROUND:.2g}")
