"""Shadow runs of a plugin's other version: which, since when, and what it would have changed."""

from collections.abc import Collection
from uuid import UUID

from kithline_core import ids
from kithline_core.db.database import TenantTx
from kithline_core.model.plugin_choices import Awaiting, Decision, Difference, Shadow

INSERT = """
    insert into shadows (tenant_id, shadow_id, plugin, in_force, candidate)
    values ($1, $2, $3, $4, $5)
 returning shadow_id as id, plugin, in_force, candidate, decision, reason, started_at, ended_at
"""

GET = """
    select shadow_id as id, plugin, in_force, candidate, decision, reason, started_at, ended_at
      from shadows
     where tenant_id = $1 and shadow_id = $2
"""

LATEST = """
    select shadow_id as id, plugin, in_force, candidate, decision, reason, started_at, ended_at
      from shadows
     where tenant_id = $1 and plugin = $2
     order by shadow_id desc
     limit 1
"""

OPEN = """
    select shadow_id as id, plugin, in_force, candidate, decision, reason, started_at, ended_at
      from shadows
     where tenant_id = $1 and ended_at is null
     order by plugin
"""

END = """
    update shadows
       set decision = $3, reason = $4, ended_at = now()
     where tenant_id = $1 and shadow_id = $2 and ended_at is null
 returning shadow_id as id, plugin, in_force, candidate, decision, reason, started_at, ended_at
"""

# Of each scorer the newest results from before the shadow began, and every one since: ids grow with time, so neither looks
# through all there are. What rests on a ground that ended is shown to nobody, and compared with nothing.
AWAITING = """
      with asked as (
           select recent.result_id, recent.scorer, recent.grounds, recent.task_id
             from unnest($4::text[]) as wanted (scorer)
            cross join lateral (
                  select results.result_id, results.scorer, results.grounds, results.task_id
                    from results
                    join result_inputs as inputs
                      on inputs.tenant_id = $1 and inputs.result_id = results.result_id
                   where results.tenant_id = $1 and results.result_id < $2 and results.scorer = wanted.scorer
                     and inputs.plugin_version = $3 and inputs.kept is not null
                   order by results.result_id desc
                   limit $5) as recent
            union all
           select results.result_id, results.scorer, results.grounds, results.task_id
             from results
             join result_inputs as inputs on inputs.tenant_id = $1 and inputs.result_id = results.result_id
            where results.tenant_id = $1 and results.result_id > $2 and results.scorer = any($4::text[])
              and inputs.plugin_version = $3 and inputs.kept is not null)
    select asked.result_id, asked.scorer, run_tasks.parameters as overrides
      from asked
      join run_tasks on run_tasks.tenant_id = $1 and run_tasks.task_id = asked.task_id
     where not exists (select from shadow_differences as told
                        where told.tenant_id = $1 and told.shadow_id = $2 and told.result_id = asked.result_id)
       and not exists (
             select
               from unnest(asked.grounds) as needed (ground_id)
              where not exists (
                    select
                      from processing_grounds as held
                     where held.tenant_id = $1 and held.ground_id = needed.ground_id
                       and held.valid_from <= now() and (held.valid_to is null or held.valid_to > now())))
     order by asked.result_id desc
     limit $6
"""

TELL = """
    insert into shadow_differences
           (tenant_id, shadow_id, result_id, scorer, status, candidate_status, level, candidate_level, difference, identical)
    select $1, shadow_id, $3, $4, $5, $6, $7, $8, $9, $10
      from shadows
     where tenant_id = $1 and shadow_id = $2 and ended_at is null
        on conflict (tenant_id, shadow_id, result_id) do nothing
"""

DIFFERENCES = """
    select told.scorer, told.status, told.candidate_status, told.level, told.candidate_level, told.difference,
           told.identical
      from shadow_differences as told
      join results on results.tenant_id = $1 and results.result_id = told.result_id
     where told.tenant_id = $1 and told.shadow_id = $2
       and not exists (
             select
               from unnest(results.grounds) as needed (ground_id)
              where not exists (
                    select
                      from processing_grounds as held
                     where held.tenant_id = $1 and held.ground_id = needed.ground_id
                       and held.valid_from <= now() and (held.valid_to is null or held.valid_to > now())))
     order by told.scorer, told.result_id
"""


async def insert(tx: TenantTx, plugin: str, in_force: str, candidate: str) -> Shadow:
    """Let a version run beside the one in force."""
    return await tx.one(Shadow, INSERT, ids.new(), plugin, in_force, candidate)


async def get(tx: TenantTx, shadow_id: UUID) -> Shadow:
    """Return one shadow. Raises NotFound."""
    return await tx.one(Shadow, GET, shadow_id)


async def latest(tx: TenantTx, plugin: str) -> Shadow | None:
    """Return the shadow of a plugin that runs, else the one that ran last."""
    return await tx.maybe(Shadow, LATEST, plugin)


async def open_(tx: TenantTx) -> dict[str, Shadow]:
    """Return the shadows that run, by plugin."""
    return {one.plugin: one for one in await tx.all(Shadow, OPEN)}


async def end(tx: TenantTx, shadow_id: UUID, decision: Decision, reason: str) -> Shadow:
    """End a shadow with what was decided. Raises NotFound, also where it ended already."""
    return await tx.one(Shadow, END, shadow_id, decision, reason)


async def awaiting(
    tx: TenantTx, shadow: Shadow, scorers: Collection[str], before: int, size: int = 100
) -> list[Awaiting]:
    """Return what the candidate has not seen yet, the newest first: `before` results of each scorer, and all since."""
    return await tx.all(Awaiting, AWAITING, shadow.id, shadow.in_force, sorted(scorers), before, size)


async def tell(tx: TenantTx, shadow_id: UUID, result_id: UUID, told: Difference) -> bool:
    """Write down what differs. False: a twin did, or the shadow has ended."""
    return await tx.run(
        TELL, shadow_id, result_id, told.scorer, told.status, told.candidate_status, told.level, told.candidate_level,
        told.difference, told.identical,
    ) == 1  # fmt: skip


async def differences(tx: TenantTx, shadow_id: UUID) -> list[Difference]:
    """Return what was found, by scorer; without what rests on a ground that is no longer in force."""
    return await tx.all(Difference, DIFFERENCES, shadow_id)
