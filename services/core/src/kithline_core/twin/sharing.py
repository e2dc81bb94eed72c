"""Who shares something: people where a table holds people, rows where it holds none."""

from typing import Final

import numpy as np

from kithline_sdk.snapshot import Bools, Ints, Snapshot, Table

# A manager stands in the rows of others: how many managers there are does not say how many share something.
NOT_HOLDERS: Final = frozenset({"manager"})
# Tables that speak of organisations, places and sums of at least k people, of no single person.
OF_NOBODY: Final = frozenset(
    {
        "organisations", "populations", "communities", "competitor_day", "organisation_ties", "interfaces", "items",
        "roadmap", "barriers", "interventions", "value_lines", "group_ties", "group_activity", "waits", "contributions", "focal",
    }
)  # fmt: skip


class Holders:
    """The people in the rows of a table: in the person column where they are fewest; its rows where nobody is named."""

    def __init__(self, table: Table) -> None:
        people = [
            np.where(column.present, column.values, -1).astype(np.int64)
            for name, column in table.columns.items() if column.kind == "person" and name not in NOT_HOLDERS and column.present.any()
        ]  # fmt: skip
        self.personal = bool(people)
        self.columns: list[Ints] = people or [np.arange(table.rows, dtype=np.int64)]

    def many(self, rows: Bools | Ints) -> int:
        """Return how many share these rows."""
        return min(_distinct(column[rows]) for column in self.columns)

    def by(self, codes: Ints, kinds: int) -> Ints:
        """Return for each of some kinds how many share the rows of it; rows with code -1 are nobody's."""
        return np.asarray(np.min([_by(codes, column, kinds) for column in self.columns], axis=0), np.int64)

    def take(self, rows: Bools | Ints) -> "Holders":
        """Return the holders of some rows."""
        found = object.__new__(Holders)
        found.personal, found.columns = self.personal, [column[rows] for column in self.columns]
        return found


def _distinct(people: Ints) -> int:
    return len(np.unique(people[people >= 0]))


def _by(codes: Ints, people: Ints, kinds: int) -> Ints:
    there = (codes >= 0) & (people >= 0)
    pairs = np.unique(np.stack([codes[there], people[there]], 1), axis=0)
    return np.bincount(pairs[:, 0], minlength=kinds).astype(np.int64)


def everybody(snapshot: Snapshot) -> Ints:
    """Return the numbers of all people in a snapshot."""
    found = [column.values[column.present] for table in snapshot.tables.values() for column in table.columns.values()
             if column.kind == "person"]  # fmt: skip
    return np.unique(np.concatenate(found)) if found else np.zeros(0, np.int64)
