"""Lists the ids that a table's rows came from, a page at a time: no text, no name of a person, none under the floor."""

from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from kithline_core import ids
from kithline_core.db import Database, TenantTx, evidence, results
from kithline_core.db.evidence import Event
from kithline_core.engine import lineage
from kithline_core.engine.document import Lineage
from kithline_core.engine.lineage import EVENTS
from kithline_core.engine.listable import FEW, ONE_KIND, ONLY_PEOPLE, PAIR, TOLD
from kithline_core.engine.tables import moment
from kithline_core.errors import Conflict, TooFew, Withheld
from kithline_core.model.evidence import Source
from kithline_core.questions import claiming, tracing
from kithline_core.questions.explaining import InputsGone
from kithline_core.questions.tracing import Base
from kithline_sdk.snapshot import DAY, Table

WHY: Final[dict[str, tuple[type[Conflict] | type[Withheld], str]]] = {
    FEW: (
        TooFew,
        "fewer people than the privacy floor stand behind these ids, or behind those that are left beside them",
    ),
    PAIR: (TooFew, "contact between two groups is told of each of them by itself; name a measure of one"),
    ONE_KIND: (TooFew, "lists by department and by group have people in common; name a measure of a department"),
    TOLD: (TooFew, "days of it were listed by other communities or members; ask for those lists, or without a measure"),
    ONLY_PEOPLE: (TooFew, "only the people in them tell its rows apart, and people are not listed"),
    tracing.ERASED: (InputsGone, "somebody in it was erased; start a new run over its window"),
    tracing.NOT_KEPT: (InputsGone, "what it was computed from is not kept; start a new run over its window"),
    tracing.ELSEWHERE: (InputsGone, "it was computed at your site, and so were the ids"),
    tracing.LET_GO: (InputsGone, "who belonged where is forgotten with the roll-ups; ask without a measure"),
    tracing.RETENTION: (InputsGone, "the events had their time and are removed"),
    tracing.RESTRICTED: (Withheld, "somebody in it is under a restriction or an erasure; ask when it is over"),
}
# No run has more scorers than this.
MOST: Final = 1000
_SEPARATOR: Final = "\0"


class Listed(NamedTuple):
    """A source, and the cursor that leads behind it."""

    source: Source
    behind: str


async def listed(
    db: Database, tenant_id: UUID, result_id: UUID, table: str, measure: str | None, after: str | None, size: int
) -> list[Listed]:
    """Return the ids behind a cursor, once it is written down by what they are. Raises as `page` does."""
    if table == EVENTS and after is None:
        await claiming.claim(db, tenant_id, result_id, measure)
    async with db.tenant(tenant_id, frozen=True) as tx:
        return await page(tx, result_id, table, measure, after, size)


async def page(
    tx: TenantTx, result_id: UUID, table: str, measure: str | None, after: str | None, size: int
) -> list[Listed]:
    """Return the ids behind a cursor. Raises NotFound, Withheld, InputsGone, TooFew."""
    # A page of all events needs no more than the result: a large snapshot takes a while to unfold.
    found = await tracing.base(tx, result_id, measure, read=table != EVENTS or measure is not None)
    one = tracing.entries(found, table)[0]
    if (why := await tracing.held_back(tx, found, one, again=after is not None)) is not None:
        kind, words = WHY[why]
        raise kind(f"the ids of {table} are not listed: {words}")
    return await (_events if table == EVENTS else _rows)(tx, found, one, after, size)


async def _events(tx: TenantTx, found: Base, one: Lineage, after: str | None, size: int) -> list[Listed]:
    span = tracing.days(one)
    taken = await tracing.chosen(tx, found, span)
    events = await evidence.page(tx, span, taken, _read(after), size)
    return [
        Listed(Source(id=[event.source, event.id], at=event.occurred_at, verb=event.verb), _place(event))
        for event in events
    ]


def _read(after: str | None) -> tuple[int, str, str] | None:
    if after is None:
        return None
    day, source, event = after.split(_SEPARATOR)
    return int(day), source, event


def _place(event: Event) -> str:
    return _SEPARATOR.join([str(event.day), event.source, event.id])


async def _rows(tx: TenantTx, found: Base, one: Lineage, after: str | None, size: int) -> list[Listed]:
    rows = tracing.narrowed(found.kept(one.table), found.cell)
    told = sorted(zip(lineage.lines(rows), lineage.ids(rows), _dates(rows), strict=True), key=lambda line: line[0])
    start = 0 if after is None else int(after)
    named = await _results(tx, found) if one.table == "findings" else {}
    return [
        Listed(Source(id=parts, at=at, result=named.get(parts[0])), str(start + place))
        for place, (_, parts, at) in enumerate(told[start : start + size], 1)
    ]


def _dates(rows: Table) -> list[datetime | None]:
    """Return the day of each row that is of an instant: the hour of an answer would be somebody's."""
    if "dated" not in rows:
        return [None] * rows.rows
    present, stamps = rows.present("dated").tolist(), rows.ints("dated").tolist()
    return [moment(stamp // DAY * DAY) if there else None for there, stamp in zip(present, stamps, strict=True)]


async def _results(tx: TenantTx, found: Base) -> dict[str, str]:
    """Return the results of the run by scorer."""
    there = await results.page(tx, None, MOST, run_id=found.result.run_id)
    return {one.scorer: ids.show("result", one.id) for one in there}
