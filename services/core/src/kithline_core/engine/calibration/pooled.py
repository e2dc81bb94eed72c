"""Figures over many tenants that agreed: of ten at least, none with more than 30 % of the weight (Part C 12)."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np

from kithline_core.engine.calibration import isotonic, reliability
from kithline_core.engine.calibration.isotonic import Point
from kithline_core.engine.calibration.reliability import NOTHING, Sums
from kithline_core.model.calibration import Control, Reliability, Step

TENANTS: Final = 10
LARGEST: Final = 0.30
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


def refitted(bins: Sequence[Sums], told: Reliability) -> list[Step] | None:
    """Return the table that a next version would ship, from the bins as they are shown; None where none is flagged."""
    if not told.flagged:
        return None
    return isotonic.fit([Point(one.said / one.n, one.came / one.n, one.n) for one in bins if one.n])


def control(values: Sequence[float], kept: Sequence[Control], today: date) -> Control | str:
    """Return new control points of a curve from one figure per tenant, or why there are none: then the old ones hold.

    The median gives 0.5, the 90th percentile 0.9. They move once a year at most; `kept` are all that were announced.
    """
    if len(values) < TENANTS:
        return f"{len(values)} tenants have the figure; {TENANTS} are needed"
    last = max((one.announced_on for one in kept), default=None)
    if last is not None and (today - last).days < YEAR:
        return f"points were announced on {last}; they move once a year"
    middle, high = (float(np.quantile(np.array(values), share)) for share in (0.5, 0.9))
    if not 0 < middle < high:
        return "the distribution has no rise that a curve could follow"
    return Control(median=middle, ninetieth=high, tenants=len(values), announced_on=today)
