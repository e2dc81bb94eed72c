"""Honest comparisons: two scores differ only where the interval of their difference excludes 0 (Part C 5)."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, Literal, NamedTuple

import numpy as np

from kithline_sdk.snapshot import Bools, Floats
from kithline_sdk.stats import Z90, quantiles
from kithline_sdk.stats.control import SLACK, Watch, cusum, limit_for
from kithline_sdk.stats.hypotheses import discoveries, normal_below, student_below
from kithline_sdk.stats.sampling import normal_quantile

# How many unchanged months there are to a false alarm.
MONTHS: Final = 24.0
# Months that have a spread.
LEAST: Final = 2

Method = Literal["paired", "widths"]


class Scored(NamedTuple):
    """A score with the ends of its 90 % interval."""

    score: float
    low: float
    high: float


class Difference(NamedTuple):
    """The second less the first, with its 90 % interval, where that comes from, and a two-sided p value."""

    value: float
    low: float
    high: float
    method: Method
    p: float

    @property
    def different(self) -> bool:
        """Say whether the interval excludes 0."""
        return not self.low <= 0 <= self.high


class Order(NamedTuple):
    """Two neighbours of a ranking, by their places in what was given, and in which share of draws the order holds."""

    above: int
    below: int
    holds: float


class Trend(NamedTuple):
    """A watched series: each month against those before it as a standard normal number, the limit, the sums."""

    departures: Floats
    limit: float
    watch: Watch


def by_widths(before: Scored, after: Scored) -> Difference:
    """Return the difference of two scores that are known by their intervals only.

    The squares of both halves add up on either side (MOVER, Zou and Donner 2008). The people are taken for different
    ones: where they overlap, the interval is too wide rather than too narrow.
    """
    value = after.score - before.score
    down = math.hypot(after.score - after.low, before.high - before.score)
    up = math.hypot(after.high - after.score, before.score - before.low)
    return Difference(value, value - down, value + up, "widths", _p(value, down if value > 0 else up))


def paired(before: Floats, after: Floats) -> Difference:
    """Return the mean of differences of the same people (or items), a pair each; raises ValueError for fewer than two."""
    apart = after - before
    if len(apart) < 2:  # noqa: PLR2004 - one difference has no spread
        raise ValueError("one pair says nothing of how much pairs differ")
    value = math.fsum(apart.tolist()) / len(apart)
    half = Z90 * math.sqrt(math.fsum(((apart - value) ** 2).tolist()) / (len(apart) - 1) / len(apart))
    return Difference(value, value - half, value + half, "paired", _p(value, half))


def by_draws(before: Floats, after: Floats) -> Difference:
    """Return the difference of two scores that were drawn together, draw by draw."""
    apart = after - before
    value = float(np.median(apart))
    low, high = quantiles(apart)
    below = float(np.mean(apart < 0) + np.mean(apart == 0) / 2)
    # A share of draws is known to half a draw: none on one side is no certainty.
    p = max(2 * min(below, 1 - below), 1 / len(apart))
    return Difference(value, min(low, value), max(high, value), "paired", p)


def _p(value: float, half: float) -> float:
    """Return the p value that belongs to the half of the interval towards 0."""
    if half == 0:
        return 1.0 if value == 0 else 0.0
    return 2 * normal_below(-abs(value) / half * Z90)


def many(differences: Sequence[Difference], rate: float = 0.1) -> Bools:
    """Return which of many differences are called different: Benjamini and Hochberg at a rate of false ones."""
    return discoveries(np.array([one.p for one in differences]), rate)


def ranking(draws: Floats) -> list[Order]:
    """Return neighbours from the top down, by the medians of rows of draws, with the share in which each is above.

    Equal medians stay in the order given; a draw in which both are alike counts half.
    """
    order = np.argsort(-np.median(draws, axis=1), kind="stable").tolist()
    return [Order(one, other, _above(draws[one], draws[other])) for one, other in pairwise(order)]


def _above(one: Floats, other: Floats) -> float:
    return float(np.mean(one > other) + np.mean(one == other) / 2)


def trend(monthly: Floats, months: float = MONTHS, slack: float = SLACK) -> Trend:
    """Return a monthly series under watch, with a false alarm once in so many months of an unchanged one.

    Each month is held against mean and spread of all before it (Hawkins 1987), so that nothing is taken for known that
    was only learnt, and a new series alarms no more often than an old one. The first two months, and those before
    anything varied, depart by 0. Months are taken for independent and normal.
    """
    departures = np.array([_departure(monthly[:place], float(value)) for place, value in enumerate(monthly)])
    limit = limit_for(months, slack)
    return Trend(departures, limit, cusum(departures, limit, slack))


def _departure(before: Floats, value: float) -> float:
    size = len(before)
    spread = float(np.std(before, ddof=1)) if size >= LEAST else 0.0
    if spread == 0:
        return 0.0
    student = (value - float(np.mean(before))) / spread * math.sqrt(size / (size + 1))
    return float(normal_quantile(np.array([student_below(student, size - 1)]))[0])
