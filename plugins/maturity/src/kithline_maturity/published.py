"""The measures of a depth finding, under the names of its method page."""

import math

import numpy as np

from kithline_maturity import ceilings, evidence
from kithline_maturity.coverage import coverage, mandatory
from kithline_maturity.draws import Resample
from kithline_maturity.ladder import Climb, known
from kithline_maturity.params import DepthParams
from kithline_maturity.questions import FACTORS, LEVELS
from kithline_maturity.scan import Doubt
from kithline_maturity.sheet import Sheet
from kithline_sdk import Interval
from kithline_sdk.snapshot import Floats
from kithline_sdk.stats import quantiles

Measures = dict[str, float | int | str]


def levels(sheet: Sheet, claimed: Climb, evidenced: Climb, params: DepthParams) -> Measures:
    """Return what was answered of each level and what it comes to, evidenced and claimed."""
    found: Measures = {"claimed_level": int(claimed.ladder[0]), "evidenced_level": int(evidenced.ladder[0])}
    for k in LEVELS:
        found |= answered(sheet, k)
        found |= _level(sheet, k, "", evidenced, sheet.evidenced, params)
        found |= _level(sheet, k, "claimed_", claimed, sheet.claimed, params)
    return found


def answered(sheet: Sheet, k: int) -> Measures:
    """Return how much of a level was answered: questions, weight, mandatory ones."""
    members = sheet.of_level(k)
    found: Measures = {f"answered.{k}": int(np.count_nonzero(members & sheet.answered))}
    share = coverage(sheet, members)
    if share is not None:
        found |= {f"coverage.{k}": share, f"mandatory_answered.{k}": mandatory(sheet, members)}
    return found


def _level(sheet: Sheet, k: int, stem: str, reading: Climb, values: Floats, params: DepthParams) -> Measures:
    """Return one basis of a level: attainment, how probable it is to pass, and whether it does once that is decided."""
    chance = evidence.beta(sheet, sheet.of_level(k), values, params.pass_mark)
    if chance is None:
        return {}
    found: Measures = {f"{stem}attainment.{k}": float(reading.attained[0, k - 1]), f"{stem}p_pass.{k}": chance}
    return found | {f"{stem}passed.{k}": int(reading.passed[0, k - 1])} if reading.decided[0, k - 1] else found


def drawn_chances(sheet: Sheet, draws: Resample, drawn: Climb) -> Measures:
    """Return the share of draws in which each level passes, claimed while nothing is proven (rulings 3.2)."""
    told = [k for k in LEVELS if (members := sheet.of_level(k) & sheet.answered).any() and draws.telling(members)]
    return {f"p_drawn.{k}": float(np.mean(drawn.passed[:, k - 1])) for k in told if drawn.decided[0, k - 1]}


def bounds(sheet: Sheet, reading: Climb, drawn: Climb) -> Measures:
    """Return the ceilings: mean and cap of each known factor, the lowest, whether it binds, and the room below it."""
    found: Measures = {}
    room = ceilings.allows_social(drawn)
    for place, factor in enumerate(FACTORS):
        if not np.isnan(reading.means[0, place]):
            found[f"ceiling_mean.{factor}"] = float(reading.means[0, place])
        if known(sheet, factor):
            found[f"cap.{factor}"] = int(reading.caps[0, place])
            found[f"p_cap.{factor}"] = float(room[place])
    lowest = ceilings.lowest(sheet, reading)
    if lowest is not None:
        found["ceiling"] = int(reading.caps[0].min())
        found["binding"] = lowest
        found["binds"] = int(ceilings.binds(reading))
        found["headroom"] = int(reading.caps[0].min() - reading.level[0])
    return found | _likeliest(sheet, drawn)


def _likeliest(sheet: Sheet, drawn: Climb) -> Measures:
    chances = ceilings.likeliest(sheet, drawn)
    found: Measures = {f"p_binding.{factor}": chance for factor, chance in chances.items()}
    if chances:
        first = max(chances, key=lambda factor: (chances[factor], factor))
        found["likely_binding"] = first if chances[first] > 0 else ceilings.NONE
    return found


def whole(sheet: Sheet, reading: Climb) -> Measures:
    """Return the figures about the sheet as a whole."""
    answered = int(sheet.answered.sum())
    return {
        "index": float(reading.depth[0]),
        "unevenness": evidence.unevenness(reading),
        "items_answered": answered,
        "items_with_evidence": int((sheet.evidence & sheet.answered).sum()),
        "quick_scan": int(sheet.quick),
        "respondents": sheet.respondents,
    }


def intervals(sheet: Sheet, drawn: Climb) -> dict[str, Interval]:
    """Return 90 % intervals of the attainments that the level is read from."""
    stem = "attainment" if sheet.proven else "claimed_attainment"
    columns = {f"{stem}.{k}": drawn.attained[:, k - 1] for k in LEVELS}
    return {name: quantiles(known_) for name, column in columns.items() for known_ in (_known(column),) if len(known_)}


def _known(column: Floats) -> Floats:
    return column[~np.isnan(column)]


def odds(doubt: Doubt) -> list[dict[str, float | int | str | None]]:
    """Return one row per level of a quick scan: how probable it is."""
    return [{"level": level, "probability": doubt.chance(level)} for level in range(len(doubt.at_least))]


def tables(sheet: Sheet) -> dict[str, list[dict[str, float | int | str | None]]]:
    """Return one row per answered question: what was claimed, what counts, whether it carries evidence."""
    cells = zip(sheet.questions, sheet.claimed.tolist(), sheet.evidenced.tolist(), sheet.evidence.tolist(), strict=True)
    return {
        "items": [
            {"item": one.item, "level": one.level or None, "ceiling": one.ceiling or None, "claimed": claimed,
             "evidenced": counted, "evidence": int(proof)}
            for one, claimed, counted, proof in cells
            if not math.isnan(claimed)  # no answer
        ]
    }  # fmt: skip
