"""The scorer of questionnaires."""

from typing import ClassVar

import msgspec
import numpy as np

from kithline_sdk import Driver, Finding, Missing, Note, Recommendation, Snapshot, unquantified
from kithline_sdk.floor import in_force
from kithline_survey.quality.care import copies, gaps, hurried, straight
from kithline_survey.quality.dimension import Judged, judged
from kithline_survey.quality.params import QualityParams
from kithline_survey.quality.sheets import Sheet, sheets

_UNSCORED = unquantified("this result has no score")


class Quality:
    """Says of each dimension whether its items may be added up, and with how much care people answered (card 9)."""

    key: ClassVar[str] = "instrument.quality"
    version: ClassVar[str] = "1.0.0"
    Params: ClassVar[type[msgspec.Struct]] = QualityParams

    def score(self, snapshot: Snapshot, params: QualityParams, seed: int) -> Finding:  # noqa: ARG002 - nothing is drawn
        """Return the figures of every dimension, without a score: an instrument is fit for a use or it is not."""
        parts, wholes = sheets(snapshot)
        least = 1 if params.no_floor else in_force(params.floor)
        found = [judged(one, params, least) for one in parts]
        measures: dict[str, float | int | str] = {name: value for one in found for name, value in one.measures.items()}
        absent = {name: reason for one in found for name, reason in one.absent.items()}
        return Finding(
            measures=_care(wholes, params, least)
            | {"dimensions": len(found), "dimensions_summed": sum(not one.misses for one in found)}
            | measures,
            intervals={name: ends for one in found for name, ends in one.intervals.items()},
            tables={"items": [row for one in found for row in one.rows]},
            findings=[_note(one) for one in found],
            drivers=[Driver(name=one.sheet.name, raw=not one.misses) for one in found],
            missing=[Missing(what=name, reason=reason) for name, reason in sorted((absent or _nothing(found)).items())],
            recommendations=_advice(found),
        )


def _care(wholes: list[Sheet], params: QualityParams, least: int) -> dict[str, float | int | str]:
    """Return counts over all questionnaires; few people who hurried are told as none or some only where k answered."""
    rows = sum(len(one.given) for one in wholes)
    found: dict[str, float | int | str] = {"respondents": rows}
    if rows < least:
        return found
    return found | {
        "missing_cells": int(sum(gaps(one).sum() for one in wholes)),
        "complete_respondents": int(sum(len(one.complete()) for one in wholes)),
        "straightliners": int(sum(straight(one, params.straight_run).sum() for one in wholes)),
        "speeders": int(sum(hurried(one, params.seconds).sum() for one in wholes)),
        "duplicates": int(sum(copies(one) for one in wholes)),
    }


def _nothing(found: list[Judged]) -> dict[str, str]:
    return {} if found else {"alpha": "no_dimensions", "omega": "no_dimensions"}


def _note(one: Judged) -> Note:
    if one.misses:
        return Note(code="item_by_item", clause="; ".join(one.misses), evidence=one.sheet.name)
    return Note(
        code="may_be_summed",
        clause="alpha, omega, item-rest correlations and gaps are within the marks",
        evidence=one.sheet.name,
    )


def _advice(found: list[Judged]) -> list[Recommendation]:
    """Return a step for each of the three dimensions that miss most marks."""
    wanting = sorted((one for one in found if one.misses), key=lambda one: (-len(one.misses), one.sheet.name))
    return [
        Recommendation(
            code="mend_dimension",
            text=f"Report {one.sheet.name} item by item, and rewrite or drop what does not fit: {one.misses[0]}.",
            evidence=f"{int((~np.isnan(one.sheet.keyed)).any(axis=1).sum())} people answered; {len(one.misses)} marks missed",
            gain=_UNSCORED,
            effort="medium",
            refuted_by="the same items meet the marks in the next round without a change",
        )
        for one in wanting[:3]
    ]
