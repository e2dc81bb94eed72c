"""Whether a tenant lets figures over ten or more tenants count its own."""

from litestar import get, put
from litestar.params import JSONBody

from kithline_api.deps import Db, TenantId
from kithline_api.routers import router as router_of
from kithline_core.db import pooling
from kithline_core.model.pooling import NewPooling, Pooling


@get("/pooling", operation_id="readPooling", needs="grounds:read")
async def read(db: Db, tenant_id: TenantId) -> Pooling:
    """Return whether pooled figures count this tenant's: not unless it agreed."""
    async with db.tenant(tenant_id) as tx:
        return await pooling.get(tx)


@put("/pooling", operation_id="putPooling", needs="grounds:write")
async def decide(data: JSONBody[NewPooling], db: Db, tenant_id: TenantId) -> Pooling:
    """Let pooled figures count this tenant's, or no longer; with a reason, for the audit.

    They are means over ten or more tenants, none above 30 % of the weight, by which plugins are checked. They name no
    tenant and hold nothing of a person.
    """
    async with db.tenant(tenant_id) as tx:
        return await pooling.put(tx, data)


router = router_of("Grounds", "tenant", [read, decide])
