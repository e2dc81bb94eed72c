"""What was done with a tenant's data and settings. Nobody changes it; erasure alone blots a name out."""

from typing import Annotated

from litestar import Response, get
from litestar.params import QueryParameter

from kithline_api.deps import Db, Paging, TenantId
from kithline_api.duties import AuditEvent
from kithline_api.paging import Page
from kithline_api.routers import router as router_of
from kithline_api.views import show
from kithline_core.db import audit

Action = Annotated[
    str | None, QueryParameter(max_length=100, pattern=r"^[^\x00]+$", description="Only acts of this kind: noun.verb")
]


@get("/audit", operation_id="listAuditEvents", needs="audit:read")
async def listed(page: Paging, db: Db, tenant_id: TenantId, action: Action = None) -> Response[Page[AuditEvent]]:
    """Return what was done, the newest first."""
    async with db.tenant(tenant_id) as tx:
        found = await audit.page(tx, page.after_id, page.size, action=action)
    return page.newest(found, lambda act: show(AuditEvent, act))


router = router_of("Audit", "tenant", [listed])
