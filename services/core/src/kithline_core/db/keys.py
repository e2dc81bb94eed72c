"""A tenant's API keys, and the one place where any key is told from no key."""

import hmac
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from kithline_core import ids
from kithline_core.db import acting, tokens
from kithline_core.db.database import Database, TenantTx, Tx
from kithline_core.errors import Unauthenticated
from kithline_core.model.keys import Key, Principal

YEAR: Final = timedelta(days=365)

INSERT = """
    insert into api_keys (tenant_id, api_key_id, key_id, secret_hash, title, scopes, expires_at, partner_id)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
 returning api_key_id as id, key_id, title, scopes, created_at, expires_at, revoked_at, last_used_at
"""

GET = """
    select api_key_id as id, key_id, title, scopes, created_at, expires_at, revoked_at, last_used_at
      from api_keys
     where tenant_id = $1 and api_key_id = $2
"""

PAGE = """
    select api_key_id as id, key_id, title, scopes, created_at, expires_at, revoked_at, last_used_at
      from api_keys
     where tenant_id = $1 and ($2::uuid is null or api_key_id < $2)
     order by api_key_id desc
     limit $3
"""

REVOKE = """
    update api_keys
       set revoked_at = coalesce(revoked_at, now())
     where tenant_id = $1 and api_key_id = $2
"""

# Whose key is it? The three kinds live apart; a key id is random, so at most one row answers.
FIND = """
    select 'tenant' as kind, api_key_id as id, tenant_id, partner_id, secret_hash, scopes, last_used_at,
           expires_at
      from api_keys
     where key_id = $1 and revoked_at is null and (expires_at is null or expires_at > now())
 union all
    select 'partner', partner_id, null, partner_id, secret_hash, array[]::text[], last_used_at, expires_at
      from partner_keys
     where key_id = $1 and revoked_at is null and (expires_at is null or expires_at > now())
 union all
    select 'operator', operator_id, null, null, secret_hash, array[]::text[], now(), null
      from operators
     where key_id = $1 and revoked_at is null
"""

# Whether the partner that issued a tenant's key may still act for this tenant.
GRANTED = """
    select tenants.tenant_id
      from tenants
      join grants
        on grants.partner_id = tenants.partner_id
           and (grants.external_id is null or grants.external_id = tenants.external_id)
     where tenants.tenant_id = $1 and grants.valid_from <= now()
       and (grants.valid_until is null or grants.valid_until > now()) and grants.revoked_at is null
     limit 1
"""

# At most once a minute, or every request would write. `presented_used` lets the holder of the key id, tenant_id unknown.
TOUCH_TENANT = """
    update api_keys
       set last_used_at = now()
     where tenant_id = $1 and key_id = $2 and (last_used_at is null or last_used_at < now() - interval '1 minute')
"""

TOUCH_PARTNER = """
    update partner_keys
       set last_used_at = now()
     where partner_id = $1 and key_id = $2 and (last_used_at is null or last_used_at < now() - interval '1 minute')
"""


async def issue(
    tx: TenantTx,
    title: str,
    scopes: Sequence[str],
    expires_at: datetime | None = None,
    *,
    partner_id: UUID | None = None,
) -> tuple[Key, str]:
    """Make a key (for a year, unless said otherwise); return it and its plaintext, which is shown this once.

    `partner_id`: the partner that issues it, or that issued the key it is made with; it then holds as long as a grant
    lets that partner act for the tenant.
    """
    token = tokens.make()
    until = expires_at or datetime.now(UTC) + YEAR
    hashed = tokens.digest(token.secret, tx.secret)
    made = await tx.one(Key, INSERT, ids.new(), token.key_id, hashed, title, sorted(set(scopes)), until, partner_id)
    return made, token.plaintext


async def get(tx: TenantTx, api_key_id: UUID) -> Key:
    """Return one key. Raises NotFound."""
    return await tx.one(Key, GET, api_key_id)


async def page(tx: TenantTx, before: UUID | None = None, size: int = 50) -> list[Key]:
    """Return the tenant's keys, the newest first, revoked ones too."""
    return await tx.all(Key, PAGE, before, size)


async def revoke(tx: TenantTx, api_key_id: UUID) -> Key:
    """Revoke a key at once. Raises NotFound."""
    await tx.run(REVOKE, api_key_id)
    return await get(tx, api_key_id)


async def authenticate(db: Database, plaintext: str) -> Principal:
    """Return who holds this key. Raises Unauthenticated, in the same words whatever is wrong."""
    token = tokens.read(plaintext)
    if token is None:
        raise Unauthenticated("this is no key of ours")
    async with db.presented(token.key_id) as tx:
        for row in await tx.rows(FIND, token.key_id):
            told = hmac.compare_digest(row["secret_hash"], tokens.digest(token.secret, tx.secret))
            if told and await _holds(tx, row):
                await _touch(tx, row, token.key_id)
                return Principal(
                    kind=row["kind"], id=row["id"], key_id=token.key_id, scopes=tuple(row["scopes"]),
                    tenant_id=row["tenant_id"], partner_id=row["partner_id"], expires_at=row["expires_at"],
                )  # fmt: skip
    raise Unauthenticated("this is no key of ours")


async def _holds(tx: Tx, row: Any) -> bool:  # noqa: ANN401 - a row of FIND
    if row["kind"] != "tenant" or row["partner_id"] is None:
        return True
    await acting.partner(tx, row["partner_id"])
    return bool(await tx.rows(GRANTED, row["tenant_id"]))


async def _touch(tx: Tx, row: Any, key_id: str) -> None:  # noqa: ANN401 - a row of FIND
    used = row["last_used_at"]
    if used is not None and datetime.now(UTC) - used < timedelta(minutes=1):
        return
    if row["kind"] == "tenant":
        await tx.run(TOUCH_TENANT, row["tenant_id"], key_id)
    else:
        await tx.run(TOUCH_PARTNER, row["partner_id"], key_id)
