"""Cuts one scorer's snapshot out of the source tables: window, bots out, declared columns, people as numbers, sorted."""

from collections.abc import Iterable
from typing import Any, Final

import numpy as np

from kithline_core.engine.tables import Tables
from kithline_core.plugins import Input, ScorerSpec
from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.snapshot import DAY, Bools, Column, Snapshot, Table, Window

_DAILY: Final = frozenset({"activity_day", "tie_day", "item_use", "event_day", "competitor_day"})
_SPANS: Final = {
    "memberships": ("valid_from", "valid_to"),
    "organisations": ("valid_from", "valid_to"),
    "ties": ("first_at", "last_at"),
    "interventions": ("started_at", "ended_at"),
}
_INSTANTS: Final = {
    "opening": "opened_at",
    "answers": "dated",
    "incidents": "occurred_at",
    "ideas": "submitted_at",
    "decisions": "decided_at",
    "outcomes": "dated",
}


def cut(spec: ScorerSpec, tables: Tables, window: Window, params: dict[str, Any]) -> Snapshot:
    """Return the snapshot of one scorer; nothing but what its manifest declares."""
    return cut_with_people(spec, tables, window, params)[0]


def cut_with_people(
    spec: ScorerSpec, tables: Tables, window: Window, params: dict[str, Any]
) -> tuple[Snapshot, list[str]]:
    """Return the snapshot of one scorer, and the ids behind its numbers of people, in their order."""
    found = chosen(spec, tables, window)
    numbers = _numbers(found)
    cuts = [_columns(table, numbers) for table in found]
    if params["persons"]:
        cuts.append(_people(numbers))
    return Snapshot(window, cuts), list(numbers)


def chosen(spec: ScorerSpec, tables: Tables, window: Window) -> list[Table]:
    """Return the rows and columns that a scorer's manifest declares, in its reach; people are still ids."""
    return [_declared(one, whole) for one, whole in taken(spec, tables, window)]


def taken(spec: ScorerSpec, tables: Tables, window: Window) -> list[tuple[Input, Table]]:
    """Return the same rows with all columns, each with what the manifest says of them."""
    reach = Window(window.start - spec.lookback_days * DAY, window.end)
    bots = set(tables["bots"].texts("person"))
    return [(one, _rows(one, tables[one.table], reach, bots)) for one in spec.inputs if one.table != "people"]


def _declared(one: Input, table: Table) -> Table:
    return Table(table.name, {name: table.columns[name] for name in one.columns})


def _rows(one: Input, table: Table, reach: Window, bots: set[str | None]) -> Table:
    keep = _in_window(table, reach)
    for column, allowed in one.where.items():
        keep &= _is_any(table.columns[column], set(allowed))
    for column, kind in CATALOGUE[table.name].items():
        if kind == "person" and bots and column != "manager":
            keep &= ~_is_any(table.columns[column], bots)
    return table.where(keep)


def _is_any(column: Column, wanted: set[Any]) -> Bools:
    hits = np.array([*(label in wanted for label in column.labels), False], np.bool_)
    return np.asarray(hits[column.values], np.bool_)


def _in_window(table: Table, reach: Window) -> Bools:
    if table.name in _DAILY:
        day = table.ints("day")
        return np.asarray((day >= reach.first_day) & (day <= reach.last_day), np.bool_)
    if table.name in _SPANS:
        start, stop = _SPANS[table.name]
        # A declared tie ends with its last contact; a membership is half-open, so its end lies outside.
        open_end = 0 if table.name == "ties" else 1
        begins = ~table.present(start) | (table.ints(start) < reach.end)
        ends = ~table.present(stop) | (table.ints(stop) >= reach.start + open_end)
        return np.asarray(begins & ends, np.bool_)
    if table.name in _INSTANTS:
        column = _INSTANTS[table.name]
        at = table.ints(column)
        inside = ~table.present(column) | ((at >= reach.start) & (at < reach.end))
        return np.asarray(inside & ~_later(table, reach), np.bool_)
    return np.ones(table.rows, np.bool_)


def _later(table: Table, reach: Window) -> Bools:
    """Say which rows tell of an answer that nobody could know of at the end of the window."""
    if table.name != "opening":
        return np.zeros(table.rows, np.bool_)
    return np.asarray(table.present("answered_at") & (table.ints("answered_at") >= reach.end), np.bool_)


def _people_columns(table: Table) -> list[Column]:
    return [column for name, column in table.columns.items() if CATALOGUE[table.name][name] == "person"]


def _numbers(tables: Iterable[Table]) -> dict[str, int]:
    """Return a number for everybody who appears, in the order of their ids."""
    met: set[str] = set()
    for table in tables:
        for column in _people_columns(table):
            met.update(column.labels[code] for code in np.unique(column.values[column.present]).tolist())
    return {person: number for number, person in enumerate(sorted(met))}


def _columns(table: Table, numbers: dict[str, int]) -> Table:
    kinds = CATALOGUE[table.name]
    made = {name: _column(kinds[name], column, numbers) for name, column in table.columns.items()}
    return Table(table.name, made).sorted()


def _column(kind: str, column: Column, numbers: dict[str, int]) -> Column:
    if kind == "person":
        known = np.array([*(numbers.get(label, 0) for label in column.labels), 0], np.int64)
        return Column(kind, known[column.values], column.present)
    if kind != "str":
        return column
    used = np.unique(column.values[column.present])
    place = np.full(len(column.labels) + 1, -1, np.int64)
    place[used] = np.arange(len(used))
    return Column(kind, place[column.values], column.present, tuple(column.labels[code] for code in used.tolist()))


def _people(numbers: dict[str, int]) -> Table:
    ids = sorted(numbers)
    return Table("people", {"person": Column.of("person", range(len(ids))), "id": Column.of("str", ids)})
