"""One index: the mean of its parts with equal weights, its interval by Monte Carlo, and what each part does in it."""

import hashlib
import math
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from kithline_core.engine.composite.maps import IndexMap, IndexSpec
from kithline_core.engine.composite.parts import STRENGTH, Part
from kithline_core.engine.composite.shown import Figures, Index, interval_of, pair, part_of
from kithline_core.engine.document import ShownDriver
from kithline_core.engine.keys import canonical, engine_version
from kithline_core.engine.numbers import digits, points
from kithline_sdk.contract import Interval, unquantified
from kithline_sdk.names import name
from kithline_sdk.snapshot import Floats
from kithline_sdk.stats import Draws, quantiles
from kithline_sdk.stats.sampling import between
from kithline_sdk.stats.sensitivity import Estimate, correlation_ratio

DRAWS: Final = 1_000
LITTLE: Final = "too_little_known"


class Weighed(NamedTuple):
    """An index as it stands, in shares of 1: all parts, those that count, the score if there is one, key and seed."""

    name: str
    parts: Sequence[Part]
    used: Sequence[Part]
    score: float | None
    status: str
    reasons: list[str]
    coverage: float
    key: str
    seed: int

    @property
    def weights(self) -> dict[str, float]:
        """The weights in force: equal among the parts that are known."""
        return {one.part: 1 / len(self.used) for one in self.used} if self.score is not None else {}


def weigh(found: IndexMap, spec: IndexSpec, parts: Mapping[str, Part]) -> Weighed:
    """Return an index from its parts by name; nothing that is missing is made up."""
    own = [parts[one.part] for one in spec.parts]
    applicable = [one for one in own if one.necessary or one.status != "not_applicable"]
    used = [one for one in applicable if one.known]
    coverage = len(used) / len(applicable)
    status, reasons = _status(applicable, coverage, found.at_least)
    scored = status in ("ok", "provisional")
    score = math.fsum(one.score or 0.0 for one in used) / len(used) if scored else None
    key, seed = sealed("index", found.sha256, spec.index, *map(_told, own))
    return Weighed(spec.index, own, used, score, status, reasons, coverage, key, seed)


def sealed(*told: object) -> tuple[str, int]:
    """Return the key of what this was computed from, and the seed drawn from it (as of results, rulings 1.3)."""
    digest = hashlib.sha256(canonical([*told, engine_version()])).digest()
    return f"sha256:{digest.hex()}", int.from_bytes(digest[:8], "big")


def _told(one: Part) -> list[object]:
    return [one.part, one.status, one.key, one.score, one.interval, one.stale_since is not None]


def weakest(statuses: Sequence[str]) -> str:
    """Return the weakest of some statuses; `ok` of none."""
    return max(statuses, key=STRENGTH.index, default="ok")


def _status(parts: Sequence[Part], coverage: float, at_least: float) -> tuple[str, list[str]]:
    """Return status and reasons: the weakest necessary part's, `provisional` where others are unknown or stale."""
    lacking = [one for one in parts if not one.known]
    worst = weakest([one.status for one in lacking if one.necessary])
    if worst != "ok":
        return worst, _reasons([one for one in lacking if one.necessary])
    if coverage < at_least:
        return "insufficient", sorted({LITTLE, *_reasons(lacking)})
    shaky = [one for one in parts if one.status != "ok" or one.stale_since]
    return ("provisional" if shaky else "ok"), _reasons(shaky)


def _reasons(parts: Sequence[Part]) -> list[str]:
    return sorted({reason for one in parts for reason in one.reasons})


def drawn(used: Sequence[Part], uniform: Floats) -> Floats:
    """Return draws of parts from their intervals, a row each; a part without one stays where it is. In [0, 1]."""
    rows = [
        np.clip(between(column, one.score or 0.0, *one.ends), 0.0, 1.0)
        if one.ends
        else np.full(len(column), one.score or 0.0)
        for one, column in zip(used, uniform.T, strict=True)
    ]
    return np.array(rows)


def show(found: IndexMap, spec: IndexSpec, one: Weighed) -> Index:
    """Return an index in points, with its interval and its figures."""
    figures, interval = Figures(), None
    if one.score is not None:
        rows = drawn(one.used, Draws(one.seed).uniform(DRAWS * len(one.used)).reshape(DRAWS, -1))
        interval = spanned(one, np.mean(rows, axis=0))
        _measure(figures, one, rows, interval)
    nominal = 1 / len(one.parts)
    return Index(
        index=one.name, title=spec.title, status=one.status, reasons=one.reasons, unit="points",
        score=None if one.score is None else points(one.score), interval=interval_of(interval), bounds=_bounds(one),
        coverage=digits(one.coverage), parts=[part_of(part, nominal, one.weights) for part in one.parts],
        measures=figures.measures, intervals=figures.intervals, drivers=_drivers(one),
        missing=[part.lacking for part in one.parts if part.lacking is not None],
        not_for=sorted({use for part in one.parts for use in part.not_for}), map=found.version, key=one.key,
    )  # fmt: skip


def spanned(one: Weighed, means: Floats) -> Interval:
    """Return the 5th to the 95th percentile of the index's draws; it holds the score."""
    if not any(part.ends for part in one.used):
        return unquantified("no part has an interval")
    low, high = quantiles(means)
    score = one.score or 0.0
    return min(low, score), max(high, score)


def _measure(figures: Figures, one: Weighed, rows: Floats, interval: Interval) -> None:
    figures.add("score", 100 * (one.score or 0.0), _scaled(interval))
    means = np.mean(rows, axis=0)
    for place, part in enumerate(one.used):
        ratio = _effect(rows, means, place)
        if ratio is not None:
            figures.share(name("effective_weight", part.part), ratio)
    shifts = [_shift(one, rows, means, place) for place in range(len(one.used))] if len(one.used) > 1 else []
    for part, (value, span) in zip(one.used, shifts, strict=False):
        figures.add(name("leave_one_out_shift", part.part), value, span)
    if shifts:
        figures.add("leave_one_out_shift", *max(shifts, key=lambda shift: abs(shift[0])))


def _effect(rows: Floats, means: Floats, place: int) -> Estimate | None:
    """Return the effective weight of a part; the only one that varies has all of it, exactly."""
    varying = [row for row, cells in enumerate(rows) if cells.min() < cells.max()]
    if varying == [place]:
        return Estimate(1.0, 1.0, 1.0)
    return correlation_ratio(rows[place], means)


def _shift(one: Weighed, rows: Floats, means: Floats, place: int) -> tuple[float, Interval]:
    """Return by how many points the index moves without a part."""
    rest = [part.score or 0.0 for row, part in enumerate(one.used) if row != place]
    value = 100 * (math.fsum(rest) / len(rest) - (one.score or 0.0))
    moved = 100 * (np.mean(np.delete(rows, place, axis=0), axis=0) - means)
    low, high = quantiles(moved)
    return value, (min(low, value), max(high, value))


def _scaled(interval: Interval) -> Interval:
    return (100 * interval[0], 100 * interval[1]) if isinstance(interval, tuple) else interval


def _bounds(one: Weighed) -> tuple[float, float] | None:
    """Return the score with unknown parts at the ends of what they may be; None where nothing is unknown."""
    counted = [part for part in one.parts if part.necessary or part.status != "not_applicable"]
    if len(counted) == len(one.used):
        return None
    ends = [(part.score, part.score) if part.score is not None else part.bounds or (0.0, 1.0) for part in counted]
    low, high = (math.fsum(end[side] for end in ends) / len(ends) for side in (0, 1))
    return pair((low, high))


def _drivers(one: Weighed) -> list[ShownDriver]:
    """Return what each part adds; contributions add up to the measure `score`."""
    return [
        ShownDriver(
            name=part.part, raw=points(part.score or 0.0), sub_score=part.score, weight=digits(weight),
            contribution=digits(100 * weight * (part.score or 0.0)), gain=None,
        )
        for part in one.used
        for weight in (one.weights.get(part.part),)
        if weight is not None
    ]  # fmt: skip
