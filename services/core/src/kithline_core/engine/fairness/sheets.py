"""Turns answers into scales: a sheet per respondent, its latest answers, items that are summed side by side."""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

import numpy as np

from kithline_core.engine.fairness.scale import Scale
from kithline_core.engine.telling import ROLES
from kithline_sdk.snapshot import Table

# What of an item's description names its scale: the first that it has.
_SCALES: Final = ("dimension", "level", "ceiling", "step")


class Item(NamedTuple):
    """The scale of an item, and what turns a reversed answer round (None: it is not reversed)."""

    scale: str
    turn: float | None = None


class Sheet(NamedTuple):
    """The latest answers of a respondent, by item, and the groups they answered in, by attribute."""

    answers: dict[str, float]
    groups: dict[str, str]


def described(items: Table, key: str) -> dict[str, Item]:
    """Return what a questionnaire says of its items, of several versions the last."""
    columns = [items.texts(name) if name != "level" else _levels(items) for name in _SCALES]
    ends = zip(items.floats("minimum").tolist(), items.floats("maximum").tolist(), strict=True)
    rows = zip(items.texts("questionnaire"), items.texts("item"), zip(*columns, strict=True), ends, strict=True)
    turned = items.ints("reverse").tolist()
    return {
        str(item): Item(next((name for name in named if name), "all"), low + high if reverse else None)
        for (questionnaire, item, named, (low, high)), reverse in zip(rows, turned, strict=True)
        if questionnaire == key
    }


def _levels(items: Table) -> list[str | None]:
    there = items.present("level").tolist()
    return [f"level {level}" if here else None for level, here in zip(items.ints("level").tolist(), there, strict=True)]


def sheets(answers: Table, known: Mapping[str, Item], ranks: Mapping[str, str]) -> list[Sheet]:
    """Return a sheet per respondent; answers in a role, and means over many, are nobody's.

    `ranks`: of people whose answers name none.
    """
    found: dict[str, Sheet] = {}
    columns = [answers.texts(name) for name in ("respondent", "role", "item", "language", "rank")]
    rows = list(zip(*columns, answers.floats("value").tolist(), strict=True))
    for place in _in_order(answers):
        person, role, item, language, rank, value = rows[place]
        if person is None or role in ROLES or item is None:
            continue
        sheet = found.setdefault(person, Sheet({}, {}))
        turn = known[item].turn if item in known else None
        sheet.answers[item] = value if turn is None else turn - value
        told = {"language": language and language.lower(), "rank": rank or ranks.get(person)}
        sheet.groups.update({name: group for name, group in told.items() if group})
    return [found[person] for person in sorted(found)]


def _in_order(answers: Table) -> list[int]:
    """Return the places of rows, the latest last: by date, undated first, then by the assessment."""
    dated = np.where(answers.present("dated"), answers.ints("dated"), np.iinfo(np.int64).min)
    return [int(place) for place in np.lexsort((answers.codes("assessment"), dated))]


def scales(filled: Iterable[Sheet], known: Mapping[str, Item]) -> list[tuple[Scale, list[Sheet]]]:
    """Return each scale with those who answered all of its items; a scale's items are those that somebody answered."""
    every = list(filled)
    asked = sorted({item for one in every for item in one.answers})
    by_scale: dict[str, list[str]] = {}
    for item in asked:
        by_scale.setdefault(known[item].scale if item in known else "all", []).append(item)
    return [_scale(name, items, every) for name, items in sorted(by_scale.items())]


def _scale(name: str, items: list[str], every: Iterable[Sheet]) -> tuple[Scale, list[Sheet]]:
    whole = [one for one in every if all(item in one.answers for item in items)]
    values = np.array([[one.answers[item] for item in items] for one in whole], np.float64)
    return Scale(name, items, values.reshape(len(whole), len(items))), whole
