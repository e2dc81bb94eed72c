"""How long people stay, how soon openings are answered, and who turns back to whom."""

from typing import NamedTuple

import numpy as np

from kithline_community.health.pace import gaps, pace
from kithline_community.health.rows import Rows
from kithline_sdk.grouping import by_pair
from kithline_sdk.snapshot import DAY, Bools, Floats, Ints, Table, Window
from kithline_sdk.stats import Survival, kaplan_meier, wilson

Ends = tuple[float, float]


class Stay(NamedTuple):
    """The curve of contributors, how many have lapsed, and how many could be seen for any time."""

    curve: Survival
    lapsed: int
    seen: Floats

    def at(self, days: float) -> tuple[float, Ends]:
        """Return who is still there after so many days, with its interval: a share's where nobody or everybody left."""
        return read(self.curve, days, int((self.seen >= days).sum()))


def read(curve: Survival, days: float, followed: int) -> tuple[float, Ends]:
    """Return S(days) with Greenwood's interval; at 0 and 1, where it has none, Wilson's of those followed so long."""
    left = curve.at(days)
    if 0 < left < 1:
        return left, curve.interval(days)
    return left, wilson(left * followed, followed) if followed else (0.0, 1.0)


def stay(found: Rows, days: int, window: Window, lapse: float, times: float = 0.0) -> Stay:
    """Return how long contributors stay; lapsed after `lapse` days of silence, or `times` the own median gap if longer."""
    person, place = np.unique(found.person, return_inverse=True)
    first = np.full(len(person), np.iinfo(np.int64).max)
    last = np.full(len(person), np.iinfo(np.int64).min)
    np.minimum.at(first, place, found.first)
    np.maximum.at(last, place, found.last)
    limit = np.full(len(person), lapse)
    if times and len(person):
        limit = np.maximum(limit, times * gaps(pace(found.person, found.day, days))[1])
    gone = np.asarray((window.end - last) / DAY >= limit, np.bool_)
    seen = np.maximum(0, window.end - first) / DAY
    return Stay(kaplan_meier(np.where(gone, (last - first) / DAY, seen), gone), int(gone.sum()), seen)


def answered(openings: Table, window: Window, within: float) -> tuple[float, Ends] | None:
    """Return the share answered within so many days by Kaplan-Meier; None where no opening could be seen so long."""
    wait, done, seen = waits(openings, window)
    followed = int((seen >= within).sum())
    if not followed:
        return None
    left, (low, high) = read(kaplan_meier(wait, done), within, followed)
    return 1 - left, (1 - high, 1 - low)


def waits(openings: Table, window: Window) -> tuple[Floats, Bools, Floats]:
    """Return per opening the days until the first answer by somebody else (else until the end), whether one came, days seen."""
    asked = openings.ints("opened_at")
    fit = openings.where(openings.present("opened_at") & (asked >= window.start) & (asked <= window.end))
    opened, asker = fit.ints("opened_at"), fit.ints("asker")
    labels = by_pair(by_pair(fit.codes("community"), fit.codes("channel")).of, fit.codes("kind"))
    who = by_pair(labels.of, np.where(fit.present("asker"), asker, -1))
    one = by_pair(who.of, np.unique(opened, return_inverse=True)[1].reshape(-1))
    answer = fit.ints("answered_at")
    came = fit.present("answered_at") & (answer <= window.end) & (answer >= opened)
    came &= ~(fit.present("answerer") & (fit.ints("answerer") == asker))
    soonest, begun = np.full(one.size, window.end), np.zeros(one.size, np.int64)
    np.minimum.at(soonest, one.of[came], answer[came])
    begun[one.of] = opened
    done = np.bincount(one.of[came], minlength=one.size) > 0
    return (soonest - begun) / DAY, done, (window.end - begun) / DAY


class Exchange(NamedTuple):
    """Directed ties, and how many pairs turn to each other of all pairs in contact."""

    ties: int
    mutual: int
    pairs: int

    @property
    def reciprocity(self) -> float:
        """The share of directed ties that are returned."""
        return 2 * self.mutual / self.ties

    @property
    def span(self) -> Ends:
        """Wilson's interval over pairs, carried to ties: of p mutual pairs, 2p / (1 + p) of the ties are returned."""
        low, high = wilson(self.mutual, self.pairs)
        return min(self.reciprocity, 2 * low / (1 + low)), max(self.reciprocity, 2 * high / (1 + high))


def exchange(actor: Ints, target: Ints) -> Exchange:
    """Return who turned to whom; self pairs are left out."""
    apart = actor != target
    directed = by_pair(actor[apart], target[apart])
    pairs = by_pair(np.minimum(directed.one, directed.other), np.maximum(directed.one, directed.other))
    return Exchange(directed.size, directed.size - pairs.size, pairs.size)
