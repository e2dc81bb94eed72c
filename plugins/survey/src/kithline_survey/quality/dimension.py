"""All figures of one dimension, and whether it may be summed."""

from typing import NamedTuple

import numpy as np

from kithline_sdk.names import name
from kithline_sdk.snapshot import Floats
from kithline_sdk.stats.item_response import rasch, two_parameter
from kithline_sdk.stats.scaling import scalogram
from kithline_survey.quality import reliability
from kithline_survey.quality.care import gaps
from kithline_survey.quality.params import QualityParams
from kithline_survey.quality.sheets import Sheet

FEWEST_FOR_IRT = 100

Measures = dict[str, float | int | str]


class Judged(NamedTuple):
    """Figures, intervals, why figures are absent, and the marks that a dimension misses (none: it may be summed)."""

    sheet: Sheet
    measures: Measures
    intervals: dict[str, tuple[float, float]]
    absent: dict[str, str]
    misses: list[str]
    rows: list[dict[str, float | int | str | bool | None]]


def judged(sheet: Sheet, params: QualityParams, least: int) -> Judged:
    """Judge a dimension. Where fewer than `least` people stand behind a figure, it is absent for that reason."""
    complete = sheet.complete()
    found: dict[str, float | None] = {}
    intervals: dict[str, tuple[float, float]] = {}
    absent: dict[str, str] = {}
    if len(complete) < least:
        reason = "floor" if len(complete) else "no_complete_rows"
        absent |= {name(one, sheet.name): reason for one in ("alpha", "omega")}
    else:
        spread = reliability.covariances(complete)
        found |= _summed(sheet, complete, spread, absent)
        intervals |= _intervals(sheet, complete, found)
    pairwise = reliability.covariances(sheet.keyed, pairwise=True) if len(sheet.keyed) >= least else None
    found[name("alpha_pairwise", sheet.name)] = None if pairwise is None else reliability.alpha(pairwise)
    means, few = _means(sheet, params, least)
    found |= means
    scaled, no_scale = _scaled(sheet, complete, least)
    absent |= few | no_scale | {one: "no_spread" for one, value in found.items() if value is None and one not in absent}
    measures = {one: value for one, value in (found | scaled).items() if value is not None}
    misses = _misses(sheet, measures, params)
    return Judged(sheet, measures, intervals, absent, misses, _rows(sheet, measures))


def _summed(sheet: Sheet, complete: Floats, spread: Floats, absent: dict[str, str]) -> dict[str, float | None]:
    found: dict[str, float | None] = {
        name("alpha", sheet.name): reliability.alpha(spread),
        name("omega", sheet.name): reliability.omega(spread),
    }
    if len(sheet.items) < 3:  # noqa: PLR2004 - one factor needs three
        absent[name("omega", sheet.name)] = "few_items"
        if len(sheet.items) < 2:  # noqa: PLR2004 - one item agrees with itself
            absent[name("alpha", sheet.name)] = "few_items"
    rest = reliability.item_rest(complete)
    return found | {name("item_rest", item): value for item, value in zip(sheet.items, rest, strict=True)}


def _intervals(sheet: Sheet, complete: Floats, found: dict[str, float | None]) -> dict[str, tuple[float, float]]:
    value = found[name("alpha", sheet.name)]
    if value is None or value >= 1:
        return {}
    return {name("alpha", sheet.name): reliability.feldt(value, len(complete), len(sheet.items))}


def _means(sheet: Sheet, params: QualityParams, least: int) -> tuple[dict[str, float | None], dict[str, str]]:
    """Return the mean of person means over people with enough items, and the mean of each item."""
    said = ~np.isnan(sheet.keyed)
    whole = np.where(said, sheet.keyed, 0.0)
    enough = said.mean(axis=1) >= params.answered
    found: dict[str, float | None] = {}
    few: dict[str, str] = {}
    if enough.sum() >= least:
        found[name("mean", sheet.name)] = float(np.mean((whole.sum(axis=1) / said.sum(axis=1).clip(1))[enough]))
    else:
        few[name("mean", sheet.name)] = "floor"
    for place, item in enumerate(sheet.items):
        answered = int(said[:, place].sum())
        if answered >= least:
            found[name("item_mean", item)] = float(whole[:, place].sum() / answered)
        else:
            few[name("item_mean", item)] = "floor"
    return found, few


def _scaled(sheet: Sheet, complete: Floats, least: int) -> tuple[Measures, dict[str, str]]:
    """Return the scale figures of a dimension of 0/1 items, and item parameters from 100 complete sheets on."""
    if not sheet.binary() or len(complete) < least or len(sheet.items) < 2:  # noqa: PLR2004 - one item is in order
        return {}, {}
    flags = complete.astype(np.int64)
    found = scalogram(flags)._asdict()
    measures: Measures = {
        name(one.replace("errors", "guttman_errors"), sheet.name): value
        for one, value in found.items()
        if value is not None
    }
    absent = {name(one, sheet.name): "no_spread" for one, value in found.items() if value is None}
    passed = flags.sum(axis=0)
    between = (passed > 0) & (passed < len(flags))
    if len(flags) < FEWEST_FOR_IRT:
        return measures, absent | {name("irt_difficulty", item): "few_respondents" for item in sheet.items}
    if not between.all():
        absent |= {
            name("irt_difficulty", item): "all_or_none"
            for item, one in zip(sheet.items, between, strict=True)
            if not one
        }
    kept = [item for item, one in zip(sheet.items, between.tolist(), strict=True) if one]
    if len(kept) < 2:  # noqa: PLR2004 - one item says nothing of ability
        return measures, absent
    free, fixed = two_parameter(flags[:, between]), rasch(flags[:, between])
    centred = fixed.difficulty - fixed.difficulty.mean()
    for place, item in enumerate(kept):
        measures[name("irt_difficulty", item)] = round(float(free.difficulty[place]), 8)
        measures[name("irt_discrimination", item)] = round(float(free.discrimination[place]), 8)
        measures[name("rasch_difficulty", item)] = round(float(centred[place]), 8)
    return measures, absent


def _misses(sheet: Sheet, measures: Measures, params: QualityParams) -> list[str]:
    """Return which marks the dimension misses, in words."""
    found = []
    for figure in ("alpha", "omega"):
        value = measures.get(name(figure, sheet.name))
        if isinstance(value, float | int) and value < params.least_alpha:
            found.append(f"{figure} {value:.2f} below {params.least_alpha:g}")
    for place, item in enumerate(sheet.items):
        rest = measures.get(name("item_rest", item))
        if isinstance(rest, float | int) and rest < params.least_rest:
            found.append(f"{item}: item-rest {rest:.2f} below {params.least_rest:g}")
        missing = float(gaps(sheet)[place]) / len(sheet.given)
        if missing >= params.most_missing:
            found.append(f"{item}: {missing:.0%} missing")
    return found


def _rows(sheet: Sheet, measures: Measures) -> list[dict[str, float | int | str | bool | None]]:
    lacking = gaps(sheet)
    return [
        {
            "dimension": sheet.name, "item": item, "mean": measures.get(name("item_mean", item)),
            "item_rest": measures.get(name("item_rest", item)), "missing_share": float(lacking[place]) / len(sheet.given),
        }
        for place, item in enumerate(sheet.items)
    ]  # fmt: skip
