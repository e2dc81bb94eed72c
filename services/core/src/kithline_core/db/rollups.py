"""Daily roll-ups of events, in SQL: the twin of `engine.rollups`. A property test holds them together."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from kithline_core.db.database import Database, TenantTx, Tx

# Oldest first and only so many: whoever sends events of these days waits until they are rolled up.
DIRTY = "select day from dirty_days where tenant_id = $1 and day > $2 order by day limit $3"

# Days that somebody else is rolling up are waited for, and are not taken by then: which says nothing about later ones.
# A day of which events were removed would count too few: its roll-up stays as it is.
TAKE = """
    delete from dirty_days
     where tenant_id = $1 and day = any($2::integer[])
 returning day, exists (select from expired_days
                         where expired_days.tenant_id = $1 and expired_days.day = dirty_days.day
                           and emptied_at is not null) as final
"""

DIRTY_TENANTS = "select distinct tenant_id from dirty_days order by tenant_id limit $1"

FORGET_ACTIVITY = "delete from activity_day where tenant_id = $1 and day = any($2::integer[])"
FORGET_TIES = "delete from tie_day where tenant_id = $1 and day = any($2::integer[])"
FORGET_ITEMS = "delete from item_use where tenant_id = $1 and day = any($2::integer[])"
FORGET_OPENINGS = "delete from opening where tenant_id = $1 and day = any($2::integer[])"
FORGET_EVENTS = "delete from event_day where tenant_id = $1 and day = any($2::integer[])"

# An event whose text was said before, anywhere in the tenant's history, is left out of all but event_day, unless it
# is the same message (source, actor, object) to somebody else. A column that is null forms a group of its own.
# The number of different targets of a message is its last target's rank. Joins go through an index by `lateral`:
# estimates are worth nothing while a tenant's first data come in, and a wrong one turns seconds into minutes.
# So a thread's source is made a text of: an index that begins with tenant and source would do as well, for all they know.
# An answer belongs to the day of what it answers; see `model.openings` for what is either.
ROLL_UP = """
      with dirty as materialized (
           select source, id, day, occurred_at, actor, verb, target, community, channel, thread, parent, object, kind,
                  text_hash, coalesce(count, 1) as count
             from events
            where tenant_id = $1 and day = any($2::integer[]) and withdrawn_at is null),
           kept as materialized (
           select dirty.*
             from dirty
             left join lateral (
                  select source, id, actor, object
                    from events
                   where tenant_id = $1 and text_hash = dirty.text_hash and dirty.text_hash is not null
                     and withdrawn_at is null
                   order by occurred_at, source, id
                   limit 1) as first on true
            where dirty.text_hash is null
               or (first.source, first.id) = (dirty.source, dirty.id)
               or (first.source, first.actor, first.object) = (dirty.source, dirty.actor, dirty.object)),
           ranked as (
           select day, community, channel, actor, target, verb, kind, source, object, count, occurred_at,
                  dense_rank() over (partition by source, actor, verb, object, day order by target) as target_rank
             from kept
            where target is not null),
           aimed as (
           select day, community, channel, actor, target, verb, kind, count, occurred_at,
                  case when object is null then 1
                       else max(target_rank) over (partition by source, actor, verb, object, day)
                  end as recipients
             from ranked),
           activity as (
           insert into activity_day (tenant_id, day, community, channel, actor, verb, kind, count, first_at, last_at)
           select $1, day, community, channel, actor, verb, kind, sum(count),
                  extract(epoch from min(occurred_at)) * 1000000, extract(epoch from max(occurred_at)) * 1000000
             from kept
            group by day, community, channel, actor, verb, kind),
           ties as (
           insert into tie_day
                  (tenant_id, day, community, channel, actor, target, verb, kind, recipients, count, first_at, last_at)
           select $1, day, community, channel, actor, target, verb, kind, recipients, sum(count),
                  extract(epoch from min(occurred_at)) * 1000000, extract(epoch from max(occurred_at)) * 1000000
             from aimed
            group by day, community, channel, actor, target, verb, kind, recipients),
           items as (
           insert into item_use (tenant_id, day, item, actor, used_by, community, practice_community)
           select $1, day, source || '/' || id, actor, null, community, null
             from kept
            where kind = 'practice'
            union all
           select $1, kept.day, practice.source || '/' || practice.id, practice.actor, kept.actor, kept.community,
                  practice.community
             from kept
            cross join lateral (
                  select source, id, actor, object, text_hash, community
                    from events
                   where tenant_id = $1 and source = kept.source and id = kept.parent and kind = 'practice'
                     and withdrawn_at is null
                  offset 0) as practice
             left join lateral (
                  select source, id, actor, object
                    from events
                   where tenant_id = $1 and text_hash = practice.text_hash and practice.text_hash is not null
                     and withdrawn_at is null
                   order by occurred_at, source, id
                   limit 1) as first on true
            where practice.actor <> kept.actor
              and (practice.text_hash is null
                   or (first.source, first.id) = (practice.source, practice.id)
                   or (first.source, first.actor, first.object)
                      = (practice.source, practice.actor, practice.object))),
           asked as materialized (
           select source, id, day, community, channel, case when kind = 'question' then kind else 'post' end as kind,
                  actor, occurred_at, thread
             from kept
            where (kind = 'question' and contributes(verb))
               or (verb = 'posted' and parent is null
                   and (thread is null
                        or id = (
                           select id
                             from events
                            where tenant_id = $1 and thread = kept.thread and source || '' = kept.source
                              and withdrawn_at is null and contributes(verb)
                            order by occurred_at, id
                            limit 1)))),
           answered as (
           select distinct on (asked.community, asked.channel, asked.kind, asked.actor, asked.occurred_at, answer.actor)
                  asked.day, asked.community, asked.channel, asked.kind, asked.actor, asked.occurred_at,
                  answer.actor as answerer, answer.occurred_at as answered_at, answer.community as answer_community,
                  answer.channel as answer_channel
             from asked
            cross join lateral (
                  select source, id, occurred_at, actor, verb, community, channel, object, text_hash, text_length
                    from events
                   where tenant_id = $1 and source = asked.source and parent = asked.id
                     and occurred_at >= asked.occurred_at and withdrawn_at is null
                   union all
                  (select source, id, occurred_at, actor, verb, community, channel, object, text_hash, text_length
                     from events
                    where tenant_id = $1 and thread = asked.thread and source || '' = asked.source
                      and occurred_at > asked.occurred_at and withdrawn_at is null
                    order by occurred_at, id)
                  offset 0) as answer
             left join lateral (
                  select source, id, actor, object
                    from events
                   where tenant_id = $1 and text_hash = answer.text_hash and answer.text_hash is not null
                     and withdrawn_at is null
                   order by occurred_at, source, id
                   limit 1) as first on true
            where answer.actor <> asked.actor and contributes(answer.verb)
              and (answer.text_length is null or answer.text_length >= 10)
              and (answer.text_hash is null
                   or (first.source, first.id) = (answer.source, answer.id)
                   or (first.source, first.actor, first.object) = (answer.source, answer.actor, answer.object))
            order by asked.community, asked.channel, asked.kind, asked.actor, asked.occurred_at, answer.actor,
                  answer.occurred_at, answer.source, answer.id),
           openings as (
           insert into opening (tenant_id, day, community, channel, kind, asker, opened_at, answerer, answered_at,
                                answer_community, answer_channel)
           select distinct $1, day, community, channel, kind, actor, (extract(epoch from occurred_at) * 1000000)::bigint,
                  null::text, null::bigint, null::text, null::text
             from asked
            union all
           select $1, day, community, channel, kind, actor, (extract(epoch from occurred_at) * 1000000)::bigint, answerer,
                  (extract(epoch from answered_at) * 1000000)::bigint, answer_community, answer_channel
             from answered)
    insert into event_day (tenant_id, day, count, ids_hash)
    select $1, day, count(*), encode(sha256(string_agg(line, ''::bytea order by line)), 'hex')
      from dirty
     cross join lateral (
           select convert_to(source, 'UTF8') || '\\x00'::bytea || convert_to(id, 'UTF8') || '\\x0a'::bytea) as told (line)
     group by day
"""


# Days that are rolled up in one transaction, and in one statement.
_AT_ONCE: Final = 8
_NEVER: Final = -(2**31)
_ALL: Final = 2**31 - 1


async def refresh(tx: TenantTx) -> int:
    """Roll up the tenant's dirty days again; return how many there were."""
    return await _roll_up(tx, await _dirty(tx, _NEVER, _ALL))


async def catch_up(db: Database, tenant_id: UUID) -> int:
    """Roll up the days that are dirty by now, some at a time, so that nobody waits for all; return how many."""
    done, after = 0, _NEVER
    while True:
        async with db.tenant(tenant_id) as tx:
            days = await _dirty(tx, after, _AT_ONCE)
            done += await _roll_up(tx, days)
        if not days:
            return done
        after = days[-1]


async def _dirty(tx: TenantTx, after: int, most: int) -> list[int]:
    return [row["day"] for row in await tx.rows(DIRTY, after, most)]


async def _roll_up(tx: TenantTx, dirty: Sequence[int]) -> int:
    taken = await tx.rows(TAKE, dirty) if dirty else []
    days = sorted(row["day"] for row in taken if not row["final"])
    for at in range(0, len(days), _AT_ONCE):
        part = days[at : at + _AT_ONCE]
        for forget in (FORGET_ACTIVITY, FORGET_TIES, FORGET_ITEMS, FORGET_OPENINGS, FORGET_EVENTS):
            await tx.run(forget, part)
        await tx.run(ROLL_UP, part)
    return len(days)


async def dirty_tenants(tx: Tx, most: int = 100) -> list[UUID]:
    """Return tenants with dirty days; a statement of the dispatcher's role."""
    return [row["tenant_id"] for row in await tx.rows(DIRTY_TENANTS, most)]
