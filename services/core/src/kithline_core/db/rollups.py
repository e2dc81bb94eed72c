"""Daily roll-ups of events, in SQL: the twin of `engine.rollups`. A property test holds them together."""

from uuid import UUID

from kithline_core.db.database import TenantTx, Tx

TAKE = "delete from dirty_days where tenant_id = $1 returning day"

DIRTY_TENANTS = "select distinct tenant_id from dirty_days order by tenant_id limit $1"

FORGET_ACTIVITY = "delete from activity_day where tenant_id = $1 and day = any($2::integer[])"
FORGET_TIES = "delete from tie_day where tenant_id = $1 and day = any($2::integer[])"
FORGET_ITEMS = "delete from item_use where tenant_id = $1 and day = any($2::integer[])"
FORGET_EVENTS = "delete from event_day where tenant_id = $1 and day = any($2::integer[])"

# An event whose text was said before, anywhere in the tenant's history, is left out of all but event_day, unless it
# is the same message (source, actor, object) to somebody else. A column that is null forms a group of its own.
ROLL_UP = """
      with dirty as materialized (
           select source, id, day, occurred_at, actor, verb, target, community, channel, parent, object, kind,
                  text_hash, coalesce(count, 1) as count
             from events
            where tenant_id = $1 and day = any($2::integer[])),
           firsts as materialized (
           select distinct on (text_hash) text_hash, source, id, actor, object
             from events
            where tenant_id = $1
              and text_hash in (select text_hash from dirty where text_hash is not null)
            order by text_hash, occurred_at, source, id),
           kept as materialized (
           select dirty.*
             from dirty
             left join firsts using (text_hash)
            where dirty.text_hash is null
               or (firsts.source, firsts.id) = (dirty.source, dirty.id)
               or (firsts.source, firsts.actor, firsts.object) = (dirty.source, dirty.actor, dirty.object)),
           reached as materialized (
           select source, actor, verb, object, day, count(distinct target) as recipients
             from kept
            where target is not null and object is not null
            group by source, actor, verb, object, day),
           origins as materialized (
           select practice.source, practice.id, practice.actor
             from (select distinct source, parent from kept where parent is not null) as named
             join events as practice
               on practice.tenant_id = $1 and practice.source = named.source and practice.id = named.parent
             left join lateral (
                  select source, id, actor, object
                    from events
                   where tenant_id = $1 and text_hash = practice.text_hash
                   order by occurred_at, source, id
                   limit 1) as first on true
            where practice.kind = 'practice'
              and (practice.text_hash is null
                   or (first.source, first.id) = (practice.source, practice.id)
                   or (first.source, first.actor, first.object)
                      = (practice.source, practice.actor, practice.object))),
           activity as (
           insert into activity_day (tenant_id, day, community, channel, actor, verb, kind, count, first_at, last_at)
           select $1, day, community, channel, actor, verb, kind, sum(count),
                  extract(epoch from min(occurred_at)) * 1000000, extract(epoch from max(occurred_at)) * 1000000
             from kept
            group by day, community, channel, actor, verb, kind),
           ties as (
           insert into tie_day
                  (tenant_id, day, community, channel, actor, target, verb, kind, recipients, count, first_at, last_at)
           select $1, day, community, channel, actor, target, verb, kind, coalesce(recipients, 1), sum(count),
                  extract(epoch from min(occurred_at)) * 1000000, extract(epoch from max(occurred_at)) * 1000000
             from kept
             left join reached using (source, actor, verb, object, day)
            where target is not null
            group by day, community, channel, actor, target, verb, kind, coalesce(recipients, 1)),
           items as (
           insert into item_use (tenant_id, day, item, actor, used_by)
           select $1, day, source || '/' || id, actor, null
             from kept
            where kind = 'practice'
            union all
           select $1, kept.day, origins.source || '/' || origins.id, origins.actor, kept.actor
             from kept
             join origins on origins.source = kept.source and origins.id = kept.parent
            where origins.actor <> kept.actor)
    insert into event_day (tenant_id, day, count, ids_hash)
    select $1, day, count(*), encode(sha256(string_agg(line, ''::bytea order by line)), 'hex')
      from dirty
     cross join lateral (
           select convert_to(source, 'UTF8') || '\\x00'::bytea || convert_to(id, 'UTF8') || '\\x0a'::bytea) as told (line)
     group by day
"""


async def refresh(tx: TenantTx) -> int:
    """Roll up the tenant's dirty days again; return how many there were."""
    days = [row["day"] for row in await tx.rows(TAKE)]
    if days:
        for forget in (FORGET_ACTIVITY, FORGET_TIES, FORGET_ITEMS, FORGET_EVENTS):
            await tx.run(forget, days)
        await tx.run(ROLL_UP, days)
    return len(days)


async def dirty_tenants(tx: Tx, most: int = 100) -> list[UUID]:
    """Return tenants with dirty days; a statement of the dispatcher's role."""
    return [row["tenant_id"] for row in await tx.rows(DIRTY_TENANTS, most)]
