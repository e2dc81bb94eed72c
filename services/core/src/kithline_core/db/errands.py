"""Errands: asked in a request, done by a worker under a lease, their answers forgotten when they have had their time."""

from typing import Any, Final
from uuid import UUID

from kithline_core import ids
from kithline_core.db.database import TenantTx, Tx
from kithline_core.errors import Conflict
from kithline_core.model.errands import Errand, Held
from kithline_core.model.runs import Nudge

CHANNEL: Final = "runs"  # the dispatcher listens there for tasks, and errands go the same way
WAITING_MOST: Final = 20
KEPT_SECONDS: Final = 3600.0

INSERT = """
    insert into errands (tenant_id, errand_id, kind, asked, expires_at)
    select $1, $2, $3, $4, now() + make_interval(secs => $5)
     where (select count(*) from errands where tenant_id = $1 and finished_at is null) < $6
 returning errand_id as id, kind, answer, problem, created_at, finished_at, expires_at
"""

GET = """
    select errand_id as id, kind, answer, problem, created_at, finished_at, expires_at
      from errands
     where tenant_id = $1 and errand_id = $2 and expires_at > now()
"""

FORGET = """
    update errands
       set expires_at = now()
     where tenant_id = $1 and finished_at is not null and expires_at > now()
"""

CLAIM = """
    update errands
       set attempt = attempt + 1, token = $3, lease_until = clock_timestamp() + make_interval(secs => $4)
     where tenant_id = $1 and errand_id = $2 and finished_at is null
       and (token is null or lease_until < clock_timestamp())
 returning errand_id as id, kind, asked, attempt, token
"""

HEARTBEAT = """
    update errands
       set lease_until = clock_timestamp() + make_interval(secs => $4)
     where tenant_id = $1 and errand_id = $2 and token = $3
"""

FINISH = """
    update errands
       set answer = $4, problem = $5, token = null, lease_until = null, finished_at = clock_timestamp()
     where tenant_id = $1 and errand_id = $2 and token = $3
"""

RELEASE = """
    update errands
       set token = null, lease_until = null
     where tenant_id = $1 and errand_id = $2 and token = $3
"""

# Statements of the dispatcher's role: which errands, and nothing of what is in them.
NUDGE = """
      with unheard as (
           select tenant_id, errand_id
             from errands
            where finished_at is null and (lease_until is null or lease_until < clock_timestamp())
              and (nudged_at is null or nudged_at < clock_timestamp() - make_interval(secs => $1))
            order by nudged_at nulls first
            limit $2
              for update skip locked)
    update errands
       set nudged_at = clock_timestamp()
      from unheard
     where errands.tenant_id = unheard.tenant_id and errands.errand_id = unheard.errand_id
 returning errands.tenant_id, errands.errand_id as task_id, errands.attempt, 'errand' as kind
"""

SWEEP = """
      with over as (
           select tenant_id, errand_id
             from errands
            where expires_at < now()
            order by expires_at
            limit $1)
    delete from errands as kept
     using over
     where kept.tenant_id = over.tenant_id and kept.errand_id = over.errand_id
"""


async def insert(tx: TenantTx, kind: str, asked: dict[str, Any], keep_seconds: float = KEPT_SECONDS) -> Errand:
    """Ask for something and ring for it. Raises Conflict while too much of a tenant's is waiting."""
    made = await tx.maybe(Errand, INSERT, ids.new(), kind, asked, keep_seconds, WAITING_MOST)
    if made is None:
        raise Conflict(f"{WAITING_MOST} such questions are being worked on already; ask again when one is answered")
    await tx.notify(CHANNEL, made.id)
    return made


async def get(tx: TenantTx, errand_id: UUID) -> Errand:
    """Return one errand. Raises NotFound, also when its answer has had its time."""
    return await tx.one(Errand, GET, errand_id)


async def claim(tx: TenantTx, errand_id: UUID, lease_seconds: float) -> Held | None:
    """Take up an errand. None: it is over, gone, or somebody else's."""
    return await tx.maybe(Held, CLAIM, errand_id, ids.new(), lease_seconds)


async def heartbeat(tx: TenantTx, held: Held, lease_seconds: float) -> bool:
    """Extend the lease. False: it is lost."""
    return await tx.run(HEARTBEAT, held.id, held.token, lease_seconds) == 1


async def finish(tx: TenantTx, held: Held, answer: bytes | None, problem: dict[str, Any] | None = None) -> bool:
    """Write down the answer, or why there is none. False: a late twin, fenced out."""
    return await tx.run(FINISH, held.id, held.token, answer, problem) == 1


async def release(tx: TenantTx, held: Held) -> bool:
    """Let another try. False: fenced out."""
    return await tx.run(RELEASE, held.id, held.token) == 1


async def forget(tx: TenantTx) -> int:
    """Let every answer be gone: what it rests on may be read no longer. Return how many; the dispatcher removes them."""
    return await tx.run(FORGET)


async def nudge(tx: Tx, after_seconds: float, most: int = 500) -> list[Nudge]:
    """Return errands of any tenants that nobody works on, and that nobody was told of for so long."""
    return await tx.all(Nudge, NUDGE, after_seconds, most)


async def sweep(tx: Tx, most: int = 1000) -> int:
    """Remove up to so many errands of any tenants that have had their time; return how many. For the dispatcher."""
    return await tx.run(SWEEP, most)
