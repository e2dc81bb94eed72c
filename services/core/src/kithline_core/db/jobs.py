"""Jobs: queued with the act that asks for them, done in steps under a lease, their receipt kept.

Every step commits its work, its place and its progress at once, behind the fence of the token.
"""

from typing import Any
from uuid import UUID

from kithline_core import ids
from kithline_core.db.database import TenantTx, Tx
from kithline_core.errors import Conflict
from kithline_core.model.jobs import Advance, Due, Held, Job, JobState

CHANNEL = "jobs"

INSERT = """
    insert into jobs (tenant_id, job_id, kind, subject, parameters)
    values ($1, $2, $3, $4, $5)
 returning job_id as id, kind, subject, state, done, total, receipt, reason, created_at, started_at, finished_at
"""

GET = """
    select job_id as id, kind, subject, state, done, total, receipt, reason, created_at, started_at, finished_at
      from jobs
     where tenant_id = $1 and job_id = $2
"""

PAGE = """
    select job_id as id, kind, subject, state, done, total, receipt, reason, created_at, started_at, finished_at
      from jobs
     where tenant_id = $1 and ($2::uuid is null or job_id < $2)
       and ($4::text is null or kind = $4) and ($5::text is null or state = $5)
     order by job_id desc
     limit $3
"""

UNDER_WAY = """
    select job_id as id, kind, subject, state, done, total, receipt, reason, created_at, started_at, finished_at
      from jobs
     where tenant_id = $1 and kind = $2 and finished_at is null
     limit 1
"""

# A statement of the dispatcher's role: which jobs, and nothing of what is in them.
DUE = """
    select tenant_id, job_id
      from jobs
     where finished_at is null and due_at <= clock_timestamp()
       and (token is null or lease_until < clock_timestamp())
     order by due_at
     limit $1
"""

CLAIM = """
    update jobs
       set state = 'running', attempt = attempt + 1, token = $3, started_at = coalesce(started_at, clock_timestamp()),
           lease_until = clock_timestamp() + make_interval(secs => $4)
     where tenant_id = $1 and job_id = $2 and finished_at is null and due_at <= clock_timestamp()
       and (token is null or lease_until < clock_timestamp())
 returning job_id as id, kind, parameters, done, total, place, receipt, attempt, token, created_at, started_at
"""

HEARTBEAT = """
    update jobs
       set lease_until = clock_timestamp() + make_interval(secs => $4)
     where tenant_id = $1 and job_id = $2 and token = $3
"""

# Progress gives the attempts back: they count how often it died at one and the same place.
ADVANCE = """
    update jobs
       set done = $4, total = $5, place = $6, receipt = $7, attempt = 0, reason = null
     where tenant_id = $1 and job_id = $2 and token = $3
 returning job_id as id, kind, parameters, done, total, place, receipt, attempt, token, created_at, started_at
"""

RELEASE = """
    update jobs
       set token = null, lease_until = null, reason = coalesce($5, reason),
           due_at = clock_timestamp() + make_interval(secs => $4)
     where tenant_id = $1 and job_id = $2 and token = $3
"""

# Whom it was about is forgotten with the last step, whatever came of it.
END = """
    update jobs
       set state = $4, reason = coalesce(reason, $5), parameters = parameters - 'people', place = '{}', token = null, lease_until = null,
           finished_at = clock_timestamp()
     where tenant_id = $1 and job_id = $2 and token = $3
"""

CANCEL = """
    update jobs
       set state = 'cancelled', parameters = parameters - 'people', place = '{}', token = null, lease_until = null,
           finished_at = clock_timestamp()
     where tenant_id = $1 and job_id = $2 and finished_at is null and kind = any($3::text[])
"""


async def insert(tx: TenantTx, kind: str, subject: str | None = None, parameters: dict[str, Any] | None = None) -> Job:
    """Queue a job and ring for it. Ids of people belong under `people` of the parameters, and nowhere else."""
    job = await tx.one(Job, INSERT, ids.new(), kind, subject, parameters or {})
    await tx.notify(CHANNEL, job.id)
    return job


async def get(tx: TenantTx, job_id: UUID) -> Job:
    """Return one job. Raises NotFound."""
    return await tx.one(Job, GET, job_id)


async def page(
    tx: TenantTx, before: UUID | None = None, size: int = 50, *, kind: str | None = None, state: str | None = None
) -> list[Job]:
    """Return jobs, the newest first, of one kind or state when named."""
    return await tx.all(Job, PAGE, before, size, kind, state)


async def under_way(tx: TenantTx, kind: str) -> Job | None:
    """Return a job of this kind that is not over, if there is one."""
    return await tx.maybe(Job, UNDER_WAY, kind)


async def due(tx: Tx, most: int = 20) -> list[Due]:
    """Return jobs of any tenants that wait or whose lease ran out; a statement of the dispatcher's role."""
    return await tx.all(Due, DUE, most)


async def claim(tx: TenantTx, job_id: UUID, lease_seconds: float) -> Held | None:
    """Take up a job that is due. None: somebody else was faster, or it is over."""
    return await tx.maybe(Held, CLAIM, job_id, ids.new(), lease_seconds)


async def heartbeat(tx: TenantTx, held: Held, lease_seconds: float) -> bool:
    """Extend the lease. False: it is lost, stop."""
    return await tx.run(HEARTBEAT, held.id, held.token, lease_seconds) == 1


async def advance(tx: TenantTx, held: Held, step: Advance) -> Held | None:
    """Write down what a step came to, in the step's own transaction. None: fenced out, undo the step."""
    return await tx.maybe(
        Held, ADVANCE, held.id, held.token, step.done, step.total, step.place, {**held.receipt, **step.receipt}
    )


async def release(tx: TenantTx, held: Held, wait: float = 0.0, reason: str | None = None) -> bool:
    """Let others have a turn; the job is due again after so many seconds."""
    return await tx.run(RELEASE, held.id, held.token, wait, reason) == 1


async def end(tx: TenantTx, held: Held, state: JobState, reason: str | None = None) -> bool:
    """End a job and forget whom it was about. False: fenced out."""
    return await tx.run(END, held.id, held.token, state, reason) == 1


async def cancel(tx: TenantTx, job_id: UUID, kinds: list[str]) -> Job:
    """Call off a job of one of these kinds; what it did stays done. Raises NotFound, Conflict."""
    job = await get(tx, job_id)
    if not await tx.run(CANCEL, job_id, kinds):
        raise Conflict(f"a job of kind {job.kind} in the state {job.state} cannot be called off")
    return await get(tx, job_id)
