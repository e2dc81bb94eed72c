"""Scopes: which communities and channels a score counts."""

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody

from kithline_api import views
from kithline_api.deps import Db, Once, Paging, TenantId
from kithline_api.paging import Page
from kithline_api.routers import router as router_of
from kithline_api.views import show
from kithline_core import ids
from kithline_core.db import TenantTx, scopes
from kithline_core.model.scopes import NewScope


@post("/scopes", operation_id="createScope", needs="scopes:write")
async def create(data: JSONBody[NewScope], once: Once) -> Response[views.Scope]:
    """Write the next version of a scope. A version is never changed: a score names the one it counted."""
    return await once(lambda tx: _create(tx, data))


async def _create(tx: TenantTx, new: NewScope) -> views.Scope:
    return show(views.Scope, await scopes.create(tx, new))


@get("/scopes", operation_id="listScopes", needs="scopes:read")
async def listed(page: Paging, db: Db, tenant_id: TenantId) -> Response[Page[views.Scope]]:
    """Return versions of scopes, the newest first."""
    async with db.tenant(tenant_id) as tx:
        found = await scopes.page(tx, page.after_id, page.size)
    return page.newest(found, lambda one: show(views.Scope, one))


@get("/scopes/{scope_id:str}", operation_id="readScope", needs="scopes:read")
async def read(scope_id: FromPath[str], db: Db, tenant_id: TenantId) -> views.Scope:
    """Return one version of a scope."""
    async with db.tenant(tenant_id) as tx:
        return show(views.Scope, await scopes.get(tx, ids.read("scope", scope_id)))


router = router_of("Runs", "tenant", [create, listed, read])
