"""Counters of plugin versions: added to in the tenant's own rows, in the transaction that ends an attempt.

Sums over tenants come from `plugin_counters`, which names none and answers nobody but an operator.
"""

from collections.abc import Iterable
from datetime import date
from typing import Literal
from uuid import UUID

from kithline_core.db import acting
from kithline_core.db.database import TenantTx, Tx
from kithline_core.model.counters import UNFINISHED, Counted, Period, bucket, named
from kithline_core.model.runs import Claimed

ADD = """
    insert into plugin_counts
           (tenant_id, day, plugin, plugin_version, scorer, outcome, reason, tier, bucket, attempts, seconds)
    values ($1, (clock_timestamp() at time zone 'UTC')::date, $2, $3, $4, $5, $6, $7, $8, 1, $9)
        on conflict (tenant_id, day, plugin, plugin_version, scorer, outcome, reason, tier, bucket) do update
       set attempts = plugin_counts.attempts + 1, seconds = plugin_counts.seconds + excluded.seconds
"""

# Of attempts that ended with their worker. A statement of the dispatcher's role.
ADD_LOST = """
    insert into plugin_counts
           (tenant_id, day, plugin, plugin_version, scorer, outcome, reason, tier, bucket, attempts, seconds)
    select tasks.tenant_id, (clock_timestamp() at time zone 'UTC')::date, plugin, plugin_version, scorer, 'lost',
           case when tasks.state = 'dead' then 'dead' else '' end, coalesce(attempts.tier, ''), -1, count(*), 0
      from unnest($1::uuid[], $2::uuid[]) as gone (tenant_id, task_id)
      join run_tasks as tasks on tasks.tenant_id = gone.tenant_id and tasks.task_id = gone.task_id
      join attempts on attempts.tenant_id = gone.tenant_id and attempts.task_id = gone.task_id
           and attempts.attempt = tasks.attempt
     group by 1, 2, 3, 4, 5, 7, 8
     order by 1, 3, 4, 5, 7, 8
        on conflict (tenant_id, day, plugin, plugin_version, scorer, outcome, reason, tier, bucket) do update
       set attempts = plugin_counts.attempts + excluded.attempts
"""

READ = """
    select began, plugin, plugin_version, scorer, kind, name, attempts, seconds, tenants, largest
      from plugin_counters($1, $2, $3)
     where ($4::text is null or plugin = $4) and ($5::text is null or plugin_version = $5)
"""

TODAY = "select (clock_timestamp() at time zone 'UTC')::date as day"

SWEEP = """
    delete from plugin_counts
     where tenant_id = $1 and day < (clock_timestamp() at time zone 'UTC')::date - $2::integer
"""


async def finished(tx: TenantTx, claimed: Claimed, outcome: str, reason: str, tier: str, seconds: float) -> None:
    """Count an attempt that ended in a result. Only whoever holds the fence may."""
    told = (outcome, named(outcome, reason), tier, bucket(seconds), seconds)
    await tx.run(ADD, claimed.plugin, claimed.plugin_version, claimed.scorer, *told)


async def unfinished(
    tx: TenantTx, claimed: Claimed, outcome: Literal["given_back", "lost"], tier: str | None, *, dead: bool = False
) -> None:
    """Count an attempt at a task that came to no result; `dead`: it was the last one."""
    told = (outcome, "dead" if dead else "", tier or "", UNFINISHED, 0.0)
    await tx.run(ADD, claimed.plugin, claimed.plugin_version, claimed.scorer, *told)


async def lost(tx: Tx, tasks: Iterable[tuple[UUID, UUID]]) -> None:
    """Count the last attempts of these tasks (tenant, task) as lost with their workers; for the dispatcher."""
    tenants, names = zip(*tasks, strict=True)
    await tx.run(ADD_LOST, list(tenants), list(names))


async def read(
    tx: Tx, since: date, until: date, period: Period, plugin: str | None = None, version: str | None = None
) -> list[Counted]:
    """Return the figures of days from `since` to before `until`, over all tenants; for an operator."""
    await acting.operator(tx)
    return await tx.all(Counted, READ, since, until, period, plugin, version)


async def today(tx: Tx) -> date:
    """Return the database's day, of UTC: that by which attempts are counted."""
    (row,) = await tx.rows(TODAY)
    found: date = row["day"]
    return found


async def sweep(tx: TenantTx, days: int) -> int:
    """Forget a tenant's counts of days longer ago; return how many rows."""
    return await tx.run(SWEEP, days)
