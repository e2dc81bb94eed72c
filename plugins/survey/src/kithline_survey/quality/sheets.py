"""Answers as sheets: one per dimension of a questionnaire, respondents by items, as given and keyed in one direction."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from kithline_sdk import Snapshot, Table
from kithline_sdk.grouping import by_pair
from kithline_sdk.snapshot import Floats, Ints


class Sheet(NamedTuple):
    """Respondents by items: values as given and keyed (NaN where not answered), seconds, the items' ids, the sheet's name."""

    name: str
    items: tuple[str, ...]
    given: Floats
    keyed: Floats
    seconds: Floats

    def complete(self) -> Floats:
        """Return the keyed rows without a gap."""
        return self.keyed[~np.isnan(self.keyed).any(axis=1)]

    def binary(self) -> bool:
        """Say whether all answers are 0 or 1, both of them given."""
        said = self.given[~np.isnan(self.given)]
        return bool(len(said)) and set(np.unique(said).tolist()) == {0.0, 1.0}


def sheets(snapshot: Snapshot) -> tuple[list[Sheet], list[Sheet]]:
    """Return the sheets of dimensions, by name, and the whole sheets of questionnaires with any dimension.

    A dimension of several questionnaires is called `questionnaire:dimension`. A row is a respondent in an assessment.
    """
    answers = snapshot["answers"].sorted()
    answers = answers.where(answers.present("item") & answers.present("value") & answers.present("respondent"))
    about = _about(snapshot)
    said = _dimensions(answers, about)
    answers = answers.where(np.array([one is not None for one in said], np.bool_))
    dimension = [one for one in said if one is not None]
    asked = [one or "" for one in answers.texts("questionnaire")]
    homes: dict[str, set[str]] = {}
    for home, name in zip(asked, dimension, strict=True):
        homes.setdefault(name, set()).add(home)
    names = [one if len(homes[one]) == 1 else f"{home}:{one}" for home, one in zip(asked, dimension, strict=True)]
    parts = [_sheet(name, answers, about, _where(names, name)) for name in sorted(set(names))]
    wholes = [_sheet(name, answers, about, _where(asked, name)) for name in sorted(set(asked))]
    return parts, wholes


Ends = tuple[float, float, bool]
_About = dict[tuple[str | None, str | None], tuple[str | None, Ends]]


def _about(snapshot: Snapshot) -> _About:
    """Return, by questionnaire and item, the dimension, least, most and whether the item counts the other way round."""
    table = snapshot["items"].sorted()
    known = zip(
        table.texts("questionnaire"), table.texts("item"), table.texts("dimension"), table.floats("minimum").tolist(),
        table.floats("maximum").tolist(), (table.present("reverse") & (table.ints("reverse") != 0)).tolist(), strict=True,
    )  # fmt: skip
    return {(asked, item): (dimension, (low, high, turned)) for asked, item, dimension, low, high, turned in known}


def _dimensions(answers: Table, about: _About) -> list[str | None]:
    nothing = (None, (np.nan, np.nan, False))
    columns = (answers.texts(one) for one in ("dimension", "questionnaire", "item"))
    return [said or about.get((asked, item), nothing)[0] for said, asked, item in zip(*columns, strict=True)]


def _where(names: Iterable[str], wanted: str) -> Ints:
    return np.flatnonzero(np.array([one == wanted for one in names], np.bool_))


def _sheet(name: str, answers: Table, about: _About, rows: Ints) -> Sheet:
    item, respondent = answers.codes("item")[rows], answers.ints("respondent")[rows]
    units = by_pair(answers.codes("assessment")[rows] + 1, respondent)
    codes, column = np.unique(item, return_inverse=True)
    shape = (units.size, len(codes))
    given, seconds = np.full(shape, np.nan), np.full(shape, np.nan)
    # Rows come sorted: of two answers of one respondent to one item the last by value stands, whatever the order they came in.
    given[units.of, column.reshape(-1)] = answers.floats("value")[rows]
    seconds[units.of, column.reshape(-1)] = answers.floats("seconds")[rows]
    labels = answers.labels("item")
    asked = answers.texts("questionnaire")[int(rows[0])]
    items = tuple(labels[code] for code in codes.tolist())
    order = np.argsort(np.array(items, object))
    items = tuple(items[place] for place in order.tolist())
    given, seconds = given[:, order], seconds[:, order]
    return Sheet(
        name,
        items,
        given,
        _keyed(given, [about.get((asked, one), (None, (np.nan, np.nan, False)))[1] for one in items]),
        seconds,
    )


def _keyed(given: Floats, ends: list[Ends]) -> Floats:
    """Turn the items round that count the other way: least + most - value, observed ends where none are declared."""
    keyed = given.copy()
    for place, (low, high, turned) in enumerate(ends):
        if turned:
            column = given[:, place]
            least = np.nanmin(given) if np.isnan(low) else low
            most = np.nanmax(given) if np.isnan(high) else high
            keyed[:, place] = least + most - column
    return keyed
