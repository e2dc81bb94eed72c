"""Scopes: which communities and channels a score counts. A version is never changed."""

from collections.abc import Collection
from uuid import UUID

from kithline_core import ids
from kithline_core.db.database import TenantTx
from kithline_core.errors import Invalid, NotFound
from kithline_core.model.scopes import NewScope, Scope

CREATE = """
    insert into scopes (tenant_id, scope_id, scope, version, title, owner, reason, communities, channels)
    select $1, $2, $3, coalesce(max(version), 0) + 1, $4,
           coalesce($5, (array_agg(owner order by version desc))[1]), $6, $7::text[], $8::text[]
      from scopes
     where tenant_id = $1 and scope = $3
 returning scope_id as id, scope, version, title, owner, reason, communities, channels, created_at
"""

GET = """
    select scope_id as id, scope, version, title, owner, reason, communities, channels, created_at
      from scopes
     where tenant_id = $1 and scope_id = $2
"""

PAGE = """
    select scope_id as id, scope, version, title, owner, reason, communities, channels, created_at
      from scopes
     where tenant_id = $1 and ($2::uuid is null or scope_id < $2) and ($4::text is null or scope = $4)
       and (not $5 or not exists (select from scopes as later
                                   where later.tenant_id = $1 and later.scope = scopes.scope
                                     and later.version > scopes.version))
     order by scope_id desc
     limit $3
"""

OF_IDS = """
    select scope_id as id, scope, version, title, owner, reason, communities, channels, created_at
      from scopes
     where tenant_id = $1 and scope_id = any($2::uuid[])
"""

# Without a version: the latest.
NAMED = """
    select scope_id as id, scope, version, title, owner, reason, communities, channels, created_at
      from scopes
     where tenant_id = $1 and scope = $2 and ($3::integer is null or version = $3)
     order by version desc
     limit 1
"""

# Two at once would count to the same version.
QUEUE = "select pg_advisory_xact_lock(hashtextextended('scopes of ' || $1::uuid::text, 0)) as tenant_id"


async def create(tx: TenantTx, new: NewScope) -> Scope:
    """Write the next version of a scope. Raises Invalid where nobody owns it."""
    await tx.rows(QUEUE)
    given = (new.scope, new.title, new.owner, new.reason, new.communities, new.channels)
    made = await tx.one(Scope, CREATE, ids.new(), *given)
    if made.owner is None:
        raise Invalid("nobody owns this scope yet: name the role that answers for it", pointer="/owner")
    return made


async def get(tx: TenantTx, scope_id: UUID) -> Scope:
    """Return one version of a scope. Raises NotFound."""
    return await tx.one(Scope, GET, scope_id)


async def of_ids(tx: TenantTx, scope_ids: Collection[UUID]) -> dict[UUID, Scope]:
    """Return these versions by their ids."""
    found = await tx.all(Scope, OF_IDS, sorted(scope_ids)) if scope_ids else []
    return {one.id: one for one in found}


async def named(tx: TenantTx, scope: str, version: int | None = None) -> Scope:
    """Return a version of the scope with this name, the latest unless said otherwise. Raises NotFound."""
    found = await tx.maybe(Scope, NAMED, scope, version)
    if found is None:
        told = f"no scope {scope!r}" if version is None else f"no version {version} of a scope {scope!r}"
        raise NotFound(f"there is {told}")
    return found


async def before(tx: TenantTx, scope: Scope) -> Scope | None:
    """Return the version before this one, if it is not the first."""
    return await tx.maybe(Scope, NAMED, scope.scope, scope.version - 1)


async def page(
    tx: TenantTx, before: UUID | None = None, size: int = 50, *, scope: str | None = None, latest: bool = False
) -> list[Scope]:
    """Return versions of scopes, the newest first: of one name, or only the latest of each."""
    return await tx.all(Scope, PAGE, before, size, scope, latest)
