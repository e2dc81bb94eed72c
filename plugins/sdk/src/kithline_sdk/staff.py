"""Who is looked at: members of the focal organisation or employees, with their departments (rulings 2.7)."""

from typing import Final, NamedTuple

import numpy as np

from kithline_sdk.people import held
from kithline_sdk.snapshot import DAY, Bools, Floats, Ints, Snapshot, Table
from kithline_sdk.ties import contributes

EMPLOYEE: Final = "employee"


class Staff(NamedTuple):
    """Members by number; their departments as entries (place of the member, department, share 1/k); head counts."""

    person: Ints
    days: Ints
    departments: tuple[str, ...]
    entry: Ints
    department: Ints
    share: Floats
    heads: Ints

    def places(self, persons: Ints) -> Ints:
        """Return where each person stands among the members, -1 for somebody else."""
        return place_in(self.person, persons)


def place_in(ordered: Ints, wanted: Ints) -> Ints:
    """Return where each wanted number stands in an ordered list, -1 where it does not."""
    if not len(ordered):
        return np.full(len(wanted), -1)
    place = np.minimum(np.searchsorted(ordered, wanted), len(ordered) - 1)
    return np.where(ordered[place] == wanted, place, -1)


def staff(snapshot: Snapshot) -> Staff:
    """Return the members as of each one's last active day in the window; for who was not active, its last day."""
    rows = _member_rows(snapshot)
    person = np.unique(rows.ints("person"))
    days = last_days(snapshot, person)
    listed = _holding(rows, person, days)
    person, days = person[listed], days[listed]
    found = held(rows, "department", person, days)
    codes, department = np.unique(found.code, return_inverse=True)
    labels = rows.labels("department")
    heads = np.bincount(department, minlength=len(codes))
    names = tuple(labels[code] for code in codes.tolist())
    return Staff(person, days, names, found.query, department.reshape(-1), found.share, heads)


def last_days(snapshot: Snapshot, person: Ints) -> Ints:
    """Return each person's last active day: as an actor, else as a target, else in a declared tie, else the last day."""
    window = snapshot.window
    day = np.full(len(person), window.last_day)
    ends = (("tie_day", "target"), ("tie_day", "actor"), ("activity_day", "actor"))
    for active in (_declared_days(snapshot), *(_event_days(snapshot[table], end) for table, end in ends)):
        place = place_in(person, active[0])
        latest = np.full(len(person), np.iinfo(np.int64).min)
        np.maximum.at(latest, place[place >= 0], active[1][place >= 0])
        day = np.where(latest >= window.first_day, np.minimum(latest, window.last_day), day)
    return day


def held_texts(snapshot: Snapshot, found: Staff, column: str) -> list[str | None]:
    """Return one text per member from a membership column, as of the same day."""
    table = snapshot["memberships"]
    labels = table.labels(column)
    first = held(table, column, found.person, found.days).first(len(found.person))
    return [None if code < 0 else labels[code] for code in first.tolist()]


def population(snapshot: Snapshot, group: str = EMPLOYEE) -> int | None:
    """Return how many people of a group there are by populations, None when it does not say.

    A row without department that is at least as large as all departments together is their total, else a further part.
    """
    table = snapshot["populations"]
    row = _is(table, "group", {group})
    if not row.any():
        return None
    parts = table.present("department")[row]
    count = table.ints("count")[row]
    by_department, whole = int(count[parts].sum()), int(count[~parts].sum())
    return whole if whole >= by_department else whole + by_department


def _member_rows(snapshot: Snapshot) -> Table:
    table = snapshot["memberships"]
    focal = {label for label in snapshot["focal"].texts("organisation") if label is not None}
    known = _is(table, "group", {EMPLOYEE}) | _is(table, "organisation", focal)
    return table.where(known if known.any() else table.present("department"))


def _is(table: Table, column: str, wanted: set[str]) -> Bools:
    named = [label in wanted for label in table.labels(column)]
    return np.array([*named, False], np.bool_)[table.codes(column)]


def _holding(rows: Table, person: Ints, days: Ints) -> Ints:
    columns = ("group", "organisation", "department")
    return np.unique(np.concatenate([held(rows, column, person, days).query for column in columns]))


def _event_days(table: Table, end: str) -> tuple[Ints, Ints]:
    counted = contributes(table)
    return table.ints(end)[counted], table.ints("day")[counted]


def _declared_days(snapshot: Snapshot) -> tuple[Ints, Ints]:
    dated = snapshot["ties"].where(snapshot["ties"].present("last_at"))
    # `last_at` is the moment of the last contact, not the first one outside.
    day = dated.ints("last_at") // DAY
    return np.r_[dated.ints("actor"), dated.ints("target")], np.r_[day, day]
