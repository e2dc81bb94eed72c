"""The ladder of each stakeholder group, from the questions tagged with it."""

from typing import NamedTuple

import numpy as np
from kithline_sdk import Missing
from kithline_sdk.names import name
from kithline_sdk.snapshot import Bools

from kithline_maturity.draws import Resample
from kithline_maturity.evidence import beta
from kithline_maturity.ladder import TINY, Climb, mean
from kithline_maturity.params import DepthParams
from kithline_maturity.questions import LEVELS, TOP
from kithline_maturity.sheet import Sheet


class Rungs(NamedTuple):
    """What the ladders of the groups come to, as measures, and which could not be read."""

    measures: dict[str, float | int | str]
    missing: list[Missing]


def ladders(sheet: Sheet, reading: Climb, draws: Resample, params: DepthParams) -> Rungs:
    """Return `ladder.<group>` (never above the ceiling), `group_attainment` and `group_p` per group and level."""
    found = Rungs({}, [])
    for group in sorted({question.group for question in sheet.questions if question.group}):
        tagged = np.array([question.group == group for question in sheet.questions], np.bool_)
        attained = [_level(sheet, tagged & sheet.of_level(k), draws, params) for k in LEVELS]
        for k, (value, chance) in zip(LEVELS, attained, strict=True):
            if value is not None and chance is not None:
                found.measures[name("group_attainment", group, str(k))] = value
                found.measures[name("group_p", group, str(k))] = chance
        _settle(found, group, [value for value, _ in attained], reading, sheet, params)
    return found


def _level(sheet: Sheet, members: Bools, draws: Resample, params: DepthParams) -> tuple[float | None, float | None]:
    values, here = sheet.published, sheet.answered
    attained = mean(np.where(here, values, 0.0)[np.newaxis], (sheet.weight * here)[np.newaxis], members)[0]
    if np.isnan(attained):
        return None, None
    if draws.by_people:
        chance = float(np.mean(draws.means(members) >= params.pass_mark - TINY))
    else:
        chance = beta(sheet, members, values, params.pass_mark) or 0.0
    return float(attained), chance


def _settle(
    found: Rungs, group: str, attained: list[float | None], reading: Climb, sheet: Sheet, params: DepthParams
) -> None:
    """Publish the group's level: the leading levels that pass; absent while the first has no answer."""
    height = next((k for k, value in enumerate(attained) if value is None or value < params.pass_mark - TINY), TOP)
    if height < TOP and attained[height] is None:
        what = f"an answer about {group} on level {height + 1}" + ("" if height else f" (ladder.{group})")
        found.missing.append(Missing(what=what, reason="no_answers", have=0, need=1))
    if attained[0] is not None:
        top = TOP if sheet.confirmed or not sheet.proven else TOP - 1
        found.measures[name("ladder", group)] = min(height, top, int(reading.caps[0].min()))
