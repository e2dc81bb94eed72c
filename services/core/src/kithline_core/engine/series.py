"""A scorer's results over time: what changed by more than chance, and where the method did (Part C 2, 5 and 6)."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

import msgspec
import numpy as np

from kithline_core.engine import compare
from kithline_core.engine.compare import Scored

# Two months have no spread, so none departs from them.
LEAST: Final = 3


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """One result of a series: scores in points, the window's ends, and by which method it was found, part by part."""

    window: tuple[str, str]
    status: str
    score: float | None = None
    interval: tuple[float, float] | None = None
    level: int | None = None
    held: int | None = None
    method: Mapping[str, str] = {}


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """The difference to the point before, in points, with its 90 % interval; different only where that excludes 0."""

    value: float
    interval: tuple[float, float]
    different: bool


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """One point of a series. `breaks` names what of the method is another than before: no change is told across it.

    `alarm`: the cumulative sum says that the series has moved; an unchanged one says so once in 24 points.
    """

    window: tuple[str, str]
    status: str
    score: float | None
    interval: tuple[float, float] | None
    level: int | None
    held: int | None
    breaks: list[str]
    change: Change | None
    alarm: bool


def points(found: Sequence[Measured]) -> list[Point]:
    """Return the points of results in the order of time."""
    alarms = list(_alarms(found))
    pairs = zip([None, *found][: len(found)], found, alarms, strict=True)
    return [_point(before, one, alarm=alarm) for before, one, alarm in pairs]


def breaks(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """Return which parts of the method differ, by name; a part that only one of them tells differs."""
    return sorted(name for name in {*before, *after} if before.get(name) != after.get(name))


def _point(before: Measured | None, one: Measured, *, alarm: bool) -> Point:
    broken = [] if before is None else breaks(before.method, one.method)
    return Point(
        window=one.window, status=one.status, score=one.score, interval=one.interval, level=one.level, held=one.held,
        breaks=broken, change=None if before is None or broken else change(before, one), alarm=alarm,
    )  # fmt: skip


def change(before: Measured, after: Measured) -> Change | None:
    """Return the difference of two points; None where either has no score or no interval."""
    one, other = _scored(before), _scored(after)
    if one is None or other is None:
        return None
    found = compare.by_widths(one, other)
    ends = (round(found.low, 1), round(found.high, 1))
    return Change(value=round(found.value, 1), interval=ends, different=found.different)


def _scored(one: Measured) -> Scored | None:
    return None if one.score is None or one.interval is None else Scored(one.score, *one.interval)


def _alarms(found: Sequence[Measured]) -> Iterator[bool]:
    """Yield whether each point raises an alarm; a series begins anew with each method."""
    for _, same in groupby(found, key=lambda one: sorted(one.method.items())):
        part = list(same)
        known = [place for place, one in enumerate(part) if one.score is not None]
        raised: set[int] = set()
        if len(known) >= LEAST:
            scores = np.array([part[place].score for place in known], np.float64)
            watch = compare.trend(scores).watch
            raised = {place for place, alarm in zip(known, watch.alarms.tolist(), strict=True) if alarm}
        yield from (place in raised for place in range(len(part)))
