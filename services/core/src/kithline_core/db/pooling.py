"""Which tenants let figures over ten or more tenants count theirs: none unless it says so, and until it takes it back."""

from uuid import UUID

from kithline_core.db import audit
from kithline_core.db.database import TenantTx, Tx
from kithline_core.model.pooling import NewPooling, Pooling

GET = "select agreed, reason, changed_at from pooling where tenant_id = $1"

PUT = """
    insert into pooling (tenant_id, agreed, reason)
    values ($1, $2, $3)
        on conflict (tenant_id) do update
       set agreed = excluded.agreed, reason = excluded.reason, changed_at = now()
 returning agreed, reason, changed_at
"""

# A statement of the dispatcher's role: who agreed, and nothing of theirs.
AGREED = "select tenant_id from pooling where agreed order by tenant_id"


async def get(tx: TenantTx) -> Pooling:
    """Return what the tenant decided."""
    return await tx.maybe(Pooling, GET) or Pooling()


async def put(tx: TenantTx, new: NewPooling) -> Pooling:
    """Decide. What was published before it was taken back stays published: it names no tenant."""
    held = await tx.one(Pooling, PUT, new.agreed, new.reason)
    await audit.record(tx, "pooling.put", "pooling", {"agreed": new.agreed, "reason": new.reason})
    return held


async def agreed(tx: Tx) -> list[UUID]:
    """Return the tenants that let their figures count."""
    return [row["tenant_id"] for row in await tx.rows(AGREED)]
