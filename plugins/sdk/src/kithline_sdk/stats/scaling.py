"""Do 0/1 items form a cumulative scale? Guttman errors and what follows from them."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.int64]


class Scale(NamedTuple):
    """Figures of a scalogram; None where they divide by nothing (all items of one difficulty, or nothing reproducible left)."""

    errors: int
    reproducibility: float
    minimal_marginal_reproducibility: float
    scalability: float | None
    loevinger_h: float | None


def scalogram(flags: Flags) -> Scale:
    """Return the figures of units x items of 0 and 1 without gaps, at least one unit and item.

    Errors after Goodenough and Edwards: cells that differ from the perfect pattern of the unit's own total, items ordered
    from most to least often passed (ties by place). CR = 1 - errors / cells; MMR = mean share of each item's more frequent
    value (Menzel 1953); CS = (CR - MMR) / (1 - MMR). H = 1 - Guttman pairs observed / expected under independence
    (Loevinger 1948, Mokken 1971).
    """
    units, items = flags.shape
    order = np.argsort(-flags.sum(axis=0), kind="stable")
    ordered = flags[:, order]
    perfect = np.arange(items) < ordered.sum(axis=1)[:, None]
    errors = int((ordered != perfect).sum())
    cr = 1 - errors / (units * items)
    passed = flags.mean(axis=0)
    mmr = float(np.maximum(passed, 1 - passed).mean())
    return Scale(errors, cr, mmr, (cr - mmr) / (1 - mmr) if mmr < 1 else None, _h(ordered))


def _h(ordered: Flags) -> float | None:
    """Return Loevinger's H of items from easy to hard: an error is a harder item passed and an easier one failed."""
    units, items = ordered.shape
    observed = expected = 0.0
    passed = ordered.sum(axis=0)
    for easy in range(items):
        for hard in range(easy + 1, items):
            observed += float((ordered[:, hard] * (1 - ordered[:, easy])).sum())
            expected += float(passed[hard] * (units - passed[easy])) / units
    return 1 - observed / expected if expected > 0 else None
