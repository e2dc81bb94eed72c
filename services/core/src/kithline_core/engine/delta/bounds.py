"""Says which rows a window, a scope or somebody's right leaves out."""

import numpy as np

from kithline_core.engine.delta.aligned import behind
from kithline_core.engine.delta.rules import DATED, SCOPED
from kithline_core.engine.facts import Words
from kithline_core.engine.telling import Scope
from kithline_sdk.snapshot import Bools, Table, Window


def barred(table: Table, people: Words, hashes: Words) -> Bools:
    """Say which rows name somebody of these, wherever in the row."""
    found = np.zeros(table.rows, np.bool_)
    for column in table.columns.values():
        if column.kind == "person" and len(hashes):
            found |= column.present & np.isin(behind(people, column), hashes)
    return found


def blind(table: Table, scopes: tuple[Scope, Scope]) -> bool:
    """Say whether two scopes differ by a column that the scorer does not read."""
    chosen = {
        "community": scopes[0].communities != scopes[1].communities,
        "channel": scopes[0].channels != scopes[1].channels,
    }
    return any(chosen[name] and name not in table for name in SCOPED.get(table.name, ()))


def unscoped(table: Table, scope: Scope, scopes: tuple[Scope, Scope]) -> Bools:
    """Say which rows a scope does not count; all, where it chooses by a column that is not here."""
    if blind(table, scopes):
        return np.ones(table.rows, np.bool_)
    found = np.zeros(table.rows, np.bool_)
    for name, wanted in zip(("community", "channel"), scope, strict=True):
        if wanted is not None and name in SCOPED.get(table.name, ()) and name in table:
            counted = np.array([*(label in set(wanted) for label in table.labels(name)), False], np.bool_)
            found |= ~counted[table.codes(name)]
    return found


def outside(table: Table, reach: Window, differ: bool) -> Bools:
    """Say which rows lie outside a window; where dates are not read, all whenever the windows differ."""
    ends = DATED.get(table.name)
    if ends is None or not differ:
        return np.zeros(table.rows, np.bool_)
    if all(name not in table for name in ends):
        return np.ones(table.rows, np.bool_)
    return later(table, reach) | earlier(table, reach)


def later(table: Table, reach: Window) -> Bools:
    """Say which rows begin behind the end of a window."""
    name = DATED[table.name][0] if table.name in DATED else ""
    if name not in table:
        return np.zeros(table.rows, np.bool_)
    begins = table.ints(name) > reach.last_day if name == "day" else table.ints(name) >= reach.end
    if "answered_at" in table:  # an answer is known from then on
        begins |= table.present("answered_at") & (table.ints("answered_at") >= reach.end)
    return np.asarray(table.present(name) & begins, np.bool_)


def earlier(table: Table, reach: Window) -> Bools:
    """Say which rows end before a window begins."""
    name = DATED[table.name][1]
    if name not in table:
        return np.zeros(table.rows, np.bool_)
    if name == "day":
        return np.asarray(table.present(name) & (table.ints(name) < reach.first_day), np.bool_)
    # A membership is half-open, so its end lies outside it.
    before = table.ints(name) < reach.start + (name in ("valid_to", "ended_at"))
    return np.asarray(table.present(name) & before, np.bool_)
