"""Counts again what a result came from: whether each table still has the ids it had, and if not, why."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec

from kithline_core.db import Database, TenantTx, evidence, explanations, results, rollups, sources
from kithline_core.db.evidence import Days
from kithline_core.db.permission import Reader
from kithline_core.engine import findings, lineage, snapshot
from kithline_core.engine.answered import LEFT_OUT, wide
from kithline_core.engine.assemble import assemble
from kithline_core.engine.document import Lineage
from kithline_core.engine.lineage import EVENTS
from kithline_core.engine.score import Runs
from kithline_core.engine.tables import micros
from kithline_core.model.errands import Errand
from kithline_core.model.evidence import Evidence, Part, Recount, State, Traced
from kithline_core.questions import claiming, explaining, tracing
from kithline_core.questions.tracing import Base
from kithline_core.reading import every_questionnaire
from kithline_core.settings import Settings
from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.snapshot import Table, Window, table_hash

KIND: Final = "results.evidence"
CHANGED: Final = "data_changed"
PLUGIN_MISSING: Final = "plugin_missing"
OTHER_ENGINE: Final = "other_engine"
REASONS: Final = (
    "late", "corrected", CHANGED, tracing.RETENTION, tracing.ERASED, PLUGIN_MISSING, OTHER_ENGINE, tracing.ELSEWHERE,
)  # fmt: skip
# Their rows follow from what people do and say, though they name nobody.
OF_PEOPLE: Final = frozenset({EVENTS, "event_day", "competitor_day", "items"})
NONE: Final = (0, lineage.hashed([]))
Tables = Mapping[str, Table]


class Now(NamedTuple):
    """Whether a table still recounts, as what it counts now where that is told, and why it is another."""

    state: State | None
    counted: Recount | None
    reasons: list[str]


async def ask(tx: TenantTx, result_id: UUID, measure: str | None) -> Errand:
    """Let a worker count; who asks twice at a time gets the same errand. Raises NotFound, Withheld, Conflict."""
    await explaining.shown(tx, result_id)
    return await explanations.ask(
        tx, KIND, {"result": str(result_id), **({} if measure is None else {"measure": measure})}
    )


async def work(db: Database, sandbox: Runs, settings: Settings, tenant_id: UUID, asked: dict[str, Any]) -> bytes:  # noqa: ARG001 - every errand is called alike
    """Count again what a result came from. Raises NotFound, Withheld."""
    result_id = UUID(asked["result"])
    found = await tell(db, tenant_id, result_id, asked.get("measure"))
    async with db.tenant(tenant_id) as tx:
        await explaining.shown(tx, result_id)  # its ground may have ended meanwhile
    return msgspec.json.encode(found)


async def tell(db: Database, tenant_id: UUID, result_id: UUID, measure: str | None) -> Evidence:
    """Return what a result's figures came from, counted again; of one measure where one is named. Raises NotFound, Withheld."""
    await rollups.catch_up(db, tenant_id)
    await claiming.claim(db, tenant_id, result_id, measure)
    async with db.tenant(tenant_id, frozen=True) as tx:
        found = await tracing.base(tx, result_id, measure)
        await asyncio.to_thread(lambda: found.cut)  # unfolded off the loop, which sends heartbeats meanwhile
        there = await _there(tx, found)
        told = [await _traced(tx, found, one, there) for one in found.shown.lineage]
    return Evidence(
        result=tracing.name(found), scorer=found.result.scorer, version=found.result.version,
        stale_since=found.result.stale_since, measure=measure, tables=told,
    )  # fmt: skip


async def _there(tx: TenantTx, found: Base) -> Tables | None:
    """Return what the scorer would read of its tables now, without those that events are rolled up into; None: unknown."""
    spec, result = found.spec, found.result
    if spec is None or found.gone == tracing.ELSEWHERE:
        return None
    told = {one.table for one in found.shown.lineage}
    narrow = msgspec.structs.replace(spec, inputs=[one for one in spec.inputs if one.table in told])
    wanted = {one.table for one in narrow.inputs} | ({"answers"} if "items" in told else set())
    window = Window(micros(result.window_start), micros(result.window_end))
    reader, reach = Reader(spec.key, spec.modes), lineage.reach(spec, window)
    loaded = await sources.load(tx, wanted, reach, scope_id=result.scope_id, reader=reader)
    own = await every_questionnaire(tx) if "items" in wanted else []
    earlier = [one.document for one in await results.earlier(tx, result.run_id, spec.after)]
    tables = await asyncio.to_thread(assemble, loaded.data, own)
    cut = await asyncio.to_thread(snapshot.chosen, narrow, {**tables, "findings": findings.table(earlier)}, window)
    return {one.name: one for one in cut}


async def _traced(tx: TenantTx, found: Base, one: Lineage, there: Tables | None) -> Traced:
    of_events = one.table == EVENTS
    now = await (_events_now(tx, found, one) if of_events else asyncio.to_thread(_rows_now, found, one, there))
    held_back = await tracing.held_back(tx, found, one)
    part = None if held_back is not None else await _part(tx, found, one)
    return Traced(
        table=one.table, filter=one.filter, window=one.window, count=one.count, ids_hash=one.ids_hash, ids=_ids(one, found),
        recount=now.state, now=now.counted, reasons=now.reasons, held_back=held_back, part=part,
    )  # fmt: skip


def _ids(one: Lineage, found: Base) -> list[str]:
    if one.table == EVENTS:
        return ["source", "id"]
    columns = next((of.columns for of in found.spec.inputs if of.table == one.table), []) if found.spec else []
    return [name for name in lineage.IDS.get(one.table, ()) if name in columns]


def _now(table: str, counted: tuple[int, str], reasons: list[str]) -> Now:
    """Return how a table stands, by why it is another than it was.

    Of what speaks of people no other count is told, nor its hash: the difference from what was counted, or from what was told
    the day before, may be the rows of one person (who objected, or came). Not from k people on, either: two such counts differ
    by one person again, and steps tell it at their edges.
    """
    recount = Recount(count=counted[0], ids_hash=counted[1])
    if not reasons:
        return Now("same", recount, [])
    if counted[0] == 0:
        return Now("gone", recount, reasons)
    return Now("changed", None if _speaks(table) else recount, reasons)


def _speaks(table: str) -> bool:
    return table in OF_PEOPLE or "person" in CATALOGUE[table].values()


def _unknown(why: str) -> Now:
    return Now("changed" if why == tracing.ERASED else None, None, [why])


async def _events_now(tx: TenantTx, found: Base, one: Lineage) -> Now:
    if found.gone in (tracing.ERASED, tracing.ELSEWHERE):
        return _unknown(found.gone)
    span = tracing.days(one)
    rolled, left = await evidence.rolled(tx, span), await evidence.left(tx, span, found.at)
    reasons = [tracing.RETENTION] if left.retention else []
    if lineage.of_days(rolled) != (one.count, one.ids_hash):
        reasons += await evidence.since(tx, _others(found, rolled, span), found.at) or [CHANGED]
    return _now(one.table, lineage.of_days(rolled) if left.there else NONE, reasons)


def _others(found: Base, rolled: Table, span: Days) -> list[int]:
    """Return the days whose events are others than they were, as far as that can be told; else all of them."""
    if found.cut is None or "event_day" not in found.cut or "ids_hash" not in found.cut["event_day"]:
        return list(range(span.first, span.last + 1))
    before, now = (
        set(zip(days.ints("day").tolist(), days.texts("ids_hash"), strict=True))
        for days in (found.cut["event_day"], rolled)
    )
    return sorted({day for day, _ in before ^ now})


def _rows_now(found: Base, one: Lineage, there: Tables | None) -> Now:
    if found.gone in (tracing.ERASED, tracing.ELSEWHERE):
        return _unknown(found.gone)
    if there is None:
        return _unknown(PLUGIN_MISSING)
    told, rows = (one.count, one.ids_hash), there[one.table]
    if found.cut is not None and lineage.of_rows(found.read(one.table)) != told:
        return _unknown(OTHER_ENGINE)
    counted = lineage.of_rows(rows)
    same = counted == told and _says_the_same(found, rows)
    return _now(one.table, counted, [] if same else [CHANGED])


def _says_the_same(found: Base, rows: Table) -> bool:
    """Say whether rows of the same ids say the same, as far as the snapshot is there to tell."""
    if found.cut is None:
        return True
    return table_hash(lineage.plain(found.read(rows.name))) == table_hash(lineage.plain(rows))


async def _part(tx: TenantTx, found: Base, one: Lineage) -> Part | None:
    """Return what of a table is listed, where that is not all of it."""
    if one.table != EVENTS:
        return await asyncio.to_thread(_part_of_rows, found, one)
    if found.cell is None:
        return None
    span = tracing.days(one)
    days = await evidence.counted(tx, span, await tracing.chosen(tx, found, span))
    return _as_part(tracing.said(one, found.cell), lineage.of_days(days))


def _part_of_rows(found: Base, one: Lineage) -> Part | None:
    rows, narrows = found.kept(one.table), found.cell is not None and found.cell.kind in found.read(one.table)
    less = [LEFT_OUT.format(wide(found.floor))] if rows.rows < one.count else []
    if not less and not narrows:
        return None
    said = tracing.said(one, found.cell) if found.cell is not None and narrows else one.filter
    return _as_part("; ".join([*filter(None, [said]), *less]), lineage.of_rows(tracing.narrowed(rows, found.cell)))


def _as_part(said: str, counted: tuple[int, str]) -> Part:
    return Part(filter=said, count=counted[0], ids_hash=counted[1])
