"""The dimensions of which the run holds a claim and a behaviour on one scale from 0 to 1."""

import math
from typing import Final, NamedTuple

from kithline_sdk import Snapshot
from kithline_sdk.stats import Z90

SCORE: Final = "score"
_POINTS: Final = 100.0  # the engine hands scores on in points
_SCORED: Final = frozenset({"ok", "provisional"})


class Source(NamedTuple):
    """Where a dimension's claim and behaviour stand: a scorer and two of its fields."""

    scorer: str
    survey: str
    behaviour: str


SOURCES: Final = {
    "internal": Source("path.steps", "survey.internal", "behaviour.internal"),
    "external": Source("path.steps", "survey.external", "behaviour.external"),
    "harmonise": Source("path.steps", "survey.harmonise", "behaviour.harmonise"),
    "grow": Source("path.steps", "survey.grow", "behaviour.grow"),
    "supply": Source("supply.collaboration", "survey", "two_way"),
    "leadership": Source("leadership.presence", "self_reported", SCORE),
}


class Pair(NamedTuple):
    """A claim, a behaviour and the standard error of each, None where the run hands none on."""

    dimension: str
    source: Source
    survey: float
    behaviour: float
    survey_se: float | None
    behaviour_se: float | None

    @property
    def gap(self) -> float:
        """The claim less the behaviour, -1 to 1."""
        return self.survey - self.behaviour

    @property
    def se(self) -> float | None:
        """The standard error of the gap of two independent readings; None where either is unknown."""
        if self.survey_se is None or self.behaviour_se is None:
            return None
        return math.hypot(self.survey_se, self.behaviour_se)

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 90 % interval of the gap; None without a standard error."""
        return None if self.se is None else (self.gap - Z90 * self.se, self.gap + Z90 * self.se)


Fields = dict[tuple[str, str], float | str]


def fields(snapshot: Snapshot) -> Fields:
    """Return every field of the earlier findings by scorer and name."""
    table = snapshot["findings"]
    numbers = zip(table.floats("number").tolist(), table.present("number").tolist(), strict=True)
    rows = zip(table.texts("scorer"), table.texts("field"), numbers, table.texts("text"), strict=True)
    return {
        (scorer or "", field or ""): number if given else text or "" for scorer, field, (number, given), text in rows
    }


def pairs(found: Fields) -> list[Pair]:
    """Return the dimensions of which both parts were scored."""
    return [pair for dimension, source in SOURCES.items() if (pair := _pair(found, dimension, source)) is not None]


def lacking(found: Fields, source: Source) -> str:
    """Return the code that says why a dimension has no gap."""
    status = found.get((source.scorer, "status"))
    if status is None:
        return "not_run"
    if status not in _SCORED:
        return str(status)
    return "no_survey" if _number(found, source.scorer, source.survey) is None else "no_behaviour"


def _pair(found: Fields, dimension: str, source: Source) -> Pair | None:
    said, done = (_number(found, source.scorer, name) for name in (source.survey, source.behaviour))
    if found.get((source.scorer, "status")) not in _SCORED or said is None or done is None:
        return None
    errors = [_error(found, source.scorer, name) for name in (source.survey, source.behaviour)]
    return Pair(dimension, source, said, done, *errors)


def _number(found: Fields, scorer: str, name: str) -> float | None:
    value = found.get((scorer, SCORE if name == SCORE else f"measure.{name}"))
    if not isinstance(value, float):
        return None
    return value / _POINTS if name == SCORE else value


def _error(found: Fields, scorer: str, name: str) -> float | None:
    stem, scale = ("interval_", _POINTS) if name == SCORE else (f"interval.{name}.", 1.0)
    low, high = found.get((scorer, f"{stem}low")), found.get((scorer, f"{stem}high"))
    if not isinstance(low, float) or not isinstance(high, float):
        return None
    return (high - low) / scale / (2 * Z90)
