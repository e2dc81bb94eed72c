"""Splits a difference into parts that add up to it exactly: whole numbers of 1e-9 of the score inside."""

from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from kithline_core.engine.numbers import digits

STAGES: Final = (
    "new_data",
    "corrected_data",
    "affiliation",
    "scope",
    "exemptions",
    "parameters",
    "rule_version",
)
UNITS: Final = 10**9


class Point(msgspec.Struct, frozen=True):
    """What was found at one point of the way: the score inside in units of 1e-9, the rest as a document shows it."""

    value: int | None
    status: str
    score: float | None
    level: int | None
    level_name: str | None


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """One stage. `part`: how much of the difference is its own, in units of 1e-9 of the score inside (1e7 are a point).

    `told_with` names a later stage that holds its part, and `reason` says why. Status, score and level are those after it.
    """

    stage: str
    changed: bool
    part: int | None = None
    told_with: str | None = None
    reason: str | None = None
    tables: list[str] = []
    status: str | None = None
    score: float | None = None
    level: int | None = None
    level_name: str | None = None


def units(inside: float) -> int:
    """Return a score between 0 and 1 in units of 1e-9."""
    exact: float = digits(inside)
    return round(exact * UNITS)


def groups(changed: Sequence[bool], enough: Callable[[Sequence[int]], bool]) -> list[list[int]] | None:
    """Return the stages that changed something, those together that may not be told apart; None: not even all together.

    Stages are told with the next one until they concern enough people; what is left at the end, with the one before.
    """
    found: list[list[int]] = []
    waiting: list[int] = []
    for stage in (number for number, moved in enumerate(changed) if moved):
        waiting.append(stage)
        if enough(waiting):
            found.append(waiting)
            waiting = []
    while waiting and found:
        waiting = found.pop() + waiting
        if enough(waiting):
            found.append(waiting)
            waiting = []
    return None if waiting else found


def scored(groups: Sequence[list[int]], values: Sequence[int | None]) -> list[list[int]]:
    """Join groups so that each but the last ends at a score; `values` are those at the groups' ends."""
    found: list[list[int]] = []
    waiting: list[int] = []
    for group, value in zip(groups, values, strict=True):
        waiting = waiting + group
        if value is not None:
            found.append(waiting)
            waiting = []
    if waiting:
        found = [*found[:-1], [*(found[-1] if found else []), *waiting]]
    return found


def telescoped(begin: int, ends: Sequence[int]) -> list[int]:
    """Return the steps from one value over others to the last; they add up to last minus first."""
    return [after - before for before, after in zip([begin, *ends], ends, strict=False)]
