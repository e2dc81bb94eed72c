"""Who is active: contributors of a day and of the 28 days up to it, stickiness, growth."""

import itertools
import math
from typing import Final, NamedTuple

import numpy as np

from kithline_sdk.grouping import by_pair
from kithline_sdk.snapshot import Floats, Ints
from kithline_sdk.stats import Z90

MONTH: Final = 28
THREE_MONTHS: Final = 84
WEEK: Final = 7


class Pace(NamedTuple):
    """Distinct people and days, sorted; contributors per day; contributors of the 28 days up to each day."""

    person: Ints
    day: Ints
    daily: Ints
    monthly: Ints

    @property
    def now(self) -> int:
        """Contributors of the last 28 days."""
        return int(self.monthly[-1]) if len(self.monthly) else 0


def pace(person: Ints, day: Ints, days: int) -> Pace:
    """Return the pace of a window of `days` days; `day` 0 is its first."""
    seen = by_pair(person, day)
    daily = np.bincount(seen.other, minlength=days)[:days].astype(np.int64)
    return Pace(seen.one, seen.other, daily, np.cumsum(_steps(seen.one, seen.other, days))[:days])


def _ends(person: Ints, day: Ints, days: int) -> Ints:
    """Return up to which day each contribution keeps its author among the active, or until the next takes over."""
    following = np.r_[day[1:], days]
    same = np.r_[person[1:] == person[:-1], False] if len(person) else np.zeros(0, np.bool_)
    return np.minimum(np.where(same, np.minimum(following[: len(day)], day + MONTH), day + MONTH), days)


def _steps(person: Ints, day: Ints, days: int) -> Ints:
    up = np.bincount(day, minlength=days + 1)
    down = np.bincount(_ends(person, day, days), minlength=days + 1)
    return np.asarray(up[: days + 1] - down[: days + 1], np.int64)


def stickiness(found: Pace) -> tuple[float, tuple[float, float]] | None:
    """Return the mean of contributors of the day / of the month from day 28 on, with a 90 % interval over people.

    The interval takes what each person adds to the mean (linearised ratio), so that a person's days stay together.
    """
    days = len(found.monthly)
    used = (np.arange(days) >= MONTH - 1) & (found.monthly > 0)
    if not used.any():
        return None
    month = np.maximum(found.monthly, 1)
    many = int(used.sum())
    value = math.fsum((found.daily / month)[used]) / many
    own = np.where(used, 1 / month, 0.0)
    share = np.r_[0.0, np.cumsum(np.where(used, found.daily / month**2, 0.0))]
    added = own[found.day] - (share[_ends(found.person, found.day, days)] - share[found.day])
    _, place = np.unique(found.person, return_inverse=True)
    error = math.sqrt(math.fsum((np.bincount(place, added) / many) ** 2))
    return value, (max(0.0, value - Z90 * error), min(1.0, value + Z90 * error))


def growth(found: Pace) -> tuple[float, tuple[float, float]] | None:
    """Return ln(active now / 84 days ago) / 3 with its interval; None where one of both is 0.

    The interval is that of two Poisson counts, but who is in both moves both: only who came or went makes the doubt.
    """
    days = len(found.monthly)
    if days < MONTH + THREE_MONTHS or not found.now or not found.monthly[-1 - THREE_MONTHS]:
        return None
    before = int(found.monthly[-1 - THREE_MONTHS])
    past = days - THREE_MONTHS
    here = np.unique(found.person[found.day >= days - MONTH])
    there = np.unique(found.person[(found.day >= past - MONTH) & (found.day < past)])
    both = len(np.intersect1d(here, there, assume_unique=True))
    one, other = 1 / found.now, 1 / before
    error = math.sqrt((found.now - both) * one**2 + (before - both) * other**2 + both * (one - other) ** 2) / 3
    value = math.log(found.now / before) / 3
    return value, (value - Z90 * error, value + Z90 * error)


def accounts(person: Ints, day: Ints, days: int) -> list[dict[str, int]]:
    """Return per complete period of 28 days: active, new, retained, resurrected, churned.

    `day` may be negative: who contributed before the window is not new. active = active before + new + resurrected - churned.
    """
    if not len(person):
        return []
    seen = by_pair(person, day // MONTH)
    same = np.r_[False, seen.one[1:] == seen.one[:-1]]
    stayed = same & np.r_[False, seen.other[1:] == seen.other[:-1] + 1]
    counts = {
        "active": np.ones(seen.size, np.bool_), "new": ~same, "retained": stayed, "resurrected": same & ~stayed
    }  # fmt: skip
    table, last = [], int((seen.other == -1).sum())
    for period in range(days // MONTH):
        row = {name: int((mask & (seen.other == period)).sum()) for name, mask in counts.items()}
        table.append({"period": period + 1, **row, "churned": last - row["retained"]})
        last = row["active"]
    return table


def retention(person: Ints, day: Ints, days: int, later: int) -> tuple[int, int]:
    """Return who contributed again in the week `later` weeks after that of their first contribution, and of how many."""
    if not len(person):
        return 0, 0
    seen = by_pair(person, day // WEEK)
    first = np.r_[True, seen.one[1:] != seen.one[:-1]]
    begun = seen.other[first][np.cumsum(first) - 1]
    whole = (begun >= 0) & (begun + later < days // WEEK)
    return int((whole & (seen.other == begun + later)).sum()), int((whole & first).sum())


def stage(found: Pace, table: list[dict[str, int]]) -> str | None:
    """Return inception, growth, maturity or decline (card 7); reported, not scored."""
    if not len(found.monthly):
        return None
    if found.now < 10:  # noqa: PLR2004 - the card's
        return "inception"
    active = [row["active"] for row in table]
    steps = [math.log(b / a) if a and b else -math.inf for a, b in itertools.pairwise(active)]
    if len(steps) > 1 and max(steps[-2:]) < -0.10:  # noqa: PLR2004 - the card's
        return "decline"
    if len(steps) > 2 and all(abs(step) < 0.05 for step in steps[-3:]):  # noqa: PLR2004 - the card's
        return "maturity"
    return "growth" if not steps or steps[-1] > 0 else "maturity"


def gaps(found: Pace) -> tuple[Ints, Floats]:
    """Return the people and the median number of days between their days of contribution; 0 for a single day."""
    person, place = np.unique(found.person, return_inverse=True)
    same = found.person[1:] == found.person[:-1]
    owner, gap = place[1:][same], np.diff(found.day)[same]
    gap = gap[np.lexsort((gap, owner))]
    many = np.bincount(owner, minlength=len(person))
    start, some = np.cumsum(many) - many, many > 0
    median = np.zeros(len(person))
    low, high = start[some] + (many[some] - 1) // 2, start[some] + many[some] // 2
    median[some] = (gap[low] + gap[high]) / 2
    return person, median
