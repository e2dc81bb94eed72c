"""Who contributed when: rows of activity_day as sorted numbers, one run of rows per community."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kithline_sdk import Snapshot
from kithline_sdk.snapshot import DAY, Bools, Floats, Ints, Table, Window
from kithline_sdk.ties import contributes

REACTED: Final = "reacted"


class Rows(NamedTuple):
    """Contributions and reactions: person, day (0 = the window's first), exact first and last time, count, which are real."""

    person: Ints
    day: Ints
    first: Ints
    last: Ints
    count: Ints  # type: ignore[assignment]  # a tuple's own `count` is of no use here
    real: Bools

    def where(self, keep: Bools | slice | NDArray[np.intp]) -> "Rows":
        """Return the chosen rows."""
        return Rows(
            self.person[keep], self.day[keep], self.first[keep], self.last[keep], self.count[keep], self.real[keep]
        )


def rows(snapshot: Snapshot) -> tuple[Rows, Ints, tuple[str, ...]]:
    """Return rows sorted by community, the community's number of each (-1 none), and the communities' ids."""
    table = snapshot["activity_day"]
    wanted = (contributes(table) | _reacted(table)) & _until(table, snapshot.window)
    kept = table.where(np.asarray(wanted, np.bool_))
    order = np.argsort(kept.codes("community"), kind="stable")
    found = Rows(
        kept.ints("actor"), kept.ints("day") - snapshot.window.first_day, _moment(kept, "first_at"),
        _moment(kept, "last_at"), kept.ints("count"), contributes(kept),
    ).where(order)  # fmt: skip
    return found, kept.codes("community")[order], table.labels("community")


def inside(table: Table, window: Window) -> Bools:
    """Return which rows lie in the window and not in the days it looks back to."""
    return np.asarray((table.ints("day") >= window.first_day) & _until(table, window), np.bool_)


def _until(table: Table, window: Window) -> Bools:
    # With every event in the window the last one lies on its end.
    at_end = table.present("first_at") & (table.ints("first_at") == window.end)
    return np.asarray((table.ints("day") <= window.last_day) | at_end, np.bool_)


def _reacted(table: Table) -> Bools:
    return np.array([*(label == REACTED for label in table.labels("verb")), False], np.bool_)[table.codes("verb")]


def _moment(table: Table, column: str) -> Ints:
    return np.where(table.present(column), table.ints(column), table.ints("day") * DAY)


def span(window: Window, found: Rows) -> int:
    """Return how many days the window has, at least up to the last row."""
    return max(window.last_day - window.first_day, int(found.day.max(initial=0))) + 1


def amounts(found: Rows, weight: float) -> tuple[Ints, Floats]:
    """Return contributors and what each contributed, a reaction counting `weight`; who only reacts is none."""
    person, place = np.unique(found.person, return_inverse=True)
    real = np.bincount(place[found.real], minlength=len(person)) > 0
    amount = np.bincount(place, np.where(found.real, 1.0, weight) * found.count, len(person))
    return person[real], np.asarray(amount[real], np.float64)
