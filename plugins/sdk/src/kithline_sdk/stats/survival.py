"""How long until something happens, where it has not happened to everybody yet."""

import math
from typing import NamedTuple

import numpy as np

from kithline_sdk.snapshot import Bools, Floats
from kithline_sdk.stats.intervals import Z90


class Survival(NamedTuple):
    """A Kaplan-Meier curve: ascending times of events, survival just after each, and Greenwood's sum up to each."""

    times: Floats
    survival: Floats
    greenwood: Floats
    units: int

    def at(self, time: float) -> float:
        """Return S(time): the share to whom it has not happened by then."""
        place = self._place(time)
        return 1.0 if place < 0 else float(self.survival[place])

    def interval(self, time: float) -> tuple[float, float]:
        """Return the 90 % interval of S(time) on the log-log scale; from 0 to 1 where no event allows one."""
        place = self._place(time)
        survival = self.at(time)
        if place < 0 or not 0 < survival < 1:
            return (0.0, 1.0)
        spread = Z90 * math.sqrt(float(self.greenwood[place])) / math.log(survival)
        low, high = survival ** math.exp(-spread), survival ** math.exp(spread)
        return min(low, survival), max(high, survival)

    def median(self) -> float | None:
        """Return the earliest time with S <= 1/2; None where the curve stays above."""
        reached = np.flatnonzero(self.survival <= 0.5 + 1e-12)
        return float(self.times[reached[0]]) if len(reached) else None

    def _place(self, time: float) -> int:
        return int(np.searchsorted(self.times, time, "right")) - 1


def kaplan_meier(durations: Floats, ended: Bools, weights: Floats | None = None) -> Survival:
    """Return the product-limit curve (Kaplan and Meier 1958) with Greenwood's variance (1926).

    `durations` in any unit; `ended` says to whom it happened, the others are censored at theirs, after those whom it
    happened to at the same time. `weights` count a unit more or less than once.
    """
    weight = np.ones(len(durations)) if weights is None else weights
    times = np.unique(durations[ended])
    place = np.searchsorted(times, durations, "left")
    events = np.bincount(place[ended], weight[ended], len(times))[: len(times)]
    # Somebody is at risk at each time up to and including the own duration.
    reached = np.searchsorted(times, durations, "right")
    left = np.bincount(reached, weight, len(times) + 1)
    at_risk = np.cumsum(left[::-1])[::-1][1:]
    survival = np.asarray(np.cumprod(1 - events / at_risk), np.float64)
    rest = at_risk * (at_risk - events)
    steps = np.divide(events, rest, out=np.zeros(len(times)), where=rest > 0)
    return Survival(times, survival, np.asarray(np.cumsum(steps), np.float64), len(durations))
