"""The test kit of plugin authors: snapshots from plain rows, and the checks that every scorer must pass.

entry = scorer_entry("my_plugin", "my.scorer")
check_scorer(MyScorer(), entry, [snapshot({"answers": rows}, ("2025-01-01", "2025-04-01"))])
"""

import importlib.resources
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import msgspec

from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.checks import check_scorer, declared, run
from kithline_sdk.snapshot import Column, Snapshot, Table, Window

__all__ = ["at", "check_scorer", "day", "declared", "run", "scorer_entry", "snapshot"]

Rows = Sequence[Mapping[str, object]]
Moment = int | str | date | datetime

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
# Filled by the engine on request only; a scorer that reads it unasked fails here as it would there.
_ON_REQUEST: Final = frozenset({"people"})


def at(moment: Moment) -> int:
    """Return microseconds since 1970, UTC, of an RFC 3339 time, a date (midnight) or a number that already is one."""
    if isinstance(moment, int):
        return moment
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
    return (moment.replace(tzinfo=moment.tzinfo or UTC) - _EPOCH) // _MICROSECOND


def day(moment: Moment) -> int:
    """Return days since 1970, UTC, of a date or time; a number already is one."""
    return moment if isinstance(moment, int) else at(moment) // (86_400 * 1_000_000)


def snapshot(tables: Mapping[str, Rows], window: Window | tuple[Moment, Moment]) -> Snapshot:
    """Return a snapshot of plain rows, sorted as the engine sorts, with every table of the catalogue (but `people`).

    Columns left out are null. Times and days may be ISO strings. Persons may be ids, which become dense numbers in
    id order over all tables, as in the engine, or such numbers. Raises ValueError for an unknown table or column.
    """
    _refuse_unknown(tables)
    number = _numbers(tables)
    names = [name for name in CATALOGUE if name in tables or name not in _ON_REQUEST]
    span = window if isinstance(window, Window) else Window(at(window[0]), at(window[1]))
    return Snapshot(span, [_table(name, tables.get(name, ()), number) for name in names])


def scorer_entry(package: str, key: str) -> dict[str, Any]:
    """Return a scorer's entry in its package's manifest, `kithline.json`. Raises LookupError when it is not there."""
    manifest = msgspec.json.decode(importlib.resources.files(package).joinpath("kithline.json").read_bytes())
    for entry in manifest["scorers"]:
        if entry["key"] == key:
            return dict(entry)
    raise LookupError(f"{package} declares no scorer {key!r}")


def _refuse_unknown(tables: Mapping[str, Rows]) -> None:
    for name, rows in tables.items():
        if name not in CATALOGUE:
            raise ValueError(f"no table is called {name!r}; there are {', '.join(sorted(CATALOGUE))}")
        for row in rows:
            if unknown := sorted(row.keys() - CATALOGUE[name].keys()):
                raise ValueError(f"table {name} has no column {unknown[0]!r}; it has {', '.join(CATALOGUE[name])}")


def _numbers(tables: Mapping[str, Rows]) -> dict[str, int]:
    ids = {
        cell
        for name, rows in tables.items()
        for column, kind in CATALOGUE[name].items()
        if kind == "person"
        for row in rows
        if isinstance(cell := row.get(column), str)
    }
    return {one: number for number, one in enumerate(sorted(ids))}


def _table(name: str, rows: Rows, number: Mapping[str, int]) -> Table:
    columns = {
        column: Column.of(kind, [_cell(kind, row.get(column), number) for row in rows])
        for column, kind in CATALOGUE[name].items()
    }
    return Table(name, columns).sorted()


def _cell(kind: str, cell: Any, number: Mapping[str, int]) -> object:  # noqa: ANN401 - whatever the author wrote
    if cell is None:
        return None
    if kind == "person":
        return number[cell] if isinstance(cell, str) else cell
    if kind == "time":
        return at(cell)
    return day(cell) if kind == "day" else cell
