"""How composites are shown: everything in points, each number with its interval, never without its parts."""

from collections.abc import Mapping
from typing import Any

import msgspec

from kithline_core.engine.composite.parts import Part
from kithline_core.engine.document import ShownDriver
from kithline_core.engine.numbers import digits, points
from kithline_sdk.contract import Interval, Missing
from kithline_sdk.stats.sensitivity import Estimate


class IndexPart(msgspec.Struct, frozen=True, kw_only=True):
    """A part in points. `nominal_weight` is its weight on the map, `weight` that in force, null where it is unknown.

    `result` is the result it comes from (GET /v1/results/{result}), null where nothing is stored.
    """

    part: str
    status: str
    reasons: list[str]
    necessary: bool
    score: float | None
    interval: Interval | None
    spread: float | None
    nominal_weight: float
    weight: float | None
    result: str | None
    version: str | None
    window: tuple[str, str] | None
    stale_since: str | None


class Index(msgspec.Struct, frozen=True, kw_only=True):
    """One index in points with everything it is made of. `bounds`: with what is unknown at its worst and its best."""

    index: str
    title: dict[str, str]
    status: str
    reasons: list[str]
    score: float | None
    unit: str
    interval: Interval | None
    bounds: tuple[float, float] | None
    coverage: float
    parts: list[IndexPart]
    measures: dict[str, float | str]
    intervals: dict[str, Interval]
    drivers: list[ShownDriver]
    missing: list[Missing]
    not_for: list[str]
    map: int
    key: str


class Figures:
    """Measures with their intervals, as they come."""

    def __init__(self) -> None:
        self.measures: dict[str, float | str] = {}
        self.intervals: dict[str, Interval] = {}

    def add(self, name: str, value: float | str, interval: Interval) -> None:
        """Put down a measure."""
        self.measures[name], self.intervals[name] = digits(value), digits(interval)

    def share(self, name: str, estimate: Estimate) -> None:
        """Put down a share with its interval."""
        self.add(name, estimate.value, (estimate.low, estimate.high))


def pair(interval: tuple[float, float]) -> tuple[float, float]:
    """Return two shares in points."""
    return points(interval[0]), points(interval[1])


def interval_of(interval: Interval | None) -> Interval | None:
    """Return an interval in points; words stay."""
    return pair(interval) if isinstance(interval, tuple) else interval


def part_of(one: Part, nominal: float, weights: Mapping[str, float]) -> IndexPart:
    """Return a part in points."""
    same: dict[str, Any] = {
        name: getattr(one, name)
        for name in ("part", "status", "reasons", "necessary", "result", "version", "window", "stale_since")
    }
    weight = weights.get(one.part)
    return IndexPart(
        score=None if one.score is None else points(one.score), interval=interval_of(one.interval),
        spread=None if one.spread is None else points(one.spread), nominal_weight=digits(nominal),
        weight=None if weight is None else digits(weight), **same,
    )  # fmt: skip
