"""Replays: results computed again from what they were computed from, when whose are due, and the alarm when one differs."""

from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from kithline_core import ids
from kithline_core.db import outbox
from kithline_core.db.database import TenantTx, Tx
from kithline_core.model.shapes import Stored

ALARM: Final = "replay_differs"
DAYS: Final = 7
Came = Literal["identical", "differs", "impossible"]

INSERT = """
    insert into replays (tenant_id, replay_id, result_id, outcome, reason, path, engine, nightly)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
"""

LAST = """
    select result_id, outcome, reason, path, engine, nightly, replayed_at
      from replays
     where tenant_id = $1 and result_id = $2
     order by replay_id desc
     limit 1
"""

# Those that were never replayed first, then those that waited longest; of equals a different few every night.
SAMPLE = """
    select result_inputs.result_id
      from result_inputs
      left join lateral (
           select max(replayed_at) as replayed_at
             from replays
            where replays.tenant_id = $1 and replays.result_id = result_inputs.result_id) as last on true
     where result_inputs.tenant_id = $1 and result_inputs.kept is not null
     order by last.replayed_at nulls first, md5(result_inputs.result_id::text || current_date::text)
     limit $2
"""

# A statement of the dispatcher's role: whose round is due, or was never fixed.
DUE = """
    select tenants.tenant_id
      from tenants
      left join replay_rounds on replay_rounds.tenant_id = tenants.tenant_id
     where next_at is null or next_at <= now()
     order by tenants.tenant_id
     limit $1
"""

# The first round comes at any time within a day, so that not all tenants' come at once.
NEXT = """
    insert into replay_rounds (tenant_id, next_at)
    values ($1, now() + random() * interval '1 day')
        on conflict (tenant_id) do update
       set next_at = now() + interval '1 day'
 returning xmax <> 0 as due
"""

# The newest of each result stays: it is what the result's last replay came to.
SWEEP = """
    delete from replays
     where tenant_id = $1
       and replay_id in (
           select old.replay_id
             from replays as old
            where old.tenant_id = $1 and old.replayed_at < now() - make_interval(days => $2)
              and exists (
                  select
                    from replays as newer
                   where newer.tenant_id = $1 and newer.result_id = old.result_id and newer.replay_id > old.replay_id)
            order by old.replay_id
            limit $3)
"""

RAISE = """
    insert into alarms (alarm)
    values ($1)
        on conflict (alarm) do update
       set times = alarms.times + 1, raised_at = now()
"""

RAISED = "select times, raised_at from alarms where alarm = $1 and raised_at > now() - make_interval(days => $2)"


class Replayed(Stored, frozen=True):
    """What came of a replay. `reason`: why it was impossible; `path`: where the document differs first."""

    result_id: UUID
    outcome: Came
    reason: str | None
    path: str | None
    engine: str
    nightly: bool
    replayed_at: datetime | None = None


class Alarm(Stored, frozen=True):
    """How often something happened that never should, and when last."""

    times: int
    raised_at: datetime


async def store(tx: TenantTx, new: Replayed) -> None:
    """Write a replay down; one that differs is told to whoever listens, and raises the alarm."""
    await tx.run(INSERT, ids.new(), new.result_id, new.outcome, new.reason, new.path, new.engine, new.nightly)
    if new.outcome == "differs":
        told = {"result": ids.show("result", new.result_id), "path": new.path}
        await outbox.add(tx, tx.tenant_id, "replay.differs", new.result_id, told)
        await tx.connection.execute(RAISE, ALARM)


async def last(tx: TenantTx, result_id: UUID) -> Replayed | None:
    """Return the last replay of a result."""
    return await tx.maybe(Replayed, LAST, result_id)


async def sample(tx: TenantTx, most: int) -> list[UUID]:
    """Return results to replay: of those that can be, the ones that waited longest."""
    return [row["result_id"] for row in await tx.rows(SAMPLE, most)]


async def due(tx: Tx, most: int = 100) -> list[UUID]:
    """Return tenants whose round is due; a statement of the dispatcher's role."""
    return [row["tenant_id"] for row in await tx.rows(DUE, most)]


async def begin(tx: TenantTx) -> bool:
    """Fix the next round. False: it is the first that is fixed, so nothing is due yet."""
    (row,) = await tx.rows(NEXT)
    return bool(row["due"])


async def sweep(tx: TenantTx, days: int, most: int = 5000) -> int:
    """Forget what came of up to so many replays longer ago, but for the newest of each result; return of how many."""
    return await tx.run(SWEEP, days, most)


async def raised(tx: Tx) -> Alarm | None:
    """Return the alarm of the last days, if there was one."""
    row = await tx.connection.fetchrow(RAISED, ALARM, DAYS)
    return None if row is None else Alarm(**row)
