"""Which answers may be listed: of each item and assessment only as many people's that the floor shows it (Part C 3, 12)."""

from typing import Final, NamedTuple

import numpy as np

from kithline_core.engine import lineage
from kithline_core.engine.listable import ROLES, SENTIMENT, Cell
from kithline_sdk import floor
from kithline_sdk.snapshot import Bools, Ints, Table

LEFT_OUT: Final = (
    "items and assessments that fewer than {} people answered left out, and others that would give them away"
)


class _Given(NamedTuple):
    """Row by row: of which item and assessment (by number), whose (by number), and whether it speaks of them; and how many."""

    line: Ints
    person: Ints
    own: Bools
    lines: int


def wide(k: int) -> int:
    """Return the floor of answers: what people answer is what they think."""
    return max(k, SENTIMENT)


def listed(answers: Table, k: int) -> Table:
    """Return the answers that may be listed, whoever gave them.

    An item of an assessment is listed where the floor shows it among all: answered by enough people, and so are those left
    out, taken together. What was answered in a role alone is listed.
    """
    if "respondent" not in answers:
        return answers
    given = _given(answers)
    return answers.where((_open(given, wide(k)) | _of_nobody(given))[given.line])


def whole(answers: Table, cell: Cell, k: int) -> bool:
    """Say whether the answers of a department or group may be listed: each of their items is listed of all, and of them.

    All of them or none: what is left out of a part would follow from the list of all.
    """
    given = _given(answers)
    here = answers.codes(cell.kind) == _code(answers, cell)
    lines = np.unique(given.line[here & given.own]).tolist()
    all_ = _open(given, wide(k)) | _of_nobody(given)
    places = answers.codes(cell.kind)
    return bool(all_[given.line[here]].all()) and all(_of_cell(given, places, here, one, wide(k)) for one in lines)


def _of_cell(given: _Given, places: Ints, here: Bools, line: int, k: int) -> bool:
    """Say whether the floor shows a department among all that answered an item."""
    rows = given.own & (given.line == line)
    _, place = np.unique(places[rows], return_inverse=True)
    shown = _shown(place, given.person[rows], int(place.max()) + 1, k)
    return bool(shown[place[here[rows]][0]])


def _code(answers: Table, cell: Cell) -> int:
    labels = answers.labels(cell.kind)
    return labels.index(cell.label) if cell.label in labels else -2


def _given(answers: Table) -> _Given:
    numbers = dict[bytes, int]()
    line = [numbers.setdefault(one, len(numbers)) for one in lineage.lines(answers)]
    own = answers.present("respondent")
    if "role" in answers:
        own = own & ~np.isin(np.array([role or "" for role in answers.texts("role")]), ROLES)
    return _Given(np.array(line, np.int64), answers.ints("respondent"), own, len(numbers))


def _of_nobody(given: _Given) -> Bools:
    return np.asarray(np.bincount(given.line[given.own], minlength=given.lines) == 0, np.bool_)


def _open(given: _Given, k: int) -> Bools:
    return _shown(given.line[given.own], given.person[given.own], given.lines, k)


def _shown(cell: Ints, person: Ints, size: int, k: int) -> Bools:
    """Return which cells the floor shows, by who is in which."""
    if not len(cell):
        return np.zeros(size, np.bool_)
    who = np.unique(np.stack([cell, person], axis=1), axis=0)
    return floor.shown(np.bincount(who[:, 0], minlength=size), k, members=(who[:, 0], who[:, 1]))
