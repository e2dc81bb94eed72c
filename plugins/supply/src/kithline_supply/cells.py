"""What the cells of the aggregates mode say, where nothing about people is there."""

from typing import Final

import numpy as np

from kithline_sdk import Snapshot, Table
from kithline_sdk.periods import latest, span

ROLE: Final = "role"
SUPPLIER: Final = "supplier"


def present(snapshot: Snapshot) -> bool:
    """Say whether cells stand in for people: there are some, and no row about people."""
    return bool(_roles(snapshot).rows)


def interactions(snapshot: Snapshot) -> int:
    """Return the counted events with suppliers, of the cells that are there."""
    table = _roles(snapshot)
    a, b = table.texts("a"), table.texts("b")
    supplied = np.array([SUPPLIER in ends for ends in zip(a, b, strict=True)], np.bool_)
    return int((table.ints("forward") + table.ints("backward"))[supplied].sum())


def practices(snapshot: Snapshot) -> tuple[int, int, int, float] | None:
    """Return items shared, of these adopted, suppliers sharing and their evenness; None where it is not said."""
    table = _roles(snapshot)
    table = table.where(table.present("items"))
    if not table.rows:
        return None
    items, adopted, sharing = (int(table.ints(name)[0]) for name in ("items", "adopted", "sharing"))
    return items, adopted, sharing, float(np.nan_to_num(table.floats("evenness")[0]))


def days(snapshot: Snapshot) -> float:
    """Return the length of the cells' period, or of the window."""
    period = latest(snapshot["group_ties"].labels("period"), snapshot.window)
    found = None if period is None else span(period)
    return snapshot.window.days if found is None else found.days


def _roles(snapshot: Snapshot) -> Table:
    """Return the cells between roles of the latest period in the window, none where people are in the data."""
    table = snapshot["group_ties"]
    period = latest(table.labels("period"), snapshot.window)
    people = any(snapshot[name].rows for name in ("tie_day", "ties", "activity_day"))
    of_roles = np.array([label == ROLE for label in table.texts("level")], np.bool_)
    in_period = np.array([label == period for label in table.texts("period")], np.bool_)
    return table.where(of_roles & in_period & (not people))
