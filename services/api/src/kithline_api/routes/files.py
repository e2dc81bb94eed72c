"""Every file of the dataset folder as a resource: `POST /v1/<file>:bulk`, `GET /v1/<file>`, and all of it as lines."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter

from kithline_api import bulk, formats, streams
from kithline_api.bodies import StrictRequest
from kithline_api.deps import Caller, Config, Db, Once, Paging, TenantId
from kithline_api.once import Once as OnceKey
from kithline_api.paging import Page
from kithline_api.routers import router as router_of
from kithline_api.tables import TABLES, Place, Read, Table
from kithline_core import intake
from kithline_core.db import TenantTx
from kithline_core.model.types import NAME

DryRun = Annotated[bool, QueryParameter(description="Only say what would become of each line")]
Atomic = Annotated[bool, QueryParameter(description="Take every line or none: a line that cannot be taken is a 422")]
BatchName = Annotated[
    str | None,
    QueryParameter(
        min_length=1,
        max_length=100,
        pattern=NAME,
        description="An import's name, which its rows keep; their times are taken as they stand",
    ),
]
Verdicts = Annotated[
    Literal["faults", "all"], QueryParameter(description="Which lines the answer names: those not taken, or all")
]


def _take(table: Table) -> HTTPRouteHandler:
    @post(
        f"/{table.path}:bulk",
        operation_id=f"send{table.name}",
        status_code=200,
        needs=f"{table.scope}:write",
        lines=table.kind,
        refusals=("all_rejected", "not_all_taken", "no_ground", "mode_not_allowed"),
    )
    async def take(
        request: StrictRequest,
        once: Once,
        settings: Config,
        caller: Caller,
        dry_run: DryRun = False,
        atomic: Atomic = False,
        batch: BatchName = None,
        verdicts: Verdicts = "faults",
    ) -> Response[bulk.Report]:
        """Insert or update rows; every line gets its own verdict, and a line sent again changes nothing."""
        arrived = datetime.now(UTC) if batch is None else None
        how = bulk.How(
            dry_run=dry_run,
            atomic=atomic,
            batch=batch,
            every=verdicts == "all",
            shows=f"{table.scope}:read" in caller.scopes,
            arrived=arrived,
        )
        sent = await bulk.read(request, table.kind, settings.max_lines, settings.max_body_bytes, every=how.every)
        work = _Work(table, sent, how, formats.of(request.content_type[0]))
        if dry_run:
            return Response(await _rehearse(once, work))
        return await once(work)

    return take


class _Work:
    """A batch on its way into the database."""

    def __init__(self, table: Table, sent: bulk.Batch[Any], how: bulk.How, form: formats.Format) -> None:
        self._table, self._sent, self._how, self._form = table, sent, how, form

    async def __call__(self, tx: TenantTx) -> bulk.Report:
        how = self._how
        taken = await intake.take(tx, self._table.upsert, self._sent.rows, batch=how.batch, arrived=how.arrived)
        return bulk.report(self._sent, taken, how, self._form.place)


async def _rehearse(once: OnceKey, work: _Work) -> bulk.Report:
    """Do it and leave the transaction without COMMIT."""
    try:
        async with once.db.tenant(once.tenant_id) as tx:
            raise _Undone(await work(tx))  # noqa: TRY301 - raising is how to leave without COMMIT
    except _Undone as undone:
        return undone.report


class _Undone(Exception):
    """Carries a report out of a transaction that shall not be kept."""

    def __init__(self, report: bulk.Report) -> None:
        self.report = report


def _give(table: Table) -> HTTPRouteHandler:
    async def give(request: StrictRequest, page: Paging, db: Db, tenant_id: TenantId) -> Response[Any]:
        """Return rows as they were sent, in a stable order. With `Accept: application/x-ndjson`: all of them, one a line."""
        if streams.wanted(request):
            return streams.answer(db, tenant_id, _parts(table.read))
        async with db.tenant(tenant_id) as tx:
            found = await table.read(tx, _place(page.after), page.limit)
        return page.answer(list(found.rows), _name(found.after))

    give.__annotations__["return"] = Response[Page[table.kind]]  # type: ignore[name-defined]  # the row type of this file
    return get(f"/{table.path}", operation_id=f"list{table.name}", needs=f"{table.scope}:read", stream=True)(give)


def _parts(read: Read) -> streams.Read:
    async def part(tx: TenantTx, after: Place | None, size: int) -> streams.Part:
        found = await read(tx, after, size)
        return found.rows, found.after

    return part


def _place(after: str | None) -> Place | None:
    """Return where a page starts: behind a row's id, or behind an event's source and id."""
    if after is None:
        return None
    source, split, event = after.partition("\0")
    return (source, event) if split else UUID(after)


def _name(after: Place | None) -> str | None:
    return "\0".join(after) if isinstance(after, tuple) else None if after is None else str(after)


router = router_of("Data", "tenant", [handler for table in TABLES for handler in (_take(table), _give(table))])
