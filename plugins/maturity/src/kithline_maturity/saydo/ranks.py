"""How much higher leaders rate than everybody else, by dimension of the answers."""

import math
from collections import defaultdict

from kithline_maturity.saydo.params import SaydoParams
from kithline_sdk import Missing, Snapshot
from kithline_sdk.floor import in_force

_Scales = dict[tuple[str | None, str | None], tuple[str | None, float, float, bool]]


def rank_gaps(snapshot: Snapshot, params: SaydoParams) -> tuple[dict[str, float], list[Missing]]:
    """Return leaders' mean less the others' by dimension, 0-1 scale, one mean a person; and what is too few."""
    people = _people(snapshot, params)
    least = {
        True: 0 if params.no_floor else params.leader_floor,
        False: 0 if params.no_floor else in_force(params.floor),
    }
    gaps: dict[str, float] = {}
    missing = []
    for dimension in sorted({name for name, _ in people}):
        sides = {leads: people.get((dimension, leads), []) for leads in (True, False)}
        if all(len(sides[leads]) >= max(1, least[leads]) for leads in sides):
            gaps[f"rank_gap.{dimension}"] = _mean(sides[True]) - _mean(sides[False])
        else:
            missing.append(Missing(what=f"rank_gap.{dimension}", reason="floor"))
    return gaps, missing


def _people(snapshot: Snapshot, params: SaydoParams) -> dict[tuple[str, bool], list[float]]:
    table, scales = snapshot["answers"], _scales(snapshot)
    values = table.floats("value").tolist()
    present = table.present("value") & table.present("respondent")
    said: dict[tuple[str, bool, int], list[float]] = defaultdict(list)
    columns = (table.texts(name) for name in ("questionnaire", "item", "dimension", "rank"))
    rows = zip(*columns, table.ints("respondent").tolist(), values, present.tolist(), strict=True)
    for questionnaire, item, dimension, rank, person, value, here in rows:
        asked, low, high, reverse = scales.get((questionnaire, item), (None, 0.0, 4.0, False))
        name = dimension or asked
        if here and name and rank and low < high and low <= value <= high:
            share = (value - low) / (high - low)
            said[name, rank.strip().casefold() in params.leading, person].append(1 - share if reverse else share)
    means: dict[tuple[str, bool], list[float]] = defaultdict(list)
    for (name, leads, _), shares in said.items():
        means[name, leads].append(_mean(shares))
    return dict(means)


def _scales(snapshot: Snapshot) -> _Scales:
    table = snapshot["items"]
    names = zip(*(table.texts(name) for name in ("questionnaire", "item", "dimension", "step")), strict=True)
    low, high = table.floats("minimum").tolist(), table.floats("maximum").tolist()
    marks = zip(low, table.present("minimum").tolist(), high, table.present("maximum").tolist(), strict=True)
    turned = [bool(one) for one in table.columns["reverse"].values.tolist()]
    return {
        (questionnaire, item): (step or dimension, least if bottom else 0.0, most if top else 4.0, reverse)
        for (questionnaire, item, dimension, step), (least, bottom, most, top), reverse in zip(
            names, marks, turned, strict=True
        )
    }


def _mean(values: list[float]) -> float:
    return math.fsum(values) / len(values)
