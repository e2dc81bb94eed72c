"""Tells the ranges of runs that left one thing out, and of people no more than bounds."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

from msgspec import structs

from kithline_core.engine.document import Document
from kithline_core.engine.leaving.units import Kind, Unit, Units
from kithline_core.engine.published import rounded
from kithline_core.model.sensitivity import LeftOut, Most

METHODS: Final[dict[Kind, str]] = {
    "item": "one question at a time out of the questionnaire, with its answers",
    "community": "one community at a time out of the data, with all that happened in it",
    "organisation": "one organisation at a time out of the data, with its people and ties",
    "department": "one department at a time out of the data, with its people",
    "person": "one person at a time out of the data, those in most of it first; bounds in whole points, nobody is named",
}
NEEDED: Final = "unknown: without one of them there would be no score"


class Run(NamedTuple):
    """A run without a unit: score and level, None where it had none."""

    unit: Unit
    score: float | None
    level: int | None


def told(kind: Kind, before: Document, units: Units, runs: Sequence[Run], names: Sequence[str]) -> LeftOut:
    """Return what runs without one unit each come to; `names` are those of the scorer's levels."""
    scored = [one for one in runs if one.score is not None]
    if before.score is None or not runs:
        return _blank(kind, units, runs, _why(before, units))
    if kind == "person":
        return _bounds(units, before.score, before.level, runs)
    if not scored:
        return _blank(kind, units, runs, "unknown: each run lacked what the scorer needs")
    changes = [round((one.score or 0.0) - before.score, 1) for one in scored]
    place = max(range(len(scored)), key=lambda one: abs(changes[one]))
    return structs.replace(
        _blank(kind, units, runs, None), change=(min(changes), max(changes)),
        score=(round(before.score + min(changes), 1), round(before.score + max(changes), 1)),
        levels=_levels(scored, names), level_holds=_holds(before.level, runs),
        most=_most(scored[place], changes[place], units) if changes[place] else None,
    )  # fmt: skip


def _bounds(units: Units, whole: float, level: int | None, runs: Sequence[Run]) -> LeftOut:
    """Return how far anybody's absence moves the score at most: ends outward to whole points, 0 between them."""
    changes = [round(one.score - whole, 1) for one in runs if one.score is not None]
    if len(changes) < len(runs):
        return structs.replace(_blank("person", units, runs, NEEDED), level_holds=None if level is None else False)
    low, high = math.floor(min(0.0, *changes)), math.ceil(max(0.0, *changes))
    return structs.replace(
        _blank("person", units, runs, None), change=(float(low), float(high)), level_holds=_holds(level, runs),
        score=(max(0.0, round(whole + low, 1)), min(100.0, round(whole + high, 1))),
    )  # fmt: skip


def _blank(kind: Kind, units: Units, runs: Sequence[Run], why: str | None) -> LeftOut:
    """Return how much was tried, without what came of it; numbers of people are told no finer than counts are."""
    tried, of = len(runs), len(units.units) + units.withheld
    if kind == "person":
        of = rounded(of)
        tried = of if tried == len(units.units) else min(tried, of)
    return LeftOut(
        kind=kind, method=METHODS[kind], tried=tried, of=of, withheld=units.withheld,
        unscored=None if kind == "person" else sum(one.score is None for one in runs), score=None, change=None,
        levels=None, level_holds=None, most=None, why=why,
    )  # fmt: skip


def _why(before: Document, units: Units) -> str:
    if before.score is None:
        reasons = f" ({', '.join(before.reasons)})" if before.reasons else ""
        return f"unknown: the result has no score; its status is {before.status}{reasons}"
    if units.why is not None:
        return f"unknown: {units.why}"
    if not units.units:
        return "unknown: each of them would tell of too few people"
    return "unknown: the time was up before the first of them"


def _most(one: Run, change: float, units: Units) -> Most:
    """Return a unit that is named; a question with its questionnaire where several ask one of that name."""
    alike = [other for other in units.units if other.name == one.unit.name]
    name = f"{one.unit.questionnaire}/{one.unit.name}" if len(alike) > 1 else one.unit.name
    return Most(name=name, score=one.score or 0.0, change=change, level=one.level)


def _levels(runs: Sequence[Run], names: Sequence[str]) -> dict[str, float] | None:
    counts = Counter(one.level for one in runs if one.level is not None)
    return {names[level]: counts[level] / len(runs) for level in sorted(counts)} or None


def _holds(level: int | None, runs: Sequence[Run]) -> bool | None:
    return None if level is None else all(one.level == level for one in runs)
