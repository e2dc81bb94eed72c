"""The ladder of each stakeholder group, from the questions tagged with it and the gates that hold for everybody."""

from typing import NamedTuple

import numpy as np

from kithline_maturity.coverage import coverage
from kithline_maturity.draws import Resample
from kithline_maturity.evidence import beta
from kithline_maturity.ladder import TINY, Climb, allowed, fails, mean
from kithline_maturity.params import DepthParams
from kithline_maturity.questions import LEVELS, TOP
from kithline_maturity.sheet import Sheet
from kithline_sdk import Missing
from kithline_sdk.names import name
from kithline_sdk.snapshot import Bools


class Rungs(NamedTuple):
    """What the ladders of the groups come to, as measures, and which could not be read."""

    measures: dict[str, float | int | str]
    missing: list[Missing]


class Rung(NamedTuple):
    """Where a group stands on a level; `passed` is None where its answers do not decide it."""

    attained: float
    chance: float
    passed: bool | None


def ladders(sheet: Sheet, reading: Climb, draws: Resample, params: DepthParams) -> Rungs:
    """Return `ladder.<group>` (never above the ceiling) and `group_attainment`, `group_passed`, `group_p` per level."""
    found = Rungs({}, [])
    for group in sorted({question.group for question in sheet.questions if question.group}):
        rungs = [_rung(sheet, group, k, draws, params) for k in LEVELS]
        for k, rung in zip(LEVELS, rungs, strict=True):
            _show(found, group, k, rung)
        _settle(found, group, rungs, int(reading.caps[0].min()))
    return found


def _rung(sheet: Sheet, group: str, level: int, draws: Resample, params: DepthParams) -> Rung | None:
    """Return where a group stands on a level; None where none of its questions was answered.

    Its gates are the level's mandatory questions about the group and those about nobody in particular.
    """
    members, here = sheet.of_level(level), sheet.answered
    own, gates = members & sheet.about(group), members & sheet.mandatory & (sheet.about(group) | sheet.about(""))
    values = np.where(here, sheet.published, 0.0)[np.newaxis]
    attained = float(mean(values, (sheet.weight * here)[np.newaxis], own)[0])
    if np.isnan(attained):
        return None
    is_open = _open(sheet, level, gates, params)
    decided = (coverage(sheet, own) or 0.0) >= params.minimum_coverage and bool(here[gates].all())
    passed = is_open and attained >= params.pass_mark - TINY
    return Rung(attained, _chance(sheet, own, gates, draws, params) if is_open else 0.0, passed if decided else None)


def _open(sheet: Sheet, level: int, gates: Bools, params: DepthParams) -> bool:
    shut = fails(sheet.published[np.newaxis], gates, params)[0]
    return not shut and allowed(sheet, level, claimed=not sheet.proven)


def _chance(sheet: Sheet, own: Bools, gates: Bools, draws: Resample, params: DepthParams) -> float:
    """Return the share of draws in which a group passes (rulings 3.2); of few questions, which show no doubt, the Beta figure."""
    if not draws.telling(own):
        return beta(sheet, own, sheet.published, params.pass_mark) or 0.0
    means = draws.means(own)
    known = ~np.isnan(means)
    passes = (means >= params.pass_mark - TINY) & ~draws.failing(gates)
    return float(np.mean(passes[known]))


def _show(found: Rungs, group: str, level: int, rung: Rung | None) -> None:
    if rung is None:
        return
    found.measures[name("group_attainment", group, str(level))] = rung.attained
    found.measures[name("group_p", group, str(level))] = rung.chance
    passed = name("group_passed", group, str(level))
    if rung.passed is None:
        what = f"answers that decide level {level} with {group} ({passed})"
        found.missing.append(Missing(what=what, reason="undecided", have=0, need=1))
    else:
        found.measures[passed] = int(rung.passed)


def _settle(found: Rungs, group: str, rungs: list[Rung | None], ceiling: int) -> None:
    """Publish the group's level: the leading levels that pass; absent while the first is not decided."""
    height = next((k for k, rung in enumerate(rungs) if rung is None or not rung.passed), TOP)
    stop = rungs[height] if height < TOP else None
    if height < TOP and stop is None:
        what = f"an answer about {group} on level {height + 1}" + ("" if height else f" (ladder.{group})")
        found.missing.append(Missing(what=what, reason="no_answers", have=0, need=1))
    if height or (stop is not None and stop.passed is not None):
        found.measures[name("ladder", group)] = min(height, ceiling)
    elif stop is not None:
        found.missing.append(Missing(what=name("ladder", group), reason="undecided", have=0, need=1))
