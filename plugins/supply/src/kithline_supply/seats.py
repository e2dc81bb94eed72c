"""For whom people spoke: the units of a person on a day."""

from typing import NamedTuple

import numpy as np

from kithline_sdk import Table
from kithline_sdk.people import held
from kithline_sdk.snapshot import Ints
from kithline_sdk.stats.graphs import distinct, runs
from kithline_supply.organisations import Organisations


class Seats(NamedTuple):
    """Per question (person, day) where its units start in `unit`, and how many there are."""

    start: Ints
    length: Ints
    unit: Ints

    def spread(self) -> tuple[Ints, Ints]:
        """Return (question, unit), one row for each unit of each question."""
        return np.repeat(np.arange(len(self.start)), self.length), self.unit[runs(self.start, self.length)]


class Crossings(NamedTuple):
    """Contacts that left an organisation: the contact and the units of its two ends."""

    contact: Ints
    source: Ints
    target: Ints


def seats(memberships: Table, known: Organisations, person: Ints, day: Ints) -> Seats:
    """Return the units each person stood for on each day; somebody without organisation stood for none."""
    span = int(day.max()) - int(day.min()) + 1 if len(day) else 1
    first = int(day.min()) if len(day) else 0
    key, asked = np.unique(person * span + (day - first), return_inverse=True)
    found = held(memberships, "organisation", key // span, key % span + first)
    unit = known.coded(memberships.labels("organisation"))[found.code]
    inside = unit >= 0
    size = max(1, len(known.ids))
    # Two memberships under one owner are one.
    pair = distinct(found.query[inside] * size + unit[inside])
    start = np.searchsorted(pair // size, np.arange(len(key) + 1))
    asked = asked.reshape(-1)
    return Seats(start[asked], np.diff(start)[asked], pair % size)


def crossings(actor: Seats, target: Seats) -> Crossings:
    """Return every way in which a contact joins two different units."""
    ways = actor.length * target.length
    contact = np.repeat(np.arange(len(ways)), ways)
    offset = runs(np.zeros(len(ways), np.int64), ways)
    width = target.length[contact]
    source = actor.unit[actor.start[contact] + offset // width]
    other = target.unit[target.start[contact] + offset % width]
    apart = source != other
    return Crossings(contact[apart], source[apart], other[apart])
