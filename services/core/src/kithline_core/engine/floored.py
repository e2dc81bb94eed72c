"""The privacy floor as the engine holds it, whatever a scorer did: cells under k people, dominated ones and those that cover them.

Scorers withhold cells themselves, by finer rules. What is left of theirs is held here against the plain one, counted from
the snapshot and the manifest alone (rulings 1.11, Part C 12).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import msgspec
import numpy as np

from kithline_core.plugins import ScorerSpec
from kithline_sdk import floor
from kithline_sdk.contract import Finding, Missing, Value
from kithline_sdk.names import identifier
from kithline_sdk.snapshot import Ints, Snapshot, Table

# Where somebody is in a cell of each kind: tables, the column of the person and that of the cell.
PLACES: Final[Mapping[str, tuple[tuple[str, str, str], ...]]] = {
    "department": (("memberships", "person", "department"),),
    "group": (("memberships", "person", "group"),),
    "community": (
        ("activity_day", "actor", "community"), ("tie_day", "actor", "community"), ("tie_day", "target", "community"),
        ("opening", "asker", "community"), ("opening", "answerer", "community"),
    ),
}  # fmt: skip
REASON: Final = "below_floor"
_PREFIX: Final = r"(?:(?:community|period):[^.]+\.)?"


def kept(spec: ScorerSpec, finding: Finding, snapshot: Snapshot, params: Mapping[str, Any]) -> Finding:
    """Return the finding without the cells that the floor withholds; `missing` says how many went."""
    patterns = {name: one.cells for name, one in spec.measures.items() if one.cells}
    kinds = {kind for of in [*patterns.values(), *(of.values() for of in spec.table_cells.values())] for kind in of}
    if params["no_floor"] or not kinds:
        return finding
    hidden: dict[str, frozenset[str]] = {kind: _hidden(kind, snapshot, params["floor"]) for kind in kinds}
    measures = {name: one for name, one in finding.measures.items() if not _names_any(name, patterns, hidden)}
    tables = {name: _rows_left(rows, spec.table_cells.get(name, {}), hidden) for name, rows in finding.tables.items()}
    gone = len(finding.measures) - len(measures) + _count(finding.tables) - _count(tables)
    if not gone:
        return finding
    lacking = Missing(what="cells of fewer people than the privacy floor", reason=REASON, have=gone)
    intervals = {
        name: one for name, one in finding.intervals.items() if name in measures or name not in finding.measures
    }
    return msgspec.structs.replace(
        finding, measures=measures, intervals=intervals, tables=tables, missing=[*finding.missing, lacking]
    )


def _count(tables: Mapping[str, Sequence[object]]) -> int:
    return sum(map(len, tables.values()))


def _hidden(kind: str, snapshot: Snapshot, k: int) -> frozenset[str]:
    """Return the cells of a kind that may not be shown; where the snapshot counts nobody, there are none."""
    labels, cell, person = _members(kind, snapshot)
    if not labels:
        return frozenset()
    sizes = np.bincount(cell, minlength=len(labels))
    did = _did(snapshot, int(person.max()) + 1)
    dominated = floor.dominated(cell, person, did[person], len(labels))
    open_ = floor.shown(sizes, floor.in_force(k), dominated=dominated, members=(cell, person))
    return frozenset(label for label, may in zip(labels, open_.tolist(), strict=True) if not may)


def _members(kind: str, snapshot: Snapshot) -> tuple[list[str], Ints, Ints]:
    """Return the cells of a kind, and each once who is in which."""
    found = list(_tables(kind, snapshot))
    labels = sorted({label for table, _, column in found for label in table.labels(column)})
    number = {label: place for place, label in enumerate(labels)}
    rows = [np.zeros((0, 2), np.int64)]
    for table, who, column in found:
        there = table.present(who) & table.present(column)
        own = np.array([number[label] for label in table.labels(column)], np.int64)
        rows.append(np.stack([own[table.codes(column)[there]], table.ints(who)[there]], 1))
    pairs = np.unique(np.concatenate(rows), axis=0)
    return labels, pairs[:, 0], pairs[:, 1]


def _did(snapshot: Snapshot, people: int) -> Ints:
    """Return how much each person did, as far as the scorer reads it."""
    table = snapshot.tables.get("activity_day")
    if table is None or "actor" not in table or "count" not in table:
        return np.zeros(people, np.int64)
    return np.bincount(table.ints("actor"), table.ints("count"), people).astype(np.int64)


def _tables(kind: str, snapshot: Snapshot) -> Iterator[tuple[Table, str, str]]:
    for name, person, cell in PLACES[kind]:
        table = snapshot.tables.get(name)
        if table is not None and person in table and cell in table and table.rows:
            yield table, person, cell


def named(spec: ScorerSpec, measure: str) -> list[tuple[str, str]]:
    """Return the cells that a measure speaks of by its name, each with its kind, as far as the manifest says."""
    for pattern, one in spec.measures.items():
        if one.cells and (hit := _shape(pattern).fullmatch(measure)):
            return list(zip(one.cells, map(identifier, hit.groups()), strict=True))
    return []


def _names_any(name: str, patterns: Mapping[str, Sequence[str]], hidden: Mapping[str, frozenset[str]]) -> bool:
    """Say whether a measure is of a cell that is hidden, by any of the places in its name."""
    for pattern, kinds in patterns.items():
        if hit := _shape(pattern).fullmatch(name):
            return any(identifier(part) in hidden[kind] for part, kind in zip(hit.groups(), kinds, strict=True))
    return False


def _rows_left(
    rows: list[dict[str, Value]], columns: Mapping[str, str], hidden: Mapping[str, frozenset[str]]
) -> list[dict[str, Value]]:
    """Return the rows of a table that name no hidden cell."""
    return [row for row in rows if not any(row.get(column) in hidden[kind] for column, kind in columns.items())]


@lru_cache(maxsize=1024)
def _shape(pattern: str) -> re.Pattern[str]:
    return re.compile(_PREFIX + r"([^.]+)".join(re.escape(part) for part in re.split(r"<[^>]*>", pattern)))
