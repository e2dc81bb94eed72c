"""What the questionnaire `leadership` says: self-reported, shown beside, without any part in the score."""

from typing import Final, NamedTuple

import numpy as np

from kithline_network.leadership.params import LeadershipParams
from kithline_sdk import Snapshot, floor
from kithline_sdk.snapshot import Ints, Table

QUESTIONNAIRE: Final = "leadership"


class Asked(NamedTuple):
    """The weighted mean of items on a scale from 0 to 1, and how many answered; or why there is none."""

    value: float | None
    respondents: int
    reason: str


def asked(snapshot: Snapshot, params: LeadershipParams) -> Asked:
    """Return what the newest assessment says, item by item over respondents, then over items by weight."""
    answers = _newest(snapshot["answers"])
    people = len(np.unique(answers.ints("respondent")[answers.present("respondent")]))
    if not answers.rows:
        return Asked(None, 0, "no_answers")
    if people < (1 if params.no_floor else floor.in_force(params.floor)):
        return Asked(None, people, "below_floor")
    scale = _scales(snapshot["items"])
    keys = list(zip(answers.texts("version"), answers.texts("item"), strict=True))
    rows: dict[tuple[str | None, str | None], list[float]] = {}
    for key, value in zip(keys, answers.floats("value").tolist(), strict=True):
        if key in scale and not np.isnan(value):
            rows.setdefault(key, []).append(value)
    weights = {key: scale[key][0] for key in rows}
    if not sum(weights.values()):
        return Asked(None, people, "no_items")
    mean = sum(weights[key] * _keyed(sum(rows[key]) / len(rows[key]), scale[key]) for key in sorted(rows, key=str))
    return Asked(mean / sum(weights[key] for key in sorted(rows, key=str)), people, "")


Scale = tuple[float, float, float, bool]


def _keyed(value: float, scale: Scale) -> float:
    _, low, high, reverse = scale
    share = min(1.0, max(0.0, (value - low) / (high - low)))
    return 1 - share if reverse else share


def _scales(items: Table) -> dict[tuple[str | None, str | None], Scale]:
    """Return weight, ends and direction of each item; an item on a scale of no length says nothing."""
    ends = [np.where(items.present(name), items.floats(name), default) for name, default in (("weight", 1.0), ("minimum", 0.0), ("maximum", 4.0))]  # fmt: skip
    rows = zip(items.texts("version"), items.texts("item"), *(one.tolist() for one in ends), strict=True)
    turned = items.ints("reverse").astype(bool).tolist()
    found = {(version, item): (weight, low, high, turn) for (version, item, weight, low, high), turn in zip(rows, turned, strict=True)}  # fmt: skip
    return {key: one for key, one in found.items() if one[2] > one[1] and one[0] > 0}


def _newest(answers: Table) -> Table:
    """Return the answers of the newest assessment of the questionnaire: by its last date, then by its id."""
    wanted = [label == QUESTIONNAIRE for label in answers.labels("questionnaire")]
    own = answers.where(np.array([*wanted, False], np.bool_)[answers.codes("questionnaire")])
    if not own.rows:
        return own
    code: Ints = own.codes("assessment")
    last = {one: int(own.ints("dated")[code == one].max()) for one in np.unique(code).tolist()}
    return own.where(code == max(last, key=lambda one: (last[one], one)))
