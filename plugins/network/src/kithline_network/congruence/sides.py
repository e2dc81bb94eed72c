"""Who stands on each side: the people of departments, organisations and communities."""

from bisect import bisect_left
from typing import Final, NamedTuple

import numpy as np

from kithline_network.declared import Needed
from kithline_sdk import Snapshot, Table
from kithline_sdk.grouping import by_pair
from kithline_sdk.people import held
from kithline_sdk.snapshot import Ints
from kithline_sdk.staff import last_days, staff

DEPARTMENT: Final = "department"
ORGANISATION: Final = "organisation"
COMMUNITY: Final = "community"
LEFT: Final = frozenset({"left", "unfollowed"})


class Sides(NamedTuple):
    """Sides in code-point order with their kind, and their people as entries (person, side), each once.

    `listed` names every side there is, whether or not anybody of it is in the data. `rank` is one text per person.
    """

    ids: tuple[str, ...]
    kinds: tuple[str, ...]
    listed: frozenset[str]
    person: Ints
    side: Ints
    ranks: dict[int, str]

    @property
    def heads(self) -> Ints:
        """How many people each side has."""
        return np.bincount(self.side, minlength=len(self.ids))

    def people(self, side: str) -> Ints:
        """Return the people of a side."""
        place = bisect_left(self.ids, side)
        if place == len(self.ids) or self.ids[place] != side:
            return self.person[:0]
        return np.asarray(self.person[self.side == place], np.int64)

    @property
    def number(self) -> dict[str, int]:
        """The place of each side."""
        return {one: place for place, one in enumerate(self.ids)}


class _Members(NamedTuple):
    kind: str
    ids: tuple[str, ...]
    person: Ints
    code: Ints


def sides(snapshot: Snapshot, wanted: list[Needed]) -> Sides:
    """Return all departments, and the organisations and communities somebody declared.

    An id that several kinds have is a department before an organisation before a community.
    """
    declared = {side for one in wanted for side in (one.a, one.b)}
    parts = (_departments(snapshot), _organisations(snapshot, declared), _communities(snapshot, declared))
    kind = {side: part.kind for part in reversed(parts) for side in part.ids}
    ids = tuple(sorted(kind))
    number = {one: place for place, one in enumerate(ids)}
    person, side = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for part in parts:
        place = np.array([number[one] if kind[one] == part.kind else -1 for one in part.ids] or [-1], np.int64)
        mine = place[part.code] >= 0
        person.append(part.person[mine])
        side.append(place[part.code][mine])
    entries = by_pair(np.concatenate(person), np.concatenate(side))
    kinds = tuple(kind[one] for one in ids)
    return Sides(ids, kinds, _listed(snapshot, ids), entries.one, entries.other, _ranks(snapshot, entries.one))


def _departments(snapshot: Snapshot) -> _Members:
    found = staff(snapshot)
    return _Members(DEPARTMENT, found.departments, found.person[found.entry], found.department)


def _organisations(snapshot: Snapshot, declared: set[str]) -> _Members:
    """Return whom each declared organisation had on each person's last active day; aliases count as the organisation."""
    table = snapshot["memberships"]
    labels = table.labels(ORGANISATION)
    own = {alias: one for one, aliases in _aliases(snapshot["organisations"]) for alias in aliases}
    names = [own.get(label, label) for label in labels]
    ids = tuple(sorted(declared.intersection(names)))
    person = np.unique(table.ints("person"))
    found = held(table, ORGANISATION, person, last_days(snapshot, person))
    number = {one: place for place, one in enumerate(ids)}
    code = np.array([*(number.get(one, -1) for one in names), -1], np.int64)[found.code]
    return _Members(ORGANISATION, ids, person[found.query][code >= 0], code[code >= 0])


def _aliases(table: Table) -> list[tuple[str, list[str]]]:
    rows = zip(table.texts(ORGANISATION), table.texts("aliases"), strict=True)
    return [(one, [alias.strip() for alias in text.split(";")]) for one, text in rows if one and text]


def _communities(snapshot: Snapshot, declared: set[str]) -> _Members:
    """Return who did anything in each declared community in the window, but for leaving it; sensitive ones have nobody."""
    table = snapshot["activity_day"]
    sensitive = {one for one, _ in _sensitive(snapshot["communities"])}
    labels = table.labels(COMMUNITY)
    ids = tuple(sorted(declared.intersection(labels) - sensitive))
    number = {one: place for place, one in enumerate(ids)}
    code = np.array([*(number.get(one, -1) for one in labels), -1], np.int64)[table.codes(COMMUNITY)]
    stays = np.array([*(verb not in LEFT for verb in table.labels("verb")), False], np.bool_)[table.codes("verb")]
    kept = (code >= 0) & stays
    return _Members(COMMUNITY, ids, table.ints("actor")[kept], code[kept])


def _sensitive(table: Table) -> list[tuple[str, int]]:
    rows = zip(table.texts(COMMUNITY), table.ints("sensitive").tolist(), strict=True)
    return [(one, flag) for one, flag in rows if one and flag]


def _listed(snapshot: Snapshot, ids: tuple[str, ...]) -> frozenset[str]:
    """Return every side that is known of, sensitive communities left out."""
    hidden = {one for one, _ in _sensitive(snapshot["communities"])}
    sources = (
        ("populations", DEPARTMENT), ("memberships", DEPARTMENT), ("organisations", ORGANISATION),
        ("memberships", ORGANISATION), ("focal", ORGANISATION), ("communities", COMMUNITY),
    )  # fmt: skip
    known = {label for table, column in sources for label in snapshot[table].labels(column)}
    return frozenset((known | set(ids)) - hidden)


def _ranks(snapshot: Snapshot, persons: Ints) -> dict[int, str]:
    """Return each person's rank on the last active day, where it is known."""
    table, person = snapshot["memberships"], np.unique(persons)
    labels = table.labels("rank")
    first = held(table, "rank", person, last_days(snapshot, person)).first(len(person)).tolist()
    return {one: labels[code] for one, code in zip(person.tolist(), first, strict=True) if code >= 0}
