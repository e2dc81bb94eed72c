"""A partner's own keys: they provision tenants and issue tenants' keys, and read no tenant's data."""

from datetime import UTC, datetime
from uuid import UUID

from kithline_core import ids
from kithline_core.db import acting, tokens
from kithline_core.db.database import Tx
from kithline_core.db.keys import YEAR
from kithline_core.model.keys import Key

INSERT = """
    insert into partner_keys (partner_id, partner_key_id, key_id, secret_hash, title, expires_at)
    values ($1, $2, $3, $4, $5, $6)
 returning partner_key_id as id, key_id, title, array[]::text[] as scopes, created_at, expires_at, revoked_at,
           last_used_at
"""

GET = """
    select partner_key_id as id, key_id, title, array[]::text[] as scopes, created_at, expires_at, revoked_at,
           last_used_at
      from partner_keys
     where partner_id = $1 and partner_key_id = $2
"""

PAGE = """
    select partner_key_id as id, key_id, title, array[]::text[] as scopes, created_at, expires_at, revoked_at,
           last_used_at
      from partner_keys
     where partner_id = $1 and ($2::uuid is null or partner_key_id < $2)
     order by partner_key_id desc
     limit $3
"""

REVOKE = """
    update partner_keys
       set revoked_at = coalesce(revoked_at, now())
     where partner_id = $1 and partner_key_id = $2
"""


async def issue(tx: Tx, partner_id: UUID, title: str, expires_at: datetime | None = None) -> tuple[Key, str]:
    """Make a key for a partner (for a year, unless said otherwise); return it and its plaintext."""
    await acting.partner(tx, partner_id)
    token = tokens.make()
    until = expires_at or datetime.now(UTC) + YEAR
    hashed = tokens.digest(token.secret, tx.secret)
    return await tx.one(Key, INSERT, partner_id, ids.new(), token.key_id, hashed, title, until), token.plaintext


async def get(tx: Tx, partner_id: UUID, partner_key_id: UUID) -> Key:
    """Return one key. Raises NotFound."""
    await acting.partner(tx, partner_id)
    return await tx.one(Key, GET, partner_id, partner_key_id)


async def page(tx: Tx, partner_id: UUID, before: UUID | None = None, size: int = 50) -> list[Key]:
    """Return the partner's keys, the newest first."""
    await acting.partner(tx, partner_id)
    return await tx.all(Key, PAGE, partner_id, before, size)


async def revoke(tx: Tx, partner_id: UUID, partner_key_id: UUID) -> Key:
    """Revoke a key at once. Raises NotFound."""
    await acting.partner(tx, partner_id)
    await tx.run(REVOKE, partner_id, partner_key_id)
    return await get(tx, partner_id, partner_key_id)
