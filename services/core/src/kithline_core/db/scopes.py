"""Scopes: which communities and channels a score counts. A version is never changed."""

from uuid import UUID

from kithline_core import ids
from kithline_core.db.database import TenantTx
from kithline_core.model.scopes import NewScope, Scope

CREATE = """
    insert into scopes (tenant_id, scope_id, scope, version, title, reason, communities, channels)
    select $1, $2, $3, coalesce(max(version), 0) + 1, $4, $5, $6::text[], $7::text[]
      from scopes
     where tenant_id = $1 and scope = $3
 returning scope_id as id, scope, version, title, reason, communities, channels, created_at
"""

GET = """
    select scope_id as id, scope, version, title, reason, communities, channels, created_at
      from scopes
     where tenant_id = $1 and scope_id = $2
"""

PAGE = """
    select scope_id as id, scope, version, title, reason, communities, channels, created_at
      from scopes
     where tenant_id = $1 and ($2::uuid is null or scope_id < $2)
     order by scope_id desc
     limit $3
"""

# Two at once would count to the same version.
QUEUE = "select pg_advisory_xact_lock(hashtextextended('scopes of ' || $1::uuid::text, 0)) as tenant_id"


async def create(tx: TenantTx, new: NewScope) -> Scope:
    """Write the next version of a scope."""
    await tx.rows(QUEUE)
    return await tx.one(Scope, CREATE, ids.new(), new.scope, new.title, new.reason, new.communities, new.channels)


async def get(tx: TenantTx, scope_id: UUID) -> Scope:
    """Return one version of a scope. Raises NotFound."""
    return await tx.one(Scope, GET, scope_id)


async def page(tx: TenantTx, before: UUID | None = None, size: int = 50) -> list[Scope]:
    """Return versions of scopes, the newest first."""
    return await tx.all(Scope, PAGE, before, size)
