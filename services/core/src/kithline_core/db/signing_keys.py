"""Public keys of a tenant's site: put on record, listed, revoked."""

from uuid import UUID

from kithline_core import ids
from kithline_core.db import audit
from kithline_core.db.database import TenantTx
from kithline_core.model.findings import SigningKey

CREATE = """
    insert into signing_keys (tenant_id, signing_key_id, title, public_key)
    values ($1, $2, $3, $4)
        on conflict (tenant_id, public_key) do update
       set revoked_at = signing_keys.revoked_at
 returning signing_key_id as id, title, public_key, created_at, revoked_at
"""

GET = """
    select signing_key_id as id, title, public_key, created_at, revoked_at
      from signing_keys
     where tenant_id = $1 and signing_key_id = $2
"""

PAGE = """
    select signing_key_id as id, title, public_key, created_at, revoked_at
      from signing_keys
     where tenant_id = $1 and ($2::uuid is null or signing_key_id < $2)
     order by signing_key_id desc
     limit $3
"""

REVOKE = """
    update signing_keys
       set revoked_at = now()
     where tenant_id = $1 and signing_key_id = $2 and revoked_at is null
"""


async def create(tx: TenantTx, title: str, public_key: bytes) -> SigningKey:
    """Put a public key on record; one that is there already stays as it is."""
    made = await tx.one(SigningKey, CREATE, ids.new(), title, public_key)
    await audit.record(tx, "signing_key.create", ids.show("signing_key", made.id), {"title": title})
    return made


async def get(tx: TenantTx, key_id: UUID) -> SigningKey:
    """Return one key. Raises NotFound."""
    return await tx.one(SigningKey, GET, key_id)


async def page(tx: TenantTx, before: UUID | None = None, size: int = 50) -> list[SigningKey]:
    """Return keys, the newest first."""
    return await tx.all(SigningKey, PAGE, before, size)


async def revoke(tx: TenantTx, key_id: UUID) -> None:
    """Revoke a key, at once and for good; what it vouched for stays. Raises NotFound."""
    if await tx.run(REVOKE, key_id):
        await audit.record(tx, "signing_key.revoke", ids.show("signing_key", key_id))
    else:
        await get(tx, key_id)
