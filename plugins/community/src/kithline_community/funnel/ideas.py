"""Ideas of the window: where they came from, what became of them, and after how many days."""

from typing import NamedTuple

import numpy as np

from kithline_sdk import Snapshot
from kithline_sdk.snapshot import DAY, Bools, Floats, Table, Window
from kithline_sdk.stats import Survival, kaplan_meier


class Ideas(NamedTuple):
    """One row per idea: group, adopted and decided by the end of the window, days until then, days it could be seen."""

    groups: list[str | None]
    adopted: Bools
    implemented: Bools
    decided: Bools
    days: Floats
    seen: Floats

    def adoption(self) -> Survival:
        """Return the curve until adoption; a rejected idea can no longer be adopted, and stays at risk to the end."""
        dated = ~np.isnan(self.days)
        durations = np.where(self.adopted, self.days, self.seen)[dated]
        return kaplan_meier(durations, self.adopted[dated])

    def cycle(self, keep: Bools | None = None) -> Survival:
        """Return the curve until any decision, open ideas censored at the end of the window."""
        dated = ~np.isnan(self.days) if keep is None else ~np.isnan(self.days) & keep
        return kaplan_meier(self.days[dated], self.decided[dated])


def inside(table: Table, column: str, window: Window) -> Table:
    """Return the rows dated in the window, and those without a date: undated, they belong to every window."""
    moment, known = table.ints(column), table.present(column)
    return table.where(~known | ((moment >= window.start) & (moment < window.end)))


def read(snapshot: Snapshot) -> Ideas:
    """Return the ideas submitted in the window; what was decided after its end is still open."""
    window = snapshot.window
    table = inside(snapshot["ideas"], "submitted_at", window)
    status = np.array([text or "" for text in table.texts("status")], np.object_)
    # The first date that is there: the decision, else the implementation.
    first = np.where(table.present("decided_at"), table.ints("decided_at"), table.ints("implemented_at"))
    dated = table.present("decided_at") | table.present("implemented_at")
    closed = np.isin(status, ["accepted", "rejected", "implemented"])
    decided = np.asarray(closed & (~dated | (first < window.end)), np.bool_)
    adopted = np.asarray(decided & (status != "rejected"), np.bool_)
    late = table.present("implemented_at") & (table.ints("implemented_at") >= window.end)
    submitted, known = table.ints("submitted_at"), table.present("submitted_at")
    seen = (window.end - submitted) / DAY
    until = np.where(decided, np.maximum(0, first - submitted) / DAY, seen)
    days = np.where(known & (dated | ~decided), until, np.nan)
    return Ideas(table.texts("group"), adopted, adopted & (status == "implemented") & ~late, decided, days, seen)
