"""Forgeries as typed moves on a snapshot: what each writes, as the engine would roll it up, and what it costs."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from pkgutil import get_data
from typing import Any, Literal

import msgspec
import numpy as np

from kithline_sdk.snapshot import Column, Snapshot, Table

Kind = Literal["person", "accomplice", "event", "answer", "document", "rename", "day"]
Row = Mapping[str, Any]


class Cost(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Hours of work, and why so many."""

    hours: float
    reason: str


class Costs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What forgeries cost, below which price a score is soft, and how many hours an effort in words stands for."""

    version: str
    soft_below: Cost
    hours: dict[Kind, Cost]
    effort: dict[Literal["low", "medium", "high"], float]


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a forgery: rows it adds, cells it sets (table, column, rows, value), the moves it needs.

    `person` is who acts, `day` on which (number of the day), `text` what a forged document says.
    """

    kind: Kind
    words: str
    hours: float
    needs: frozenset[int] = frozenset()
    adds: tuple[tuple[str, Row], ...] = ()
    sets: tuple[tuple[str, str, tuple[int, ...], Any], ...] = ()
    person: int | None = None
    day: int | None = None
    text: str = ""


def costs(file: Path | None = None) -> Costs:
    """Return the costs of this version, or those of a file that has all or some of its fields. Raises ValueError."""
    told = msgspec.json.decode(get_data(__package__, "costs.json") or b"")
    if file is not None:
        own = msgspec.json.decode(file.read_bytes(), type=dict[str, Any])
        for name, value in own.items():
            told[name] = told.get(name, {}) | value if isinstance(value, dict) else value
        told["version"] = own.get("version", f"{told['version']} with {file.name}")
    found = msgspec.convert(told, Costs)
    if any(one.hours < 0 for one in [found.soft_below, *found.hours.values()]):
        raise ValueError("a cost is less than nothing")
    return found


def forged(world: Snapshot, moves: Iterable[Move]) -> Snapshot:
    """Return the snapshot after some moves, sorted as the engine sorts."""
    chosen = list(moves)
    touched = {name for one in chosen for name, *_ in [*one.adds, *one.sets]}
    return Snapshot(
        world.window, [_after(one, chosen) if one.name in touched else one for one in world.tables.values()]
    )


def _after(table: Table, moves: list[Move]) -> Table:
    columns = dict(table.columns)
    for _, name, rows, value in (one for move in moves for one in move.sets if one[0] == table.name):
        if name in columns:
            columns[name] = _set(columns[name], rows, value)
    added = [row for move in moves for name, row in move.adds if name == table.name]
    longer = {
        name: _joined(one, Column.of(one.kind, [row.get(name) for row in added])) for name, one in columns.items()
    }
    return Table(table.name, longer).sorted()


def _set(old: Column, rows: tuple[int, ...], value: object) -> Column:
    """Return a column with one value in some rows."""
    index = np.arange(len(old.present))
    index[list(rows)] = len(index)
    return _joined(old, Column.of(old.kind, [value])).take(index)


def _joined(one: Column, other: Column) -> Column:
    present = np.append(one.present, other.present)
    if one.kind != "str":
        values = np.append(one.values, other.values)
        whole = values.astype(np.float64) if one.kind == "float" else values.astype(np.int64)
        return Column(one.kind, whole, present)
    labels = tuple(sorted({*one.labels, *other.labels}))
    place = {label: number for number, label in enumerate(labels)}
    codes = [np.array([*(place[label] for label in each.labels), -1])[each.values] for each in (one, other)]
    return Column("str", np.concatenate(codes), present, labels)
