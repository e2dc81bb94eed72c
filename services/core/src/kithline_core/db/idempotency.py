"""Idempotency keys: the second request with a key gets the first one's answer."""

import hashlib
import hmac
from typing import Any

import asyncpg
import msgspec

from kithline_core.db.database import TenantTx, Tx
from kithline_core.errors import Conflict, Invalid

# A second request waits here until the first one's transaction is over.
BEGIN = """
    insert into idempotency_keys (tenant_id, operation, idempotency_key, body_sha256, expires_at)
    values ($1, $2, $3, $4, now() + interval '24 hours')
        on conflict (tenant_id, operation, idempotency_key) do update
       set body_sha256 = excluded.body_sha256, expires_at = excluded.expires_at, created_at = now(), status = null,
           headers = null, body = null
     where idempotency_keys.expires_at <= now()
 returning idempotency_key
"""

FIND = """
    select body_sha256, status, headers, body
      from idempotency_keys
     where tenant_id = $1 and operation = $2 and idempotency_key = $3
"""

FINISH = """
    update idempotency_keys
       set status = $4, headers = $5, body = $6
     where tenant_id = $1 and operation = $2 and idempotency_key = $3
"""

# A lost client's retry shall not hold a connection for as long as the first request takes.
PATIENCE = "select $1::uuid as tenant_id, set_config('lock_timeout', $2, true)"

# A statement of the dispatcher's role. A key that is taken again meanwhile is not over any more: hence asked twice.
SWEEP = """
      with over as (
           select tenant_id, operation, idempotency_key
             from idempotency_keys
            where expires_at <= now()
            order by expires_at
            limit $1)
    delete from idempotency_keys as kept
     using over
     where kept.tenant_id = over.tenant_id and kept.operation = over.operation
       and kept.idempotency_key = over.idempotency_key and kept.expires_at <= now()
"""


class Mismatch(Invalid):
    """The key was used with another request body."""

    code = "idempotency_mismatch"


class Running(Conflict):
    """The first request with this key has not ended."""

    code = "idempotency_key_running"


class Answer(msgspec.Struct, frozen=True):
    """An answer as it was given the first time."""

    status: int
    headers: dict[str, Any]
    body: bytes


async def begin(tx: TenantTx, operation: str, key: str, body: bytes) -> Answer | None:
    """Return the first answer; None: this request is the first. Raises Mismatch, Running while another is at it."""
    # Keyed: a bare hash would let anybody who reads the table try whom a request was about.
    digest = hmac.new(tx.secret, body, hashlib.sha256).digest()
    await tx.rows(PATIENCE, "2s")
    try:
        began = await tx.rows(BEGIN, operation, key, digest)
    except asyncpg.LockNotAvailableError:
        raise Running("a request with this idempotency key is under way") from None
    await tx.rows(PATIENCE, "0")
    if began:
        return None
    (had,) = await tx.rows(FIND, operation, key)
    if not hmac.compare_digest(had["body_sha256"], digest):
        raise Mismatch("this idempotency key was used with another request")
    if had["status"] is None:
        raise Running("a request with this idempotency key is under way")
    return Answer(had["status"], had["headers"], had["body"])


async def finish(tx: TenantTx, operation: str, key: str, answer: Answer) -> None:
    """Keep the answer, in the transaction of the work itself."""
    await tx.run(FINISH, operation, key, answer.status, answer.headers, answer.body)


async def sweep(tx: Tx, most: int = 1000) -> int:
    """Remove up to so many keys of any tenants that are older than a day; return how many. For the dispatcher."""
    return await tx.run(SWEEP, most)
