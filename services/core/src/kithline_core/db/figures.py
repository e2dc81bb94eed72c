"""How the installation stands: counted by a dispatcher, who sees every tenant's states, read by whoever may see none.

What is stored is numbers. Each statement touches what is open, or today's counts: history costs nothing.
"""

from typing import Any

import asyncpg
import msgspec

from kithline_core.db.database import Tx
from kithline_core.model.figures import Alarm, Attempts, Figures, Told, Took

# Statements of the dispatcher's role.
RUNS = """
    select state, count(*) as number
      from runs
     where (tenant_id, run_id) in (select tenant_id, run_id from run_tasks where state in ('queued', 'leased'))
     group by state
"""

TASKS = """
    select state, waits_for, count(*) as number,
           extract(epoch from clock_timestamp() - min(created_at))::double precision as oldest
      from run_tasks
     where state in ('queued', 'leased')
     group by state, waits_for
"""

ERRANDS = """
    select case when lease_until > clock_timestamp() then 'leased' else 'waiting' end as state, count(*) as number
      from errands
     where finished_at is null
     group by 1
"""

JOBS = "select state, count(*) as number from jobs where finished_at is null group by state"

# The beginning of the transaction, not the clock: with that, the days would not be found by their index.
ATTEMPTS = """
    select plugin, plugin_version as version, scorer, outcome, reason, sum(attempts)::bigint as attempts
      from plugin_counts
     where day = (now() at time zone 'UTC')::date
     group by 1, 2, 3, 4, 5
     order by 1, 2, 3, 4, 5
"""

TOOK = """
      with by_bucket as (
           select plugin, plugin_version as version, scorer, bucket, sum(attempts)::bigint as attempts,
                  sum(seconds) as seconds
             from plugin_counts
            where day = (now() at time zone 'UTC')::date and bucket >= 0
            group by 1, 2, 3, 4)
    select plugin, version, scorer, jsonb_object_agg(bucket, attempts) as buckets, sum(seconds) as seconds
      from by_bucket
     group by 1, 2, 3
     order by 1, 2, 3
"""

TELL = """
    insert into figures (figure, told)
    values ('installation', $1)
        on conflict (figure) do update
       set told = excluded.told, told_at = now()
"""

# From here on the app's.
LAST = "select told, told_at from figures where figure = 'installation'"

ALARMS = "select alarm, times, raised_at from alarms order by alarm"


async def gather(tx: Tx) -> Figures:
    """Count what is open now and what ended today, over all tenants; for the dispatcher."""
    tasks = await tx.rows(TASKS)
    free = [row["oldest"] for row in tasks if row["state"] == "queued" and row["waits_for"] is None]
    states = {
        state: sum(row["number"] for row in tasks if row["state"] == state) for state in {row["state"] for row in tasks}
    }
    return Figures(
        runs=_numbers(await tx.rows(RUNS)), tasks=states,
        held={row["waits_for"]: row["number"] for row in tasks if row["state"] == "queued" and row["waits_for"]},
        oldest_seconds=max(free, default=0.0), errands=_numbers(await tx.rows(ERRANDS)),
        jobs=_numbers(await tx.rows(JOBS)), attempts=await tx.all(Attempts, ATTEMPTS), took=await tx.all(Took, TOOK),
    )  # fmt: skip


async def tell(tx: Tx) -> None:
    """Write down how the installation stands now; for the dispatcher."""
    await tx.run(TELL, await gather(tx))


async def last(tx: Tx) -> Told | None:
    """Return what was written down last; None before the first dispatcher, or where another version wrote it."""
    rows = await tx.rows(LAST)
    try:
        return Told(msgspec.convert(rows[0]["told"], Figures, str_keys=True), rows[0]["told_at"]) if rows else None
    except msgspec.ValidationError:
        return None


async def alarms(tx: Tx) -> list[Alarm]:
    """Return what was ever raised."""
    return await tx.all(Alarm, ALARMS)


def _numbers(rows: list[asyncpg.Record]) -> dict[str, Any]:
    return {row["state"]: row["number"] for row in rows}
