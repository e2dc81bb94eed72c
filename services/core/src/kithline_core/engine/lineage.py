"""Where the figures of a finding come from: enough for an auditor to count them again."""

import hashlib

from kithline_core.engine.document import Lineage
from kithline_core.engine.tables import moment
from kithline_core.plugins import Input, ScorerSpec
from kithline_sdk.snapshot import Snapshot, Table, Window, table_hash

_OF_EVENTS = frozenset({"activity_day", "tie_day", "item_use", "event_day"})


def span(window: Window) -> tuple[str, str]:
    """Return both ends in RFC 3339, UTC."""
    return _written(window.start), _written(window.end)


def _written(stamp: int) -> str:
    return moment(stamp).isoformat().replace("+00:00", "Z")


def trace(spec: ScorerSpec, snapshot: Snapshot) -> list[Lineage]:
    """Return one entry per input table; what was rolled up from events leads to the events' own ids."""
    window = span(snapshot.window)
    days = snapshot.tables.get("event_day")
    return [
        _of_events(one, days, window)
        if days is not None and one.table in _OF_EVENTS
        else _of_rows(one, snapshot, window)
        for one in spec.inputs
        if one.table != "event_day"
    ]


def _of_events(one: Input, days: Table, window: tuple[str, str]) -> Lineage:
    count = sum(days.ints("count").tolist())
    told = _filter(one, f"rolled up as {one.table}")
    # The days' own hashes of sorted ids, in the order of the days.
    ids = hashlib.sha256("".join(str(text) for text in days.texts("ids_hash")).encode()).hexdigest()
    return Lineage(table="events", filter=told, window=window, count=count, ids_hash=ids)


def _of_rows(one: Input, snapshot: Snapshot, window: tuple[str, str]) -> Lineage:
    found = snapshot[one.table]
    return Lineage(table=one.table, filter=_filter(one), window=window, count=found.rows, ids_hash=table_hash(found))


def _filter(one: Input, *via: str) -> str:
    chosen = [f"{column} in ({', '.join(values)})" for column, values in one.where.items()]
    return "; ".join([*via, *chosen, "bots left out"])
