"""Reads facts about people out of the tables that a scorer would read, before people become numbers."""

from collections.abc import Callable, Collection, Iterator
from typing import Final, NamedTuple

import numpy as np

from kithline_core.engine import facts, snapshot
from kithline_core.engine.facts import CELL, FIRST, LAST, NOWHERE, UNNAMED, Cells, Facts, Places, Rows, Selection, Words
from kithline_core.engine.tables import Tables
from kithline_core.model import pseudonyms
from kithline_core.plugins import ScorerSpec
from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.snapshot import DAY, Column, Ints, Table, Window

# The columns that say whom a row is about; further columns with a person make facts about pairs.
ENDS: Final = {
    "tie_day": ("actor", "target"),
    "ties": ("actor", "target"),
    "item_use": ("actor", "used_by"),
    "opening": ("asker", "answerer"),
    "activity_day": ("actor",),
    "answers": ("respondent",),
    "survivals": ("unit",),
    "memberships": ("person",),
}
# The columns between which a row holds: days, or instants; they say where it lies and not what it says.
SPANS: Final = {
    "tie_day": ("day", "day"),
    "item_use": ("day", "day"),
    "opening": ("opened_at", "opened_at"),
    "activity_day": ("day", "day"),
    "ties": ("first_at", "last_at"),
    "answers": ("dated", "dated"),
    "memberships": ("valid_from", "valid_to"),
}
ROLES: Final = ("assessor", "outside")
_NULL: Final = np.uint64(0x6E756C6C)


class Scope(NamedTuple):
    """Communities and channels that count; None: all."""

    communities: Collection[str] | None = None
    channels: Collection[str] | None = None


ALL: Final = Scope()


def read(
    spec: ScorerSpec, tables: Tables, window: Window, secret: bytes, scope: Scope = ALL, *, most: int | None = None
) -> Facts:
    """Return the facts about people in what a scorer would read of these tables, which hold what the scope counts.

    Of a table with more than `most` rows not all are read, but some from everywhere.
    """
    reach = Window(window.start - spec.lookback_days * DAY, window.end)
    named = (None if one is None else frozenset(facts.place(secret, name) for name in one) for one in scope)
    found = snapshot.taken(spec, tables, window)
    parts = [part for one, whole in found for part in _rows(_thinned(_own(whole), most), one.columns, secret)]
    return facts.gathered(parts, Selection(reach.first_day, reach.last_day, *named))


def _own(table: Table) -> Table:
    """Leave out answers that somebody gave in a role, and means over the answers of many."""
    if table.name != "answers":
        return table
    in_role = np.isin(np.array([role or "" for role in table.texts("role")]), ROLES)
    return table.where(~(in_role | table.present("respondents")))


def _thinned(table: Table, most: int | None) -> Table:
    if most is None or table.rows <= most:
        return table
    return table.where(np.arange(table.rows) % (table.rows // most + 1) == 0)


def _rows(whole: Table, columns: Collection[str], secret: bytes) -> Iterator[Rows]:
    """Yield rows about people, as far as the scorer reads them; all columns say where they lie."""
    table = Table(whole.name, {name: whole.columns[name] for name in columns})
    ends = [name for name in ENDS.get(table.name, ()) if name in table]
    if not ends:
        return
    one, other = _people(table, ends[0], secret), _people(table, ends[-1], secret)
    cells, said = _cells(whole, secret), _said(table, secret)
    yield Rows(cells, one, np.where(table.present(ends[-1]), other, one), said)
    for name in _persons(table):
        if name not in ends:
            there = table.present(name)
            yield Rows(cells[there], one[there], _people(table, name, secret)[there], said[there])


def _cells(whole: Table, secret: bytes) -> Cells:
    cells = np.zeros(whole.rows, CELL)
    cells["belongs"] = whole.name == "memberships"
    cells["first"], cells["last"] = FIRST, LAST
    for end, name in zip(("first", "last"), SPANS.get(whole.name, ()), strict=False):
        cells[end] = np.where(whole.present(name), _days(whole, name), cells[end])
    for name in ("community", "channel"):
        cells[name] = _places(whole, name, secret)
    return cells


def _days(table: Table, name: str) -> Ints:
    found = table.ints(name)
    # What ends at midnight does not hold on the day that begins then.
    return found if name == "day" else (found - (name == "valid_to")) // DAY


def _places(table: Table, name: str, secret: bytes) -> Places:
    if name not in table:
        return np.full(table.rows, NOWHERE, np.uint32)
    known = [facts.place(secret, label) for label in table.labels(name)]
    return np.array([*known, UNNAMED], np.uint32)[table.codes(name)]


def _persons(table: Table) -> list[str]:
    return [name for name in table.columns if CATALOGUE[table.name][name] == "person"]


def _said(table: Table, secret: bytes) -> Words:
    """Return a hash per row over all columns that name nobody and do not say when."""
    aside = {*_persons(table), *SPANS.get(table.name, ())}
    said = np.full(table.rows, int.from_bytes(facts.label(secret, table.name), "big"), np.uint64)
    for name, column in table.columns.items():
        if name not in aside:
            said = facts.mixed(said ^ np.where(column.present, _values(column, secret), _NULL))
    return said


def _people(table: Table, name: str, secret: bytes) -> Words:
    return _coded(table.columns[name], lambda label: pseudonyms.digest(secret, label)[:8])


def _values(column: Column, secret: bytes) -> Words:
    if column.kind == "str":
        return _coded(column, lambda label: facts.label(secret, label))
    return np.ascontiguousarray(column.values).view(np.uint64)


def _coded(column: Column, hashed: Callable[[str], bytes]) -> Words:
    """Return the hash of each cell's label; labels that no cell uses are not hashed."""
    hashes = np.zeros(len(column.labels) + 1, np.uint64)
    for code in np.unique(column.values[column.present]).tolist():
        hashes[code] = int.from_bytes(hashed(column.labels[code]), "big")
    return hashes[column.values]
