"""Scopes: which communities and channels a score counts."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from kithline_api import views
from kithline_api.deps import Config, Db, Once, Paging, TenantId
from kithline_api.moments import End, Start, vetted
from kithline_api.paging import Page
from kithline_api.routers import router as router_of
from kithline_api.views import show
from kithline_core import ids, previewing
from kithline_core.db import TenantTx, scopes
from kithline_core.errors import Invalid
from kithline_core.model.scopes import NewScope, Preview
from kithline_core.previewing import READS

ByName = Annotated[
    str | None,
    # `scope` is a word that the framework keeps for itself.
    QueryParameter(
        name="scope", min_length=1, max_length=200, pattern=r"^[^\x00]+$", description="Only versions of this scope"
    ),
]
Latest = Annotated[bool, QueryParameter(description="Only the latest version of each scope")]


@post("/scopes", operation_id="createScope", needs="scopes:write")
async def create(data: JSONBody[NewScope], once: Once) -> Response[views.Scope]:
    """Write the next version of a scope. A version is never changed: a score names the one it counted."""
    return await once(lambda tx: _create(tx, data))


async def _create(tx: TenantTx, new: NewScope) -> views.Scope:
    return show(views.Scope, await scopes.create(tx, new))


@get("/scopes", operation_id="listScopes", needs="scopes:read")
async def listed(
    page: Paging, db: Db, tenant_id: TenantId, named: ByName = None, latest: Latest = False
) -> Response[Page[views.Scope]]:
    """Return versions of scopes, the newest first: all of them, of one name, or the latest of each."""
    async with db.tenant(tenant_id) as tx:
        found = await scopes.page(tx, page.after_id, page.size, scope=named, latest=latest)
    return page.newest(found, lambda one: show(views.Scope, one))


@get("/scopes/{scope_id:str}", operation_id="readScope", needs="scopes:read")
async def read(scope_id: FromPath[str], db: Db, tenant_id: TenantId) -> views.Scope:
    """Return one version of a scope."""
    async with db.tenant(tenant_id) as tx:
        return show(views.Scope, await scopes.get(tx, ids.read("scope", scope_id)))


@get("/scopes/{scope_id:str}/preview", operation_id="previewScope", needs="scopes:read")
async def preview(
    scope_id: FromPath[str], db: Db, tenant_id: TenantId, settings: Config, start: Start = None, end: End = None
) -> Preview:
    """Return what a version would count, rounded, beside the version before it; without dates, the last 90 days.

    Counts are withheld where they, or their difference to any count shown before, would tell of fewer people than the
    privacy floor.
    """
    span = _span(vetted("from", start), vetted("to", end))
    return await previewing.preview(db, tenant_id, ids.read("scope", scope_id), span, settings)


def _span(start: datetime | None, end: datetime | None) -> tuple[datetime, datetime]:
    """Return the window; left out, it is the last 90 days. Raises Invalid."""
    until = end or datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    since = start or until - timedelta(days=READS.window_days)
    if since >= until:
        raise Invalid("the window ends before it begins", pointer="/query/to")
    return since, until


router = router_of("Runs", "tenant", [create, listed, read, preview])
