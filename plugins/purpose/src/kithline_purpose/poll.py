"""The members' poll: shares of people who answer 4 or 5, by community and item."""

from collections.abc import Callable
from typing import Final

import msgspec

from kithline_purpose.activity import Rate
from kithline_purpose.parameters import Params
from kithline_purpose.places import Place
from kithline_sdk import Snapshot, Table
from kithline_sdk.floor import in_force

QUESTIONNAIRE: Final = "purpose.poll"
ITEMS: Final = ("know", "need", "want")
_LOWEST, _AGREES, _HIGHEST = 1.0, 4.0, 5.0

Cells = dict[tuple[str, str], dict[int, tuple[int, float]]]


class Poll(msgspec.Struct, frozen=True):
    """One community's poll: usable shares by item, and per item that is not why, with what is there and needed."""

    shares: dict[str, Rate] = {}
    missing: dict[str, tuple[str, int | float | None, int | float]] = {}


def polls(snapshot: Snapshot, found: list[Place], params: Params) -> dict[str, Poll]:
    """Return the poll of each community, by id."""
    cells = _latest(snapshot)
    return {place.id: _poll(place, cells, params) for place in found}


def _latest(snapshot: Snapshot) -> Cells:
    """Return each respondent's latest answer per community and item, of equal dates the lower; 1 to 5 counts only."""
    table = snapshot["answers"]
    columns = (table.texts("questionnaire"), table.texts("assessment"), table.texts("item"))
    dated, people = _known(table, "dated", lambda _: -1), _known(table, "respondent", lambda row: -1 - row)
    cells: Cells = {}
    for kind, place, item, who, when, value in zip(
        *columns, people, dated, table.floats("value").tolist(), strict=True
    ):
        if kind != QUESTIONNAIRE or place is None or item not in ITEMS or not _LOWEST <= value <= _HIGHEST:
            continue
        answers = cells.setdefault((place, item), {})
        before = answers.get(who, (when, value))
        answers[who] = max(before, (when, value), key=lambda one: (one[0], -one[1]))
    return cells


def _known(table: Table, column: str, otherwise: Callable[[int], int]) -> list[int]:
    pairs = zip(table.ints(column).tolist(), table.present(column).tolist(), strict=True)
    return [value if known else otherwise(row) for row, (value, known) in enumerate(pairs)]


def _poll(place: Place, cells: Cells, params: Params) -> Poll:
    shares: dict[str, Rate] = {}
    missing: dict[str, tuple[str, int | float | None, int | float]] = {}
    for item in ITEMS:
        answers = cells.get((place.id, item), {})
        lack = _lack(len(answers), place.asked, params)
        if lack is None:
            shares[item] = Rate(sum(value >= _AGREES for _, value in answers.values()), len(answers))
        else:
            missing[item] = lack
    return Poll(shares, missing)


def _lack(answers: int, asked: int | None, params: Params) -> tuple[str, int | float | None, int | float] | None:
    """Return what a poll lacks; few people are not counted out."""
    need = max(params.min_answers, 0 if params.no_floor else in_force(params.floor))
    if answers < need:
        return "few_answers", None if 0 < answers < in_force(params.floor) else answers, need
    if not asked:
        return "no_asked", None, params.min_response
    return ("low_response", answers / asked, params.min_response) if answers / asked < params.min_response else None
