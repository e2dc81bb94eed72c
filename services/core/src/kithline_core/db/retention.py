"""How long data stay, which days that concerns, and the batches that take them away."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from kithline_core.db import datasets, grounds
from kithline_core.db.database import TenantTx, Tx
from kithline_core.errors import Invalid
from kithline_core.model.retention import EVENTS_DAYS, ROLLUPS_DAYS, AskedRetention, Leaving, Policy, Terms

BATCH: Final = 5_000

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
    select 'event_day', count(*), min(received_at) from event_day join emptied using (day) where tenant_id = $1
 union all
    select 'batch_rows', count(*), min(noted_at) from batch_rows where tenant_id = $1 and noted_at < $2
 union all
    select 'corrected_rows', count(*), min(noted_at) from corrected_rows where tenant_id = $1 and noted_at < $2
"""

CLOSE = """
      with leaving as materialized (
           select day
             from events
            where tenant_id = $1 and received_at < $2
            group by day)
    insert into expired_days (tenant_id, day, received_at)
    select $1, day, max(events.received_at)
      from leaving
      join events using (day)
     where events.tenant_id = $1
     group by day
        on conflict (tenant_id, day) do update
       set received_at = greatest(expired_days.received_at, excluded.received_at)
 returning day
"""

EMPTIED = """
    update expired_days
       set emptied_at = coalesce(emptied_at, now())
     where tenant_id = $1 and day = any($2::integer[])
"""

REMOVE = """
      with leaving as (
           select source, id
             from events
            where tenant_id = $1 and day = any($2::integer[]) and received_at < $3
            limit $4)
    delete from events
     using leaving
     where events.tenant_id = $1 and events.source = leaving.source and events.id = leaving.id
"""

FORGET = """
    update expired_days
       set forgotten_at = now()
     where tenant_id = $1 and day in (
           select day
             from expired_days
            where tenant_id = $1 and emptied_at is not null and forgotten_at is null and received_at < $2
            order by day
            limit $3)
 returning day
"""

FORGET_ACTIVITY = """
    delete from activity_day
     where tenant_id = $1 and ctid = any(array(
           select ctid from activity_day where tenant_id = $1 and day = any($2::integer[]) limit $3))
       and day = any($2::integer[])
"""

FORGET_TIES = """
    delete from tie_day
     where tenant_id = $1 and ctid = any(array(
           select ctid from tie_day where tenant_id = $1 and day = any($2::integer[]) limit $3))
       and day = any($2::integer[])
"""

FORGET_ITEMS = """
    delete from item_use
     where tenant_id = $1 and ctid = any(array(
           select ctid from item_use where tenant_id = $1 and day = any($2::integer[]) limit $3))
       and day = any($2::integer[])
"""

FORGET_EVENTS = """
    delete from event_day
     where tenant_id = $1 and ctid = any(array(
           select ctid from event_day where tenant_id = $1 and day = any($2::integer[]) limit $3))
       and day = any($2::integer[])
"""

EXPIRED = "select day from expired_days where tenant_id = $1 and day = any($2::integer[])"

LAST_FORGOTTEN = """
    select max(day) as day
      from expired_days
     where tenant_id = $1 and forgotten_at is not null and day between $2 and $3
"""

ROLLUPS: Final[Mapping[str, str]] = {
    "activity_day": FORGET_ACTIVITY,
    "tie_day": FORGET_TIES,
    "item_use": FORGET_ITEMS,
    "event_day": FORGET_EVENTS,
}


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


async def close(tx: TenantTx, before: datetime) -> list[int]:
    """Close the days with events that came in before; return them. The door takes no more of these from COMMIT on."""
    return sorted(row["day"] for row in await tx.rows(CLOSE, before))


async def remove(tx: TenantTx, days: Sequence[int], before: datetime) -> int:
    """Remove up to BATCH events of closed days that came in before; their roll-ups are final from now on."""
    await tx.run(EMPTIED, list(days))
    return await tx.run(REMOVE, list(days), before, BATCH)


async def forget(tx: TenantTx, before: datetime, most: int) -> list[int]:
    """Give up the roll-ups of the next days whose last event came in before; return the days, whose rows may now go."""
    return sorted(row["day"] for row in await tx.rows(FORGET, before, most))


async def remove_rollups(tx: TenantTx, days: Sequence[int]) -> dict[str, int]:
    """Remove up to BATCH rows of each roll-up of these days; return how many of each."""
    return {table: await tx.run(sql, list(days), BATCH) for table, sql in ROLLUPS.items()}


async def expired(tx: TenantTx, days: Collection[int]) -> set[int]:
    """Return those of these days that take no more events."""
    return {row["day"] for row in await tx.rows(EXPIRED, sorted(set(days)))}


async def last_forgotten(tx: TenantTx, first: int, last: int) -> int | None:
    """Return the last of these days whose roll-ups are gone; None when all are there."""
    (row,) = await tx.rows(LAST_FORGOTTEN, first, last)
    found: int | None = row["day"]
    return found
