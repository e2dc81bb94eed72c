"""Days of which events are removed: closed, then emptied, and at last without roll-ups, in bounded batches."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

from kithline_core.db.database import TenantTx

BATCH: Final = 5_000

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

FORGET_OPENINGS = """
    delete from opening
     where tenant_id = $1 and ctid = any(array(
           select ctid from opening where tenant_id = $1 and day = any($2::integer[]) limit $3))
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

# People of whom nothing may be kept stand in roll-ups that will never be made again.
FORGET_PEOPLE = """
      with final as materialized (
           select day
             from expired_days
            where tenant_id = $1 and emptied_at is not null),
           acted as (
           delete from activity_day
            where tenant_id = $1 and actor = any($2::text[]) and day in (select day from final)
        returning day, community, count),
           tied as (
           delete from tie_day
            where tenant_id = $1 and (actor = any($2::text[]) or target = any($2::text[]))
              and day in (select day from final)),
           used as (
           delete from item_use
            where tenant_id = $1 and (actor = any($2::text[]) or used_by = any($2::text[]))
              and day in (select day from final)),
           talked as (
           delete from opening
            where tenant_id = $1 and (asker = any($2::text[]) or answerer = any($2::text[]))
              and day in (select day from final))
    select day, community, sum(count)::bigint as count
      from acted
     group by day, community
"""

ROLLUPS: Final[Mapping[str, str]] = {
    "activity_day": FORGET_ACTIVITY,
    "tie_day": FORGET_TIES,
    "item_use": FORGET_ITEMS,
    "opening": FORGET_OPENINGS,
    "event_day": FORGET_EVENTS,
}


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


async def forget_people(tx: TenantTx, people: Sequence[str]) -> list[tuple[int, str | None, int]]:
    """Remove people from roll-ups that are final; return what they did there, by day and community."""
    return [(row["day"], row["community"], row["count"]) for row in await tx.rows(FORGET_PEOPLE, list(people))]
