"""Disputes about where somebody belongs, or what an organisation is."""

from typing import Annotated, Final, get_args

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from kithline_api import claims
from kithline_api.deps import Caller, Db, Once, Paging, TenantId
from kithline_api.paging import Page
from kithline_api.routers import router as router_of
from kithline_core import ids
from kithline_core.db import TenantTx, disputes, rights
from kithline_core.errors import Forbidden
from kithline_core.model.disputes import Decision, Dispute, NewDispute, Remedy, State
from kithline_core.model.keys import Principal

# What accepting a dispute writes.
_WRITES: Final = {"person": "people:write", "organisation": "organisations:write"}
# `state` is a word that the framework keeps for itself. Not a list of words: `null` would be taken for none of them.
_STATES: Final = rf"^(?:{'|'.join(get_args(State))})$"
Stands = Annotated[str | None, QueryParameter(name="state", pattern=_STATES, description="Only disputes in this state")]


@post("/disputes", operation_id="openDispute", needs="disputes:write", refusals=["not_found", "conflict"])
async def create(data: JSONBody[NewDispute], once: Once, caller: Caller) -> Response[claims.Dispute]:
    """Dispute a row of people.csv or organisations.csv. It counts as it stands until the dispute is accepted."""
    return await once(lambda tx: _create(tx, data, caller))


async def _create(tx: TenantTx, new: NewDispute, caller: Principal) -> claims.Dispute:
    return await _shown(tx, await disputes.open_(tx, new), caller)


async def _shown(tx: TenantTx, one: Dispute, caller: Principal) -> claims.Dispute:
    return claims.disputed(one, caller.scopes, await rights.unshown(tx))


@get("/disputes", operation_id="listDisputes", needs="disputes:read")
async def listed(
    page: Paging, db: Db, tenant_id: TenantId, caller: Caller, stands: Stands = None
) -> Response[Page[claims.Dispute]]:
    """Return disputes, the newest first; whose row it is, and what it says of a person, to keys with `people:read`."""
    async with db.tenant(tenant_id) as tx:
        found = await disputes.page(tx, page.after_id, page.size, state=stands)
        hidden = await rights.unshown(tx)
    return page.newest(found, lambda one: claims.disputed(one, caller.scopes, hidden))


@get("/disputes/{dispute:str}", operation_id="readDispute", needs="disputes:read")
async def read(dispute: FromPath[str], db: Db, tenant_id: TenantId, caller: Caller) -> claims.Dispute:
    """Return one dispute; none about people whom no list may show."""
    async with db.tenant(tenant_id) as tx:
        return await _shown(tx, await disputes.get(tx, ids.read("dispute", dispute)), caller)


@get("/disputes/{dispute:str}/preview", operation_id="previewDispute", needs="people:read")
async def preview(dispute: FromPath[str], db: Db, tenant_id: TenantId) -> Remedy:
    """Return which rows would change, as they count now and as they would; its effect on figures is withheld."""
    async with db.tenant(tenant_id) as tx:
        return await disputes.preview(tx, ids.read("dispute", dispute))


@post(
    "/disputes/{dispute:str}/accept",
    operation_id="acceptDispute",
    needs="disputes:write",
    status_code=200,
    refusals=["conflict", "no_ground", "mode_not_allowed"],
)
async def accept(
    dispute: FromPath[str], data: JSONBody[Decision], once: Once, caller: Caller
) -> Response[claims.Dispute]:
    """Write the correction beside the disputed row, over which it holds; what counted that row is stale.

    The key has to carry the scope of that row's file as well: `people:write` or `organisations:write`.
    """
    return await once(lambda tx: _accept(tx, dispute, data.reason, caller))


async def _accept(tx: TenantTx, dispute: str, reason: str, caller: Principal) -> claims.Dispute:
    dispute_id = ids.read("dispute", dispute)
    scope = _WRITES[await disputes.kind(tx, dispute_id)]
    if scope not in caller.scopes:  # else whoever may open disputes could write any row by accepting their own
        raise Forbidden(f"the key lacks the scope {scope}, which the corrected row needs")
    return await _shown(tx, await disputes.accept(tx, dispute_id, reason), caller)


@post(
    "/disputes/{dispute:str}/refuse",
    operation_id="refuseDispute",
    needs="disputes:write",
    status_code=200,
    refusals=["conflict"],
)
async def refuse(
    dispute: FromPath[str], data: JSONBody[Decision], once: Once, caller: Caller
) -> Response[claims.Dispute]:
    """Leave everything as it is, and say why."""
    return await once(lambda tx: _refuse(tx, dispute, data.reason, caller))


async def _refuse(tx: TenantTx, dispute: str, reason: str, caller: Principal) -> claims.Dispute:
    return await _shown(tx, await disputes.refuse(tx, ids.read("dispute", dispute), reason), caller)


router = router_of("Disputes", "tenant", [create, listed, read, preview, accept, refuse])
