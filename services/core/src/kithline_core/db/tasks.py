"""Tasks of runs, as workers see them: claimed under a lease, kept alive, finished behind a fence.

Every instant is the database's clock. Whoever changes a task locks its run first, so that nobody waits in a circle.
"""

from uuid import UUID

from kithline_core import ids
from kithline_core.db import counters, results, runs, stale
from kithline_core.db.database import TenantTx
from kithline_core.model.results import NewResult, Result
from kithline_core.model.runs import Claimed, Task

RUN_OF = "select run_id from run_tasks where tenant_id = $1 and task_id = $2"

GET = """
    select task_id as id, run_id, scorer, version, plugin, plugin_version, state, attempt, reason, waits_for, parameters,
           after, window_start, window_end, created_at, finished_at,
           (select tier
              from attempts
             where tenant_id = $1 and attempts.task_id = run_tasks.task_id and attempts.attempt = run_tasks.attempt) as tier
      from run_tasks
     where tenant_id = $1 and task_id = $2
"""

# Not admitted any more, so that it takes no turn of the tenant's while it waits; no attempt, so that it never ends dead.
POSTPONE = """
    update run_tasks
       set waits_for = $3, reason = $4, waits_until = clock_timestamp() + make_interval(secs => $5),
           admitted_at = null, nudged_at = null
     where tenant_id = $1 and task_id = $2 and state = 'queued'
"""

CLAIM = """
    update run_tasks
       set state = 'leased', attempt = attempt + 1, token = $3,
           lease_until = clock_timestamp() + make_interval(secs => $4),
           reason = case when waits_for is null then reason end, waits_for = null, waits_until = null
      from runs
     where run_tasks.tenant_id = $1 and run_tasks.task_id = $2
       and runs.tenant_id = $1 and runs.run_id = run_tasks.run_id and runs.state in ('queued', 'running')
       and run_tasks.attempt < $5
       and (run_tasks.state = 'queued'
            or (run_tasks.state = 'leased' and run_tasks.lease_until < clock_timestamp()))
 returning run_tasks.task_id as id, run_tasks.run_id, runs.scope_id, runs.intended_use, run_tasks.scorer,
           run_tasks.version, run_tasks.plugin, run_tasks.plugin_version, run_tasks.parameters, run_tasks.after,
           run_tasks.window_start, run_tasks.window_end, run_tasks.attempt, run_tasks.token, $6::text as tier
"""

BEGIN_ATTEMPT = """
    insert into attempts (tenant_id, task_id, attempt, token, worker, tier)
    values ($1, $2, $3, $4, $5, $6)
"""

# Who takes a task whose lease ran out comes before the reaper.
END_LOST = """
    update attempts
       set ended_at = clock_timestamp(), outcome = 'lost'
     where tenant_id = $1 and task_id = $2 and attempt < $3 and ended_at is null
 returning tier
"""

END_ATTEMPT = """
    update attempts
       set ended_at = clock_timestamp(), outcome = $4
     where tenant_id = $1 and task_id = $2 and token = $3
"""

HEARTBEAT = """
    update run_tasks
       set lease_until = clock_timestamp() + make_interval(secs => $4)
     where tenant_id = $1 and task_id = $2 and token = $3 and state = 'leased'
"""

FINISH = """
    update run_tasks
       set state = $4, reason = $5, token = null, lease_until = null, finished_at = clock_timestamp()
     where tenant_id = $1 and task_id = $2 and token = $3 and state = 'leased'
"""

GIVE_BACK = """
    update run_tasks
       set state = case when attempt < $5 then 'queued' else 'dead' end,
           finished_at = case when attempt < $5 then null else clock_timestamp() end,
           reason = $4, token = null, lease_until = null, admitted_at = null, nudged_at = null
     where tenant_id = $1 and task_id = $2 and token = $3 and state = 'leased'
"""


async def get(tx: TenantTx, task_id: UUID) -> Task:
    """Return one task. Raises NotFound."""
    return await tx.one(Task, GET, task_id)


async def claim(
    tx: TenantTx, task_id: UUID, worker: str, lease_seconds: float, max_attempts: int = 5, *, tier: str | None = None
) -> Claimed | None:
    """Take a task that is queued, or whose lease ran out. None: there is nothing to do, drop the message.

    `tier` is how strongly the worker shuts plugins in.
    """
    rows = await tx.rows(RUN_OF, task_id)
    if not rows:
        return None
    run = await runs.lock(tx, tx.tenant_id, rows[0]["run_id"])
    claimed = await tx.maybe(Claimed, CLAIM, task_id, ids.new(), lease_seconds, max_attempts, tier)
    if claimed is None:
        return None
    await tx.run(BEGIN_ATTEMPT, task_id, claimed.attempt, claimed.token, worker, tier)
    await runs.start(tx, run.id)
    for row in await tx.rows(END_LOST, task_id, claimed.attempt):
        await counters.unfinished(tx, claimed, "lost", row["tier"])
    return claimed


async def postpone(tx: TenantTx, task: Task, needs: str, reason: str, seconds: float) -> None:
    """Let a queued task wait for a worker of a stronger tier; the dispatcher asks again after so many seconds."""
    await runs.lock(tx, tx.tenant_id, task.run_id)
    await tx.run(POSTPONE, task.id, needs, reason, seconds)


async def heartbeat(tx: TenantTx, claimed: Claimed, lease_seconds: float) -> bool:
    """Extend the lease. False: somebody else has the task by now, or nobody should; stop."""
    return await tx.run(HEARTBEAT, claimed.id, claimed.token, lease_seconds) == 1


async def finish(tx: TenantTx, claimed: Claimed, new: NewResult) -> Result | None:
    """Store the result, end the task and, after the last one, the run. None: a late twin, fenced out."""
    await runs.lock(tx, tx.tenant_id, claimed.run_id)
    state = "error" if new.status == "error" else "done"
    if not await tx.run(FINISH, claimed.id, claimed.token, state, None):
        return None
    result = await stale.born(tx, await results.insert(tx, claimed, new), new)
    await tx.run(END_ATTEMPT, claimed.id, claimed.token, state)
    await counters.finished(tx, claimed, new.status, new.error, new.tier, new.seconds)
    await runs.close(tx, tx.tenant_id, claimed.run_id)
    return result


async def give_back(tx: TenantTx, claimed: Claimed, reason: str, max_attempts: int = 5) -> bool:
    """Queue a task again that its worker cannot finish; the last attempt makes it dead. False: fenced out."""
    await runs.lock(tx, tx.tenant_id, claimed.run_id)
    if not await tx.run(GIVE_BACK, claimed.id, claimed.token, reason, max_attempts):
        return False
    await tx.run(END_ATTEMPT, claimed.id, claimed.token, reason)
    await counters.unfinished(tx, claimed, "given_back", claimed.tier, dead=claimed.attempt >= max_attempts)
    await runs.close(tx, tx.tenant_id, claimed.run_id)
    return True
