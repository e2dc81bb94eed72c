"""The measures of a depth finding, under the names of its method page."""

import numpy as np
from kithline_sdk import Interval
from kithline_sdk.snapshot import Floats
from kithline_sdk.stats import quantiles

from kithline_maturity import ceilings, evidence
from kithline_maturity.ladder import Climb, known
from kithline_maturity.params import DepthParams
from kithline_maturity.questions import FACTORS, LEVELS
from kithline_maturity.sheet import Sheet

Measures = dict[str, float | int | str]


def levels(sheet: Sheet, reading: Climb, claimed: Climb, evidenced: Climb, params: DepthParams) -> Measures:
    """Return what each level comes to, claimed and evidenced, and how probable it is that it passes."""
    found: Measures = {"claimed_level": int(claimed.ladder[0]), "evidenced_level": int(evidenced.ladder[0])}
    for k in LEVELS:
        members = sheet.of_level(k)
        found[f"answered.{k}"] = int(np.count_nonzero(members & sheet.answered))
        if found[f"answered.{k}"]:
            found[f"attainment.{k}"] = float(evidenced.attained[0, k - 1])
            found[f"claimed_attainment.{k}"] = float(claimed.attained[0, k - 1])
            found[f"passed.{k}"] = int(reading.passed[0, k - 1])
            chance = evidence.beta(sheet, members, sheet.published, params.pass_mark)
            found[f"p_pass.{k}"] = 0.0 if chance is None else chance
    return found


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
        "respondents": sheet.respondents,
    }


def intervals(sheet: Sheet, drawn: Climb) -> dict[str, Interval]:
    """Return 90 % intervals of the attainments that the level is read from."""
    stem = "attainment" if sheet.proven else "claimed_attainment"
    columns = {f"{stem}.{k}": drawn.attained[:, k - 1] for k in LEVELS}
    return {name: quantiles(known_) for name, column in columns.items() for known_ in (_known(column),) if len(known_)}


def _known(column: Floats) -> Floats:
    return column[~np.isnan(column)]


def tables(sheet: Sheet) -> dict[str, list[dict[str, float | int | str | None]]]:
    """Return one row per answered question: what was claimed, what counts, whether it carries evidence."""
    cells = zip(sheet.questions, sheet.claimed.tolist(), sheet.evidenced.tolist(), sheet.evidence.tolist(), strict=True)
    return {
        "items": [
            {"item": one.item, "level": one.level or None, "ceiling": one.ceiling or None, "claimed": claimed,
             "evidenced": counted, "evidence": int(proof)}
            for one, claimed, counted, proof in cells
            if claimed == claimed  # noqa: PLR0124 - NaN is no answer
        ]
    }  # fmt: skip
