"""What the dispatcher does with tasks, across tenants: admits them fairly, rings again, reaps dead leases.

Statements of the dispatcher's role: `db.dispatcher()` on its own pool. Any number of dispatchers may run.
"""

from uuid import UUID

from kithline_core.db import counters, runs
from kithline_core.db.database import Tx
from kithline_core.model.runs import Nudge, Reaped

# One admits at a time, or two would each fill the tenant's share.
ALONE = "select pg_try_advisory_xact_lock(hashtextextended('kithline admission', 0)) as alone"

# Round robin: every tenant's first waiting task before any tenant's second. A task waits for the scorers named in
# `after` as long as the same run has them unfinished; a dead or missing one is unknown to it, not awaited.
ADMIT = """
      with busy as (
           select tenant_id, count(*) as tasks
             from run_tasks
            where state = 'leased' or (state = 'queued' and admitted_at is not null)
            group by tenant_id),
           waiting as (
           select task.tenant_id, task.task_id,
                  coalesce(busy.tasks, 0)
                  + row_number() over (partition by task.tenant_id order by task.run_id, task.task_id) as turn
             from run_tasks as task
             left join busy on busy.tenant_id = task.tenant_id
            where task.state = 'queued' and task.admitted_at is null
              and (task.waits_until is null or task.waits_until < clock_timestamp())
              and not exists (select
                                from run_tasks as other
                               where other.tenant_id = task.tenant_id and other.run_id = task.run_id
                                 and other.scorer = any(task.after) and other.state in ('queued', 'leased'))),
           chosen as (
           select tenant_id, task_id
             from waiting
            where turn <= $1
            order by turn, task_id
            limit greatest($2 - (select coalesce(sum(tasks), 0) from busy), 0))
    update run_tasks
       set admitted_at = clock_timestamp(), nudged_at = clock_timestamp()
      from chosen
     where run_tasks.tenant_id = chosen.tenant_id and run_tasks.task_id = chosen.task_id
       and run_tasks.state = 'queued' and run_tasks.admitted_at is null
 returning run_tasks.tenant_id, run_tasks.task_id, run_tasks.attempt
"""

RENUDGE = """
      with unheard as (
           select tenant_id, task_id
             from run_tasks
            where state = 'queued' and nudged_at < clock_timestamp() - make_interval(secs => $1)
            order by nudged_at
            limit $2
              for update skip locked)
    update run_tasks
       set nudged_at = clock_timestamp()
      from unheard
     where run_tasks.tenant_id = unheard.tenant_id and run_tasks.task_id = unheard.task_id
 returning run_tasks.tenant_id, run_tasks.task_id, run_tasks.attempt
"""

EXPIRED = """
    select distinct tenant_id, run_id
      from run_tasks
     where state = 'leased' and lease_until < clock_timestamp()
     order by tenant_id, run_id
     limit $1
"""

REAP = """
    update run_tasks
       set state = case when attempt < $3 then 'queued' else 'dead' end,
           finished_at = case when attempt < $3 then null else clock_timestamp() end,
           reason = case when attempt < $3 then null
                         else 'the worker was lost in each of ' || attempt || ' attempts' end,
           token = null, lease_until = null, admitted_at = null, nudged_at = null
     where tenant_id = $1 and run_id = $2 and state = 'leased' and lease_until < clock_timestamp()
 returning tenant_id, run_id, task_id, state
"""

END_ATTEMPTS = """
    update attempts
       set ended_at = clock_timestamp(), outcome = 'lost'
     where tenant_id = $1 and task_id = any($2::uuid[]) and ended_at is null
"""


async def admit(tx: Tx, per_tenant: int, in_flight: int = 1_000_000) -> list[Nudge]:
    """Admit waiting tasks, at most so many per tenant and in all at once; nudge the broker after COMMIT."""
    (lock,) = await tx.rows(ALONE)
    return await tx.all(Nudge, ADMIT, per_tenant, in_flight) if lock["alone"] else []


async def renudge(tx: Tx, after_seconds: float, most: int = 500) -> list[Nudge]:
    """Return admitted tasks that nobody claimed for so long: their message was lost, ring again."""
    return await tx.all(Nudge, RENUDGE, after_seconds, most)


async def reap(tx: Tx, max_attempts: int, most: int = 100) -> list[Reaped]:
    """Queue tasks again whose lease ran out; after the last attempt they are dead, and their run may be over."""
    reaped: list[Reaped] = []
    for row in await tx.rows(EXPIRED, most):
        reaped += await _reap_run(tx, row["tenant_id"], row["run_id"], max_attempts)
    if reaped:
        # After every run is locked: whoever held a counter and waited for a run could be waited for in turn.
        await counters.lost(tx, [(one.tenant_id, one.task_id) for one in reaped])
    return reaped


async def _reap_run(tx: Tx, tenant_id: UUID, run_id: UUID, max_attempts: int) -> list[Reaped]:
    await runs.lock(tx, tenant_id, run_id)
    found = await tx.all(Reaped, REAP, tenant_id, run_id, max_attempts)
    if found:
        await tx.run(END_ATTEMPTS, tenant_id, [one.task_id for one in found])
        await runs.close(tx, tenant_id, run_id)
    return found
