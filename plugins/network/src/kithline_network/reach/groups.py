"""Groups of people as bits of a number, so that who holds several is told in one column."""

from collections.abc import Iterable
from typing import Final

import numpy as np

from kithline_sdk import Table
from kithline_sdk.grouping import by_pair
from kithline_sdk.people import held
from kithline_sdk.snapshot import Bools, Ints

# Those that shares are told of; people of `other`, or of no known group, are outside our market.
GROUPS: Final = ("employee", "supplier", "partner", "customer", "shareholder", "competitor")
OTHER: Final = "other"
EVERY: Final = (*GROUPS, OTHER)
MARKET: Final = (1 << len(GROUPS)) - 1


def bits(groups: Iterable[str]) -> int:
    """Return the mask of some groups."""
    return sum(1 << EVERY.index(group) for group in groups)


def masks(memberships: Table, persons: Ints, days: Ints) -> Ints:
    """Return the groups each person held on each day as a mask, 0 where none is known."""
    labels = memberships.labels("group")
    worth = np.array([*(bits([label]) if label in EVERY else 0 for label in labels), 0], np.float64)
    found = held(memberships, "group", persons, days)
    return np.bincount(found.query, worth[found.code], len(persons)).astype(np.int64)


def masks_then(memberships: Table, persons: Ints, days: Ints) -> Ints:
    """Return the same for many rows: by day only for those whose memberships are dated."""
    dated = memberships.present("valid_from") | memberships.present("valid_to")
    size = 1 + max(int(persons.max(initial=-1)), int(memberships.ints("person").max(initial=-1)))
    changing = np.zeros(size, np.bool_)
    changing[memberships.ints("person")[dated]] = True
    found = masks(memberships, np.arange(size), np.zeros(size, np.int64))[persons]
    row = np.flatnonzero(changing[persons])
    if len(row):
        by_day = by_pair(persons[row], days[row])
        found[row] = masks(memberships, by_day.one, by_day.other)[by_day.of]
    return found


def holds(mask: Ints, group: str) -> Bools:
    """Return which masks have a group."""
    return np.asarray(mask & bits([group]) > 0, np.bool_)


def many(mask: Ints) -> Ints:
    """Return how many groups of our market each mask has."""
    return np.asarray(sum((mask >> bit) & 1 for bit in range(len(GROUPS))), np.int64)
