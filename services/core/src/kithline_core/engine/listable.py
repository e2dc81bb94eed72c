"""Which ids behind a figure may be listed: the floor at the last hop, where counts end and single events begin (Part C 3, 12)."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
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
# Lists by departments and by groups would have people in common, so there are none by groups.
ONE_KIND: Final = "one_kind"
# Those by communities and departments of other data, and days in common with these, were told before.
TOLD: Final = "told_otherwise"
COMMUNITY: Final = "community"
DEPARTMENT: Final = "department"
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
    return None if community in communities(found, k) else FEW


def communities(found: Acts, k: int) -> list[str]:
    """Return the communities whose events may be listed, each beside those of all others."""
    if not len(found.person):
        return []
    return [one for one, may in zip(found.communities, _open(found.community, found, k).tolist(), strict=True) if may]


def labels(found: Acts, members: Mapping[str, Sequence[str]], k: int) -> list[str]:
    """Return the departments whose members' events may be listed beside each other, all communities and the whole.

    `members` says by id who is where. Lists have events in common, and can be taken from each other: what any of them leaves
    is a union of parts, each of the events that stand in the same lists. A department goes until no part is of fewer than k.
    """
    belongs = _belongs(found, members)
    sizes = Counter(label for of in belongs for label in of)
    open_, place = set(sizes), _places(found, k)
    while gone := _gone(found, place, [frozenset(of & open_) for of in belongs], sizes, k):
        open_ -= gone
    return sorted(open_)


def _belongs(found: Acts, members: Mapping[str, Sequence[str]]) -> list[frozenset[str]]:
    return [frozenset(members.get(name, ())) for name in found.people]


def _places(found: Acts, k: int) -> Ints:
    """Return row by row the number of its community, where that is listed; 0: of those that are not."""
    told = np.isin(np.array(found.communities), communities(found, k))
    return np.asarray(np.where(told[found.community], found.community + 1, 0), np.int64)


def _gone(found: Acts, place: Ints, belongs: Sequence[frozenset[str]], sizes: Mapping[str, int], k: int) -> set[str]:
    """Return the departments that have to go next: the smallest of each part that is too small, or beside it."""
    kinds = list(dict.fromkeys(belongs))
    number = {kind: at for at, kind in enumerate(kinds)}
    of = np.array([number[one] for one in belongs], np.int64)[found.person]
    parts, cell = np.unique(place * len(kinds) + of, return_inverse=True)
    few = parts[_few(cell, found, len(parts), k)].tolist()
    inside = {_smallest(kinds[part % len(kinds)], sizes) for part in few if kinds[part % len(kinds)]}
    # What is left beside all departments grows by one of those that act there too.
    beside = [
        frozenset[str]().union(*(kinds[one % len(kinds)] for one in parts.tolist() if one // len(kinds) == at))
        for at in {part // len(kinds) for part in few}
    ]
    return inside or {_smallest(one, sizes) for one in beside if one}


def _smallest(departments: Collection[str], sizes: Mapping[str, int]) -> str:
    return min(departments, key=lambda one: (sizes[one], one))


def _few(cell: Ints, found: Acts, size: int, k: int) -> Bools:
    """Return which parts are of fewer than k people, or nearly all of one."""
    who = np.unique(np.stack([cell, found.person], axis=1), axis=0)
    few = np.bincount(who[:, 0], minlength=size) < k
    return np.asarray(few | floor.dominated(cell, found.person, found.amount, size), np.bool_)


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
