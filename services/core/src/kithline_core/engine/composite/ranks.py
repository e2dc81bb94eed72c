"""Places in a field: ranks with their intervals, bands where ranks say too little (Part C 7g and h)."""

from typing import Final, NamedTuple

import numpy as np

from kithline_sdk.snapshot import Floats
from kithline_sdk.stats import quantiles

# A rank whose interval spans more of the field than this is none.
WIDEST: Final = 1 / 3
# In so many draws the first of a band has to stand above whoever begins the next.
SURE: Final = 0.95


class Place(NamedTuple):
    """A unit's rank from the top, its interval, and its band from the top; `rank` is None where only bands are told."""

    rank: int | None
    interval: tuple[int, int]
    band: int


def places(scores: Floats, draws: Floats) -> list[Place]:
    """Return the place of each unit, a row of draws each; equal scores share the better rank."""
    ranks = _ranks(draws)
    spans = [quantiles(row) for row in ranks]
    own = _ranks(scores[:, None])[:, 0]
    ends = [(min(int(low), int(rank)), max(int(high), int(rank))) for (low, high), rank in zip(spans, own, strict=True)]
    blurred = any(high - low > WIDEST * len(scores) for low, high in ends)
    bands = _bands(scores, draws)
    return [
        Place(None if blurred else int(rank), span, band) for rank, span, band in zip(own, ends, bands, strict=True)
    ]


def _ranks(draws: Floats) -> Floats:
    """Return ranks within each column, 1 for the highest."""
    return np.array([1 + np.sum(draws > row, axis=0) for row in draws], np.float64)


def _bands(scores: Floats, draws: Floats) -> list[int]:
    order = np.argsort(-scores, kind="stable").tolist()
    bands, head, band = [0] * len(order), order[0], 1
    for unit in order:
        if np.mean(draws[head] > draws[unit]) >= SURE:
            head, band = unit, band + 1
        bands[unit] = band
    return bands
