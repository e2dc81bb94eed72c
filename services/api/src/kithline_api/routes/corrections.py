"""Corrections: rows and events are withdrawn for a reason, and the history of it all is kept."""

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody

from kithline_api import amends
from kithline_api.deps import Caller, Db, Once, Paging, TenantId
from kithline_api.paging import Page
from kithline_api.routers import router as router_of
from kithline_api.tables import TABLES, Table, require_write
from kithline_api.views import show
from kithline_core import ids
from kithline_core.db import TenantTx, corrections
from kithline_core.model.corrections import EventsWithdrawal, RowsWithdrawal, WhyUndone
from kithline_core.model.keys import Principal


def made_by(caller: Principal, role: str | None) -> str:
    """Return who did it: the key, and the role its holder named."""
    return caller.key_id if role is None else f"{role} ({caller.key_id})"


@post("/events:withdraw", operation_id="withdrawEvents", needs="events:write")
async def events(data: JSONBody[EventsWithdrawal], once: Once, caller: Caller) -> Response[amends.CorrectionEntry]:
    """Withdraw events: by ids of a source, or all of an import. They stay as history and count in nothing.

    An event that was withdrawn and is sent again stays withdrawn.
    """
    who = made_by(caller, data.by)
    return await once(lambda tx: _events(tx, data, who))


async def _events(tx: TenantTx, asked: EventsWithdrawal, who: str) -> amends.CorrectionEntry:
    return show(amends.CorrectionEntry, await corrections.withdraw_events(tx, asked, who))


def _rows(table: Table) -> HTTPRouteHandler:
    @post(f"/{table.path}:withdraw", operation_id=f"withdraw{table.name}", needs=f"{table.scope}:write")
    async def rows(data: JSONBody[RowsWithdrawal], once: Once, caller: Caller) -> Response[amends.CorrectionEntry]:
        """Take rows out, each named by what identifies it. What they said is kept with the correction."""
        who = made_by(caller, data.by)
        return await once(lambda tx: _withdraw(tx, table.stem, data, who))

    return rows


async def _withdraw(tx: TenantTx, stem: str, asked: RowsWithdrawal, who: str) -> amends.CorrectionEntry:
    return show(amends.CorrectionEntry, await corrections.withdraw_rows(tx, stem, asked, who))


@get("/corrections", operation_id="listCorrections", needs="imports:read")
async def listed(page: Paging, db: Db, tenant_id: TenantId) -> Response[Page[amends.CorrectionEntry]]:
    """Return what was withdrawn, restored and undone, the newest first: by whom, when, why, and how much."""
    async with db.tenant(tenant_id) as tx:
        found = await corrections.page(tx, page.after_id, page.size)
    return page.newest(found, lambda one: show(amends.CorrectionEntry, one))


@get("/corrections/{correction:str}", operation_id="readCorrection", needs="imports:read")
async def read(correction: FromPath[str], db: Db, tenant_id: TenantId) -> amends.CorrectionEntry:
    """Return one correction."""
    async with db.tenant(tenant_id) as tx:
        return show(amends.CorrectionEntry, await corrections.get(tx, ids.read("correction", correction)))


@post("/corrections/{correction:str}/undo", operation_id="undoCorrection", needs="imports:write", refusals=["conflict"])
async def undo(
    correction: FromPath[str], data: JSONBody[WhyUndone], once: Once, caller: Caller
) -> Response[amends.CorrectionEntry]:
    """Restore what a withdrawal took: another correction. A row that was sent again meanwhile stands as it was sent.

    The key has to carry the scope to write the file of what was withdrawn as well.
    """
    return await once(lambda tx: _undo(tx, correction, data, caller))


async def _undo(tx: TenantTx, correction: str, why: WhyUndone, caller: Principal) -> amends.CorrectionEntry:
    was = await corrections.get(tx, ids.read("correction", correction))
    require_write(caller, [] if was.file is None else [was.file])
    made = await corrections.restore(tx, was.id, why.reason, made_by(caller, why.by))
    return show(amends.CorrectionEntry, made)


# Links between ids are taken back one by one, and events are a file of their own kind.
_OTHERWISE = ("events", "identities")

router = router_of(
    "Corrections",
    "tenant",
    [events, *(_rows(table) for table in TABLES if table.stem not in _OTHERWISE), listed, read, undo],
)
