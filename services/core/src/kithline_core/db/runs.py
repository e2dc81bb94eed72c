"""Runs: queued with their tasks in one transaction, closed by their last task."""

from uuid import UUID

from kithline_core import ids
from kithline_core.db import outbox
from kithline_core.db.database import TenantTx, Tx
from kithline_core.errors import Conflict
from kithline_core.model.runs import NewRun, Run, Task

INSERT = """
    insert into runs (tenant_id, run_id, scope_id, intended_use, requested)
    values ($1, $2, $3, $4, $5)
 returning run_id as id, state, intended_use, scope_id, requested, created_at, started_at, finished_at
"""

INSERT_TASKS = """
    insert into run_tasks
           (tenant_id, run_id, task_id, scorer, version, plugin, plugin_version, parameters, after, window_start,
            window_end)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""

GET = """
    select run_id as id, state, intended_use, scope_id, requested, created_at, started_at, finished_at
      from runs
     where tenant_id = $1 and run_id = $2
"""

PAGE = """
    select run_id as id, state, intended_use, scope_id, requested, created_at, started_at, finished_at
      from runs
     where tenant_id = $1 and ($2::uuid is null or run_id < $2)
     order by run_id desc
     limit $3
"""

TASKS = """
    select task_id as id, run_id, scorer, version, plugin, plugin_version, state, attempt, reason, waits_for, parameters,
           after, window_start, window_end, created_at, finished_at,
           (select tier
              from attempts
             where tenant_id = $1 and attempts.task_id = run_tasks.task_id and attempts.attempt = run_tasks.attempt) as tier
      from run_tasks
     where tenant_id = $1 and run_id = $2
     order by scorer
"""

# Whoever changes a task holds its run first: the last two tasks would otherwise each see the other unfinished.
LOCK = """
    select run_id as id, state, intended_use, scope_id, requested, created_at, started_at, finished_at
      from runs
     where tenant_id = $1 and run_id = $2
       for update
"""

START = """
    update runs
       set state = 'running', started_at = now()
     where tenant_id = $1 and run_id = $2 and state = 'queued'
"""

CLOSE = """
    update runs
       set state = case when exists (select from run_tasks
                                      where tenant_id = $1 and run_id = $2 and state = 'dead')
                        then 'failed' else 'succeeded' end,
           finished_at = now()
     where tenant_id = $1 and run_id = $2 and state in ('queued', 'running')
       and not exists (select from run_tasks
                        where tenant_id = $1 and run_id = $2 and state in ('queued', 'leased'))
 returning run_id as id, state, intended_use, scope_id, requested, created_at, started_at, finished_at
"""

CANCEL = """
    update runs
       set state = 'cancelled', finished_at = now()
     where tenant_id = $1 and run_id = $2 and state in ('queued', 'running')
"""

CANCEL_TASKS = """
    update run_tasks
       set state = 'cancelled', token = null, lease_until = null, finished_at = now()
     where tenant_id = $1 and run_id = $2 and state in ('queued', 'leased')
"""


async def insert(tx: TenantTx, new: NewRun) -> Run:
    """Queue a run with its tasks; a run of nothing succeeds at once. The caller rings `notify("runs", run.id)`."""
    run = await tx.one(Run, INSERT, ids.new(), new.scope_id, new.intended_use, new.requested)
    for task in new.tasks:
        await tx.run(
            INSERT_TASKS, run.id, ids.new(), task.scorer, task.version, task.plugin, task.plugin_version,
            task.parameters, task.after, task.window_start, task.window_end,
        )  # fmt: skip
    return run if new.tasks else await close(tx, tx.tenant_id, run.id) or run


async def get(tx: TenantTx, run_id: UUID) -> Run:
    """Return one run. Raises NotFound."""
    return await tx.one(Run, GET, run_id)


async def page(tx: TenantTx, before: UUID | None = None, size: int = 50) -> list[Run]:
    """Return runs, the newest first."""
    return await tx.all(Run, PAGE, before, size)


async def tasks(tx: TenantTx, run_id: UUID) -> list[Task]:
    """Return the tasks of a run, by scorer."""
    return await tx.all(Task, TASKS, run_id)


async def lock(tx: Tx, tenant_id: UUID, run_id: UUID) -> Run:
    """Return the run and hold it until COMMIT. Raises NotFound."""
    return await tx.one(Run, LOCK, *_scoped(tx, tenant_id, run_id))


async def start(tx: TenantTx, run_id: UUID) -> None:
    """Say that the first task was taken up."""
    await tx.run(START, run_id)


async def close(tx: Tx, tenant_id: UUID, run_id: UUID) -> Run | None:
    """Close a locked run when no task is left, and tell the outbox. None when something is left to do."""
    closed = await tx.maybe(Run, CLOSE, *_scoped(tx, tenant_id, run_id))
    if closed is not None:
        await outbox.add(tx, tenant_id, f"run.{closed.state}", run_id, {"state": closed.state})
    await tx.notify("runs", run_id)
    return closed


async def cancel(tx: TenantTx, run_id: UUID) -> Run:
    """Cancel what is not done; a worker that is under way is fenced out. Raises NotFound, Conflict."""
    run = await lock(tx, tx.tenant_id, run_id)
    if run.state not in {"queued", "running"}:
        raise Conflict(f"the run has {run.state} already")
    await tx.run(CANCEL_TASKS, run_id)
    await tx.run(CANCEL, run_id)
    await tx.notify("runs", run_id)
    return await get(tx, run_id)


def _scoped(tx: Tx, tenant_id: UUID, *args: object) -> tuple[object, ...]:
    # A tenant's transaction brings the tenant itself; the dispatcher's names it.
    return args if isinstance(tx, TenantTx) else (tenant_id, *args)
