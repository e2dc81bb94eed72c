"""Which departments leaders reach: shown from 10 people on, as everything about leadership (rulings 1.11)."""

from typing import Final, NamedTuple

import numpy as np

from kithline_network.leadership.contact import Contact
from kithline_network.leadership.params import LeadershipParams
from kithline_network.leadership.picture import reached
from kithline_network.leadership.tree import Tree
from kithline_sdk import Snapshot, floor
from kithline_sdk.people import held
from kithline_sdk.snapshot import Bools, Ints
from kithline_sdk.staff import last_days

LEAST: Final = 10


class Departments(NamedTuple):
    """Departments of others: id, people, how many of them have a tie to a leader, whether that may be shown."""

    names: tuple[str, ...]
    people: Ints
    reached: Ints
    shown: Bools

    def rows(self) -> list[tuple[str, int, int]]:
        """Return the departments that may be shown."""
        return [
            (self.names[one], int(self.people[one]), int(self.reached[one]))
            for one in np.flatnonzero(self.shown).tolist()
        ]


def departments(snapshot: Snapshot, found: Tree, seen: Contact, params: LeadershipParams) -> Departments:
    """Return the others by department; somebody in several counts in each."""
    table = snapshot["memberships"]
    own = held(table, "department", found.others, last_days(snapshot, found.others))
    codes, cell = np.unique(own.code, return_inverse=True)
    cell, count = cell.reshape(-1), len(codes)
    names = tuple(table.labels("department")[code] for code in codes.tolist())
    people = np.bincount(cell, minlength=count)
    met = np.bincount(cell[reached(seen)[found.others[own.query]]], minlength=count)
    if params.no_floor:
        return Departments(names, people, met, np.ones(count, np.bool_))
    k = max(LEAST, floor.in_force(params.floor))
    amount = _amounts(seen)[found.others[own.query]]
    secret = floor.dominated(cell, own.query, amount, count) | floor.near(cell, own.query, count, k)
    return Departments(names, people, met, floor.shown(people, k, dominated=secret, members=(cell, own.query)))


def _amounts(seen: Contact) -> Ints:
    """Return how much counted contact with leaders each person has."""
    size, flow = len(seen.role), seen.flow
    return np.bincount(np.r_[flow.sender, flow.target], np.r_[flow.amount, flow.amount], size).astype(np.int64)
