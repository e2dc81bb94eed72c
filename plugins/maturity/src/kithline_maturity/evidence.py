"""What can be said of the sheet before any ladder: coverage, worst cases and how sure a level is (card 1)."""

import math
from typing import Final, NamedTuple

import numpy as np
from kithline_sdk.snapshot import Bools, Floats

from kithline_maturity.ladder import Climb, climb
from kithline_maturity.params import DepthParams
from kithline_maturity.questions import LEVELS, TOP
from kithline_maturity.sheet import Sheet

GOOD: Final = 0.75  # an answer from here on speaks for its level


class Span(NamedTuple):
    """A level and an index that lie between two worst cases."""

    low: Climb
    high: Climb

    @property
    def open(self) -> bool:
        """Whether the two differ."""
        return bool(self.low.depth[0] < self.high.depth[0])


def coverage(sheet: Sheet, members: Bools) -> float | None:
    """Return the weight answered over the weight asked; None where nothing is asked."""
    asked = math.fsum(sheet.weight[members].tolist())
    return math.fsum(sheet.weight[members & sheet.answered].tolist()) / asked if asked else None


def covered(sheet: Sheet, level: int, params: DepthParams) -> bool:
    """Say whether a level may be read: enough of its weight answered, and every mandatory question."""
    members = sheet.of_level(level)
    share = coverage(sheet, members)
    whole = bool(sheet.answered[members & sheet.mandatory].all())
    return share is not None and share >= params.minimum_coverage and whole


def uncertain(sheet: Sheet, params: DepthParams) -> Bools:
    """Return the unanswered questions of levels that lack coverage: the ones that make the level a range."""
    found = np.zeros(len(sheet.questions), np.bool_)
    for level in LEVELS:
        if not covered(sheet, level, params):
            found |= sheet.of_level(level) & ~sheet.answered
    return found


def span(sheet: Sheet, params: DepthParams, empty: Bools) -> Span:
    """Return the ladder with the questions in `empty` at their worst and at their best."""
    # An open question of level 4 may yet be the one that somebody outside confirms.
    hopeful = not sheet.proven or bool((empty & sheet.of_level(TOP)).any())
    low, high = (np.where(empty, end, sheet.published)[np.newaxis] for end in (0.0, 1.0))
    return Span(climb(sheet, low, params, claimed=not sheet.proven), climb(sheet, high, params, claimed=hopeful))


def passing(good: int, answered: int, mark: float) -> float:
    """Return P(Beta(good + 1, answered - good + 1) >= mark), as a sum of binomial terms (exact for whole numbers)."""
    n = answered + 1
    return math.fsum(math.comb(n, j) * mark**j * (1 - mark) ** (n - j) for j in range(good + 1))


def beta(sheet: Sheet, members: Bools, values: Floats, mark: float) -> float | None:
    """Return how probable it is that a set of questions passes, from how many of them speak for it; None if empty."""
    said = values[members & sheet.answered]
    return passing(int(np.count_nonzero(said >= GOOD)), len(said), mark) if len(said) else None


def unevenness(reading: Climb) -> int:
    """Return the pairs of answered levels of which the lower failed and the higher passed."""
    known = [bool(passed) for passed, a in zip(reading.passed[0], reading.attained[0], strict=True) if not np.isnan(a)]
    return sum(not low and high for place, low in enumerate(known) for high in known[place + 1 :])


def decisive(reading: Climb) -> range:
    """Return the levels that settle the ladder: those passed and the first that is not."""
    return range(1, min(int(reading.ladder[0]) + 1, TOP) + 1)
