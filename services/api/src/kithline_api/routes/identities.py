"""Who is who: ids that name one person or one organisation, linked by hand, looked at, taken back."""

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody

from kithline_api import claims
from kithline_api.deps import Caller, Db, Once, Paging, TenantId
from kithline_api.paging import Page
from kithline_api.routers import router as router_of
from kithline_api.views import show
from kithline_core import ids
from kithline_core.db import TenantTx, identities, mergers
from kithline_core.model.identities import NewIdentity
from kithline_core.model.keys import Principal
from kithline_core.model.mergers import Merger


@post("/identities:link", operation_id="linkIdentity", needs="identities:write", refusals=["conflict", "no_ground"])
async def create(data: JSONBody[NewIdentity], once: Once, caller: Caller) -> Response[claims.Identity]:
    """Link two ids: what stands under `id` counts for `same_as`. No row is changed, so it can be taken back."""
    return await once(lambda tx: _create(tx, data, caller))


async def _create(tx: TenantTx, new: NewIdentity, caller: Principal) -> claims.Identity:
    return claims.linked(await identities.link(tx, new), caller.scopes)


@post(
    "/identities:preview", operation_id="previewIdentity", needs="people:read", status_code=200, refusals=["conflict"]
)
async def preview(data: JSONBody[NewIdentity], db: Db, tenant_id: TenantId) -> Merger:
    """Return the rows that a link would bring together; its effect on figures is withheld. Nothing is linked."""
    async with db.tenant(tenant_id) as tx:
        return await mergers.preview(tx, data)


@get("/identities:suggested", operation_id="suggestIdentities", needs="people:read")
async def suggested(db: Db, tenant_id: TenantId) -> claims.Suggestions:
    """Return ids that look like one, each with its rule and how sure that is. Nothing is linked."""
    async with db.tenant(tenant_id) as tx:
        return claims.Suggestions(await mergers.suggest(tx))


@get("/identities:history", operation_id="listIdentityHistory", needs="identities:read")
async def listed(page: Paging, db: Db, tenant_id: TenantId) -> Response[Page[claims.Identity]]:
    """Return every link that was ever made, the newest first, those taken back too."""
    async with db.tenant(tenant_id) as tx:
        found = await identities.history(tx, page.after_id, page.size)
    return page.newest(found, lambda one: show(claims.Identity, one))


@get("/identities/{identity:str}", operation_id="readIdentity", needs="identities:read")
async def read(identity: FromPath[str], db: Db, tenant_id: TenantId) -> claims.Identity:
    """Return one link, taken back or not; none of people whom no list may show."""
    async with db.tenant(tenant_id) as tx:
        return show(claims.Identity, await identities.get(tx, ids.read("identity", identity)))


@post(
    "/identities/{identity:str}/undo",
    operation_id="undoIdentity",
    needs="identities:write",
    status_code=200,
    refusals=["conflict"],
)
async def undo(identity: FromPath[str], once: Once, caller: Caller) -> Response[claims.Identity]:
    """Take a link back: what was sent under each id counts for that id again."""
    return await once(lambda tx: _undo(tx, identity, caller))


async def _undo(tx: TenantTx, identity: str, caller: Principal) -> claims.Identity:
    return claims.linked(await identities.undo(tx, ids.read("identity", identity)), caller.scopes)


router = router_of("Identities", "tenant", [create, preview, suggested, listed, read, undo])
