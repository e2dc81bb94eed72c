"""Tenants: provisioned by a partner under its own id, as often as it likes, with the same outcome."""

import secrets
from uuid import UUID

from kithline_core import ids
from kithline_core.db import acting, grants
from kithline_core.db.database import TenantTx, Tx
from kithline_core.model.tenants import NewTenant, Tenant

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
       and exists (select
                     from grants
                    where grants.partner_id = $1 and (grants.external_id is null or grants.external_id = $2)
                      and valid_from <= now() and (valid_until is null or valid_until > now()) and revoked_at is null)
"""

PAGE = """
    select tenant_id as id, partner_id, external_id, title, created_at
      from tenants
     where partner_id = $1 and ($2::uuid is null or tenant_id < $2)
       and exists (select
                     from grants
                    where grants.partner_id = $1
                      and (grants.external_id is null or grants.external_id = tenants.external_id)
                      and valid_from <= now() and (valid_until is null or valid_until > now()) and revoked_at is null)
     order by tenant_id desc
     limit $3
"""

GET = """
    select tenant_id as id, partner_id, external_id, title, created_at
      from tenants
     where tenant_id = $1
"""


async def provision(tx: Tx, partner_id: UUID, external_id: str, new: NewTenant) -> tuple[Tenant, bool]:
    """Return the tenant behind the partner's id and whether it is new. Raises NoGrant without a grant in force."""
    await grants.require(tx, partner_id, external_id)
    made = await tx.maybe(Tenant, INSERT, ids.new(), partner_id, external_id, new.title, secrets.token_bytes(32))
    if made is not None:
        return made, True
    return await tx.one(Tenant, RENAME, partner_id, external_id, new.title), False


async def find(tx: Tx, partner_id: UUID, external_id: str) -> Tenant:
    """Return the tenant behind the partner's id. Raises NotFound, also for one under no grant in force."""
    await acting.partner(tx, partner_id)
    return await tx.one(Tenant, FIND, partner_id, external_id)


async def page(tx: Tx, partner_id: UUID, before: UUID | None = None, size: int = 50) -> list[Tenant]:
    """Return the tenants that a grant in force lets the partner act for, the newest first."""
    await acting.partner(tx, partner_id)
    return await tx.all(Tenant, PAGE, partner_id, before, size)


async def get(tx: TenantTx) -> Tenant:
    """Return the tenant of this transaction. Raises NotFound."""
    return await tx.one(Tenant, GET)
