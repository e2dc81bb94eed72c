"""What the answers leave open: worst cases, and how sure a level is (card 1)."""

import math
from typing import Final, NamedTuple

import numpy as np

from kithline_maturity.coverage import decided
from kithline_maturity.ladder import Climb, climb
from kithline_maturity.params import DepthParams
from kithline_maturity.questions import TOP
from kithline_maturity.sheet import Sheet
from kithline_sdk.snapshot import Bools, Floats

GOOD: Final = 0.75  # an answer from here on speaks for its level


class Span(NamedTuple):
    """A level and an index that lie between two worst cases."""

    low: Climb
    high: Climb

    @property
    def open(self) -> bool:
        """Whether the two differ."""
        return bool(self.low.depth[0] < self.high.depth[0])


def span(sheet: Sheet, params: DepthParams, empty: Bools) -> Span:
    """Return the ladder with the questions in `empty` at their worst and at their best."""
    # An open question of level 4 may yet be the one that somebody outside confirms.
    hopeful = not sheet.proven or bool((empty & sheet.of_level(TOP)).any())
    low, high = (np.where(empty, end, sheet.published)[np.newaxis] for end in (0.0, 1.0))
    settled = decided(sheet, params, sheet.answered | empty)
    return Span(
        climb(sheet, low, params, claimed=not sheet.proven, settled=settled),
        climb(sheet, high, params, claimed=hopeful, settled=settled),
    )


def passing(good: int, answered: int, mark: float) -> float:
    """Return P(Beta(good + 1, answered - good + 1) >= mark), as a sum of binomial terms (exact for whole numbers)."""
    n = answered + 1
    return math.fsum(math.comb(n, j) * mark**j * (1 - mark) ** (n - j) for j in range(good + 1))


def beta(sheet: Sheet, members: Bools, values: Floats, mark: float) -> float | None:
    """Return how probable it is that a set of questions passes, from how many of them speak for it; None if empty."""
    good, answered = speaking(sheet, members, values)
    return passing(good, answered, mark) if answered else None


def speaking(sheet: Sheet, members: Bools, values: Floats) -> tuple[int, int]:
    """Return how many of the answered questions of a set speak for it, and how many were answered."""
    said = values[members & sheet.answered]
    return int(np.count_nonzero(said >= GOOD)), len(said)


def unevenness(reading: Climb) -> int:
    """Return the pairs of decided levels of which the lower failed and the higher passed."""
    known = reading.passed[0][reading.decided[0]].tolist()
    return sum(not low and high for place, low in enumerate(known) for high in known[place + 1 :])


def decisive(reading: Climb) -> range:
    """Return the levels that settle the ladder: those passed and the first that is not."""
    return range(1, min(int(reading.ladder[0]) + 1, TOP) + 1)
