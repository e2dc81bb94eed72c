"""How long data stay, and what of them that concerns now. The days themselves stand in `expired_days`."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from kithline_core.db import datasets, grounds
from kithline_core.db.database import TenantTx, Tx
from kithline_core.errors import Invalid
from kithline_core.model.retention import EVENTS_DAYS, ROLLUPS_DAYS, AskedRetention, Leaving, Policy, Terms

GET = "select chosen, events_days, rollups_days, next_at, last_at from retention where tenant_id = $1"

CHOOSE = """
    insert into retention (tenant_id, chosen, events_days, rollups_days)
    values ($1, true, $2, $3)
        on conflict (tenant_id) do update
       set chosen = true, events_days = excluded.events_days, rollups_days = excluded.rollups_days
"""

LOOKED = """
    insert into retention (tenant_id, next_at)
    values ($1, now() + interval '1 day')
        on conflict (tenant_id) do update
       set next_at = excluded.next_at
"""

RAN = """
    insert into retention (tenant_id, last_at)
    values ($1, now())
        on conflict (tenant_id) do update
       set last_at = excluded.last_at
"""

# A statement of the dispatcher's role: whose daily look is due.
DUE = """
    select tenants.tenant_id
      from tenants
      left join retention on retention.tenant_id = tenants.tenant_id
     where next_at is null or next_at <= now()
     order by tenants.tenant_id
     limit $1
"""

NOW = "select $1::uuid as tenant_id, now() as moment"

# One row per table, for events that came in before $2 and roll-ups whose last event came in before $3.
ESTIMATE = """
      with emptied as materialized (
           select day, received_at
             from expired_days
            where tenant_id = $1 and emptied_at is not null and forgotten_at is null and received_at < $3
            union
           select day, max(received_at)
             from events
            where tenant_id = $1 and $3::timestamptz is not null
            group by day
           having max(received_at) < $3)
    select 'events' as table, count(*) as rows, min(received_at) as oldest
      from events
     where tenant_id = $1 and received_at < $2
 union all
    select 'activity_day', count(*), min(received_at) from activity_day join emptied using (day) where tenant_id = $1
 union all
    select 'tie_day', count(*), min(received_at) from tie_day join emptied using (day) where tenant_id = $1
 union all
    select 'item_use', count(*), min(received_at) from item_use join emptied using (day) where tenant_id = $1
 union all
    select 'opening', count(*), min(received_at) from opening join emptied using (day) where tenant_id = $1
 union all
    select 'event_day', count(*), min(received_at) from event_day join emptied using (day) where tenant_id = $1
 union all
    select 'batch_rows', count(*), min(noted_at) from batch_rows where tenant_id = $1 and noted_at < $2
 union all
    select 'corrected_rows', count(*), min(noted_at) from corrected_rows where tenant_id = $1 and noted_at < $2
 union all
    select 'kept_snapshots', count(*), min(kept_at)
      from kept_snapshots
     where tenant_id = $1 and people is not null and kept_at < $3
"""


class _Stored(msgspec.Struct, frozen=True):
    chosen: bool = False
    events_days: int | None = None
    rollups_days: int | None = None
    next_at: datetime | None = None
    last_at: datetime | None = None


class Cutoffs(msgspec.Struct, frozen=True):
    """What came in before these instants leaves; None: nothing does."""

    events: datetime | None
    rollups: datetime | None


async def policy(tx: TenantTx) -> Policy:
    """Return what was asked (else the default of the dataset's nature), shortened by the grounds in force."""
    kept = await tx.maybe(_Stored, GET) or _Stored()
    private = (await datasets.get(tx)).nature == "private"
    default = Terms(events_days=EVENTS_DAYS, rollups_days=ROLLUPS_DAYS) if private else Terms()
    asked = Terms(events_days=kept.events_days, rollups_days=kept.rollups_days) if kept.chosen else default
    bounds = {ground.id: ground.retention_days for ground in await grounds.in_force(tx)}
    holds = Terms(
        events_days=_shortest(asked.events_days, bounds.values()),
        rollups_days=_shortest(asked.rollups_days, bounds.values()),
    )
    shortening = [name for name, days in bounds.items() if days is not None and days in _changed(asked, holds)]
    return Policy(
        chosen=kept.chosen,
        asked=asked,
        holds=holds,
        shortened_by=shortening,
        next_at=kept.next_at,
        last_at=kept.last_at,
    )


def _shortest(asked: int | None, bounds: Collection[int | None]) -> int | None:
    return min((days for days in (asked, *bounds) if days is not None), default=None)


def _changed(asked: Terms, holds: Terms) -> set[int | None]:
    return {
        after
        for before, after in ((asked.events_days, holds.events_days), (asked.rollups_days, holds.rollups_days))
        if before != after
    }


async def choose(tx: TenantTx, asked: AskedRetention) -> None:
    """Set what shall hold. Raises Invalid for roll-ups that would go before the events they are made of."""
    if asked.rollups_days is not None and (asked.events_days is None or asked.rollups_days < asked.events_days):
        raise Invalid("roll-ups stay at least as long as the events they are made of", pointer="/rollups_days")
    await tx.run(CHOOSE, asked.events_days, asked.rollups_days)


async def looked(tx: TenantTx) -> None:
    """Say that the daily look took place; the next is in a day."""
    await tx.run(LOOKED)


async def ran(tx: TenantTx) -> None:
    """Say that a run ended."""
    await tx.run(RAN)


async def due(tx: Tx, most: int = 100) -> list[UUID]:
    """Return tenants whose daily look is due; a statement of the dispatcher's role."""
    return [row["tenant_id"] for row in await tx.rows(DUE, most)]


async def now(tx: TenantTx) -> datetime:
    """Return the database's clock."""
    (row,) = await tx.rows(NOW)
    found: datetime = row["moment"]
    return found


async def cutoffs(tx: TenantTx, terms: Terms) -> Cutoffs:
    """Return the instants behind these terms, as of now."""
    moment = await now(tx)
    return Cutoffs(*(None if days is None else moment - timedelta(days=days) for days in _days(terms)))


def _days(terms: Terms) -> tuple[int | None, int | None]:
    return terms.events_days, terms.rollups_days


async def estimate(tx: TenantTx, at: Policy) -> list[Leaving]:
    """Return what a run would remove now, table by table."""
    before = await cutoffs(tx, at.holds)
    if before.events is None:
        return []
    return await tx.all(Leaving, ESTIMATE, before.events, before.rollups)
