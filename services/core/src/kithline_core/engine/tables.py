"""Source tables: what a door (a folder, the database) hands over, before any scorer's window or choice of columns."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.snapshot import Column, Table

# table -> column -> cells; people are ids, days and times are whole numbers, null is None.
Data: TypeAlias = Mapping[str, Mapping[str, Sequence[object]]]
Tables: TypeAlias = dict[str, Table]

# The file of a dataset folder in which a table's rows are sent, where it is not called the same.
FILES: Final = {
    "activity_day": "events",
    "competitor_day": "events",
    "event_day": "events",
    "item_use": "events",
    "opening": "events",
    "tie_day": "events",
    "memberships": "people",
    "items": "questionnaires",
}

# Tables of sums over people: nobody can be taken out of them.
SUMS: Final = frozenset({"group_ties", "group_activity", "waits", "contributions"})

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def micros(moment: datetime) -> int:
    """Return microseconds since 1970, exactly."""
    return (moment - EPOCH) // MICROSECOND


def moment(stamp: int) -> datetime:
    """Return the instant of a number of microseconds."""
    return EPOCH + stamp * MICROSECOND


def source_kind(kind: str) -> str:
    """Return the type of a column before people become numbers."""
    return "str" if kind == "person" else kind


def build(data: Data) -> Tables:
    """Return typed tables for all catalogue tables; what the door did not send is empty."""
    tables = {}
    for name, columns in CATALOGUE.items():
        cells = data.get(name, {})
        rows = max((len(column) for column in cells.values()), default=0)
        tables[name] = _table(name, columns, cells, rows)
    tables["bots"] = _table(
        "bots", {"person": "str"}, data.get("bots", {}), len(data.get("bots", {}).get("person", ()))
    )
    return tables


def _table(name: str, columns: Mapping[str, str], cells: Mapping[str, Sequence[object]], rows: int) -> Table:
    empty: list[object] = [None] * rows
    return Table(name, {c: Column.of(source_kind(kind), cells.get(c, empty)) for c, kind in columns.items()})


def columns_of(rows: Iterable[Mapping[str, object]], names: Iterable[str]) -> dict[str, list[object]]:
    """Turn rows into columns."""
    kept = list(rows)
    return {name: [row.get(name) for row in kept] for name in names}
