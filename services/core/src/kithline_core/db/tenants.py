"""Tenants: provisioned by a partner under its own id, as often as it likes, with the same outcome."""

import secrets
from uuid import UUID

from kithline_core import ids
from kithline_core.db import grants
from kithline_core.db.database import TenantTx, Tx
from kithline_core.model.tenants import NewTenant, Tenant

# The policy shows a partner its own tenants and nobody else's.
AS_PARTNER = "select set_config('app.partner', $1::text, true)"

INSERT = """
    insert into tenants (tenant_id, partner_id, external_id, title, text_secret)
    values ($1, $2, $3, $4, $5)
        on conflict (partner_id, external_id) do nothing
 returning tenant_id as id, partner_id, external_id, title, created_at
"""

RENAME = """
    update tenants
       set title = $3
     where partner_id = $1 and external_id = $2
 returning tenant_id as id, partner_id, external_id, title, created_at
"""

FIND = """
    select tenant_id as id, partner_id, external_id, title, created_at
      from tenants
     where partner_id = $1 and external_id = $2
"""

PAGE = """
    select tenant_id as id, partner_id, external_id, title, created_at
      from tenants
     where partner_id = $1 and ($2::uuid is null or tenant_id < $2)
     order by tenant_id desc
     limit $3
"""

GET = """
    select tenant_id as id, partner_id, external_id, title, created_at
      from tenants
     where tenant_id = $1
"""


async def provision(tx: Tx, partner_id: UUID, external_id: str, new: NewTenant) -> tuple[Tenant, bool]:
    """Return the tenant behind the partner's id and whether it is new. Raises Forbidden without a grant in force."""
    await grants.require(tx, partner_id, external_id)
    await _as(tx, partner_id)
    made = await tx.maybe(Tenant, INSERT, ids.new(), partner_id, external_id, new.title, secrets.token_bytes(32))
    if made is not None:
        return made, True
    return await tx.one(Tenant, RENAME, partner_id, external_id, new.title), False


async def find(tx: Tx, partner_id: UUID, external_id: str) -> Tenant:
    """Return the tenant behind the partner's id. Raises NotFound."""
    await _as(tx, partner_id)
    return await tx.one(Tenant, FIND, partner_id, external_id)


async def page(tx: Tx, partner_id: UUID, before: UUID | None = None, size: int = 50) -> list[Tenant]:
    """Return the partner's tenants, the newest first."""
    await _as(tx, partner_id)
    return await tx.all(Tenant, PAGE, partner_id, before, size)


async def get(tx: TenantTx) -> Tenant:
    """Return the tenant of this transaction. Raises NotFound."""
    return await tx.one(Tenant, GET)


async def _as(tx: Tx, partner_id: UUID) -> None:
    await tx.run(AS_PARTNER, str(partner_id))
