"""Where the figures of a finding come from: enough for an auditor to count them again."""

import hashlib
from collections.abc import Iterator
from typing import Final

from kithline_core.engine.document import Lineage
from kithline_core.engine.tables import moment
from kithline_core.plugins import Input, ScorerSpec
from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.snapshot import DAY, Snapshot, Table, Window, table_hash

EVENTS: Final = "events"
_OF_EVENTS: Final = frozenset({"activity_day", "tie_day", "item_use", "opening"})
# What tells a row from all others and names nobody. Rows without it are told by all of them that names nobody.
IDS: Final[dict[str, tuple[str, ...]]] = {
    "organisations": ("organisation", "valid_from"),
    "populations": ("group", "department"),
    "communities": ("community",),
    "event_day": ("day",),
    "competitor_day": ("day", "community"),
    "organisation_ties": ("organisation_a", "organisation_b", "kind", "period", "direction"),
    "interfaces": ("side_a", "side_b", "why"),
    "answers": ("questionnaire", "version", "assessment", "item"),
    "items": ("questionnaire", "version", "item"),
    "incidents": ("incident",),
    "ideas": ("idea",),
    "decisions": ("decision",),
    "outcomes": ("outcome",),
    "roadmap": ("purpose", "order", "community"),
    "barriers": ("barrier",),
    "interventions": ("intervention",),
    "value_lines": ("line",),
    "group_ties": ("period", "level", "a", "b"),
    "group_activity": ("period", "community", "group"),
    "waits": ("period", "community", "group"),
    "contributions": ("period", "community", "group", "least"),
    "focal": ("organisation",),
    "findings": ("scorer", "field"),
}


def span(window: Window) -> tuple[str, str]:
    """Return both ends in RFC 3339, UTC."""
    return _written(window.start), _written(window.end)


def _written(stamp: int) -> str:
    return moment(stamp).isoformat().replace("+00:00", "Z")


def reach(spec: ScorerSpec, window: Window) -> Window:
    """Return the window with the scorer's look-back."""
    return Window(window.start - spec.lookback_days * DAY, window.end)


def trace(spec: ScorerSpec, snapshot: Snapshot) -> list[Lineage]:
    """Return one entry per input table; what was rolled up from events leads to the events' own ids."""
    window, days = span(reach(spec, snapshot.window)), snapshot.tables.get("event_day")
    if days is None or not {"count", "ids_hash"} <= days.columns.keys():
        return [_of_rows(one, snapshot[one.table], window) for one in spec.inputs]
    rolled = _OF_EVENTS & {one.table for one in spec.inputs} or {"event_day"}
    return [
        _of_events(one, days, window) if one.table in rolled else _of_rows(one, snapshot[one.table], window)
        for one in spec.inputs
        if one.table in rolled or one.table != "event_day"
    ]


def _of_events(one: Input, days: Table, window: tuple[str, str]) -> Lineage:
    count, ids = of_days(days)
    return Lineage(
        table=EVENTS, filter=_filter(one, f"rolled up as {one.table}"), window=window, count=count, ids_hash=ids
    )


def _of_rows(one: Input, rows: Table, window: tuple[str, str]) -> Lineage:
    count, ids = of_rows(rows)
    return Lineage(table=one.table, filter=_filter(one), window=window, count=count, ids_hash=ids)


def of_days(days: Table) -> tuple[int, str]:
    """Return how many events these days have, and the sha256 of the days' own hashes of sorted ids, in the order of days."""
    counts, hashes = days.ints("count").tolist(), days.texts("ids_hash")
    told = sorted(zip(days.ints("day").tolist(), counts, hashes, strict=True))
    return sum(counts), hashlib.sha256("".join(str(ids) for _, _, ids in told).encode()).hexdigest()


def of_rows(rows: Table) -> tuple[int, str]:
    """Return how many rows there are, and the sha256 of their sorted ids."""
    return rows.rows, hashed(lines(rows)) if named(rows) else table_hash(plain(rows))


def plain(rows: Table) -> Table:
    """Return all of rows that names nobody, sorted."""
    kinds = CATALOGUE[rows.name]
    return Table(rows.name, {name: one for name, one in rows.columns.items() if kinds[name] != "person"}).sorted()


def hashed(told: list[bytes]) -> str:
    """Return the sha256 of ids, each as it is written into the hash."""
    return hashlib.sha256(b"".join(sorted(told))).hexdigest()


def lines(rows: Table) -> list[bytes]:
    """Return the id of each row as it is written into the hash: its parts, a NUL between them, and a line feed."""
    return [line(parts) for parts in ids(rows)]


def line(parts: list[str]) -> bytes:
    """Return an id as it is written into the hash."""
    return "\0".join(parts).encode() + b"\n"


def named(rows: Table) -> list[str]:
    """Return the columns that make the id of a row, as far as the scorer reads them; none where only people tell rows apart."""
    return [name for name in IDS.get(rows.name, ()) if name in rows]


def ids(rows: Table) -> list[list[str]]:
    """Return the parts of each row's id in the order of the rows; an empty cell is an empty part."""
    columns = [list(_cells(rows, name)) for name in named(rows)]
    return [list(parts) for parts in zip(*columns, strict=True)]


def _cells(rows: Table, name: str) -> Iterator[str]:
    kind = rows.columns[name].kind
    if kind == "str":
        return (text or "" for text in rows.texts(name))
    present, values = rows.present(name).tolist(), rows.ints(name).tolist()
    return (_shown(kind, value) if there else "" for there, value in zip(present, values, strict=True))


def _shown(kind: str, value: int) -> str:
    if kind == "day":
        return _written(value * DAY)[:10]
    return _written(value) if kind == "time" else str(value)


def _filter(one: Input, *via: str) -> str:
    chosen = [f"{column} in ({', '.join(values)})" for column, values in one.where.items()]
    speaks = "person" in CATALOGUE[one.table].values() or one.table == "event_day"
    return "; ".join([*via, *chosen, *(["bots left out"] if speaks else [])])
