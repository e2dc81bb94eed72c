"""Which ids behind a figure may be listed: the floor at the last hop, where counts end and single events begin (Part C 3, 12)."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from kithline_core.engine import floored
from kithline_core.plugins import ScorerSpec
from kithline_sdk import floor
from kithline_sdk.names import identifier
from kithline_sdk.snapshot import Bools, Ints, Table

FEW: Final = "few_people"
PAIR: Final = "pair"
ONLY_PEOPLE: Final = "people_only"
# What people answer is what they think: nothing of it is told of fewer.
SENTIMENT: Final = 10
COMMUNITY: Final = "community"
_PREFIX: Final = "community:"
# Answers that somebody gives in a role speak of nobody (rulings 1.11).
ROLES: Final = ("assessor", "outside")


class Cell(NamedTuple):
    """What a measure speaks of: the community, department or group of this name."""

    kind: str
    label: str


class Acts(NamedTuple):
    """Row by row: in which community (by number), who (by number), how much; and who is called how."""

    community: Ints
    person: Ints
    amount: Ints
    communities: list[str]
    people: list[str]


def cells(spec: ScorerSpec, measure: str) -> list[Cell]:
    """Return what a measure speaks of by its name; nothing where it speaks of the whole."""
    found = (
        [Cell(COMMUNITY, identifier(measure[len(_PREFIX) :].partition(".")[0]))] if measure.startswith(_PREFIX) else []
    )
    return [*found, *(Cell(kind, label) for kind, label in floored.named(spec, measure))]


def acts(rows: Sequence[tuple[str | None, str, int]]) -> Acts:
    """Return rows of community, person and amount by numbers; no community is one called ``."""
    places, people, amounts = zip(*rows, strict=True) if rows else ((), (), ())
    communities, community = np.unique([place or "" for place in places], return_inverse=True)
    names, person = np.unique(list(people), return_inverse=True)
    return Acts(
        community.astype(np.int64),
        person.astype(np.int64),
        np.array(amounts, np.int64),
        communities.tolist(),
        names.tolist(),
    )


def of_all(found: Acts, k: int) -> str | None:
    """Return why the events of everybody may not be listed; None when they may."""
    return None if len(found.person) and _open(np.zeros(len(found.person), np.int64), found, k)[0] else FEW


def of_community(found: Acts, community: str, k: int) -> str | None:
    """Return why the events of a community may not be listed beside those of all others; None when they may."""
    if community not in found.communities:
        return FEW
    return None if _open(found.community, found, k)[found.communities.index(community)] else FEW


def of_members(found: Acts, members: Mapping[str, Sequence[str]], label: str, k: int) -> str | None:
    """Return why the events of a department's or group's members may not be listed; None when they may.

    `members` says by id who is where. They may be listed where the floor shows the department among all of them, and among
    those of each community: lists of a community and of a department have their events in common.
    """
    labels = sorted({"", *(one for of in members.values() for one in of)})
    number = {one: place for place, one in enumerate(labels)}
    if label not in number:
        return FEW
    rows, cell = _spread(found, [[number[one] for one in members.get(name, ("",))] for name in found.people])
    for place in (None, *np.unique(found.community[rows][cell == number[label]]).tolist()):
        here = np.ones(len(rows), np.bool_) if place is None else found.community[rows] == place
        if not (cell[here] == number[label]).any() or not _open(cell[here], _only(found, rows[here]), k)[number[label]]:
            return FEW
    return None


def _spread(found: Acts, at: Sequence[Sequence[int]]) -> tuple[Ints, Ints]:
    """Return each row once per place of its person: its number and the place."""
    pairs = [(row, place) for row, person in enumerate(found.person.tolist()) for place in at[person]]
    both = np.array(pairs, np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def _only(found: Acts, rows: Ints) -> Acts:
    return Acts(found.community[rows], found.person[rows], found.amount[rows], found.communities, found.people)


def _open(cell: Ints, found: Acts, k: int) -> Bools:
    """Return which cells may be listed, so that what is left of all tells of no fewer than k either."""
    size = int(cell.max()) + 1
    who = np.unique(np.stack([cell, found.person], axis=1), axis=0)
    dominated = floor.dominated(cell, found.person, found.amount, size)
    sizes = np.bincount(who[:, 0], minlength=size)
    return floor.shown(sizes, k, dominated=dominated, members=(who[:, 0], who[:, 1]))


def of_answers(answers: Table, cell: Cell | None, k: int) -> str | None:
    """Return why the ids of answers may not be listed; None when they may, as where all were given in a role."""
    if "respondent" not in answers:
        return ONLY_PEOPLE
    own = answers.present("respondent")
    if "role" in answers:
        own &= ~np.isin(np.array([role or "" for role in answers.texts("role")]), ROLES)
    if not own.any():
        return None
    kind = "" if cell is None or cell.kind not in answers else cell.kind
    places = answers.texts(kind) if kind else [None] * answers.rows
    people = answers.ints("respondent").tolist()
    rows = [(place, str(who), 1) for place, who, mine in zip(places, people, own.tolist(), strict=True) if mine]
    found, wide = acts(rows), max(k, SENTIMENT)
    return of_community(found, cell.label, wide) if kind and cell is not None else of_all(found, wide)
