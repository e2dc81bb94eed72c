"""Days whose roll-ups are to be made again, and the results that rested on them.

Whoever adds, withdraws or removes events takes `QUEUE` first, and marks them while they count.
"""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from kithline_core.db import stale
from kithline_core.db.database import TenantTx

# Source, id, day, kind and the hash of the text of an event.
Touched: TypeAlias = tuple[str, str, int, str | None, bytes | None]

# Two batches that share a text must see each other's events before they say which days changed.
# Whoever holds this may have to mark results: that lock comes first, or two could wait for each other.
QUEUE = """
    select pg_advisory_xact_lock_shared(hashtextextended('results of ' || $1::uuid::text, 0)) as tenant_id,
           pg_advisory_xact_lock(hashtextextended('events of ' || $1::uuid::text, 0)) as alone
"""

# An event can change other days: as the first with its text it silences later ones, a practice that comes after its
# uses gives them something to use, and an answer belongs to the day of what it answers. In a thread that is what began
# it, before or after the change: of what was not touched, the first. Without the event, the same days change back.
# Every join goes through an index by `lateral`: estimates are worth nothing while a tenant's first data come in. Of the
# source of a thread a text is made, lest an index be taken that begins with the tenant and the source.
FOLLOWERS = """
      with touched as materialized (
           select *
             from unnest($2::text[], $3::text[], $4::text[], $5::bytea[]) as sent (source, id, kind, text_hash)),
           openers as materialized (
           select touched.text_hash
             from touched
            cross join lateral (
                  select source, id
                    from events
                   where tenant_id = $1 and text_hash = touched.text_hash and withdrawn_at is null
                   order by occurred_at, source, id
                   limit 1) as first
            where (first.source, first.id) = (touched.source, touched.id)),
           moved as materialized (
           select source, id, kind, null::integer as day
             from touched
            union all
           select later.source, later.id, later.kind, later.day
             from openers
            cross join lateral (
                  select source, id, kind, day
                    from events
                   where tenant_id = $1 and text_hash = openers.text_hash and withdrawn_at is null
                  offset 0) as later),
           answers as materialized (
           select answer.source, answer.parent, answer.thread
             from moved
            cross join lateral (
                  select source, verb, parent, thread
                    from events
                   where tenant_id = $1 and source = moved.source and id = moved.id
                  offset 0) as answer
            where (answer.parent is not null or answer.thread is not null) and contributes(answer.verb))
    select day
      from moved
     where day is not null
     union
    select used.day
      from moved
     cross join lateral (
           select day
             from events
            where tenant_id = $1 and source = moved.source and parent = moved.id
           offset 0) as used
     where moved.kind = 'practice'
     union
    select parent.day
      from answers
     cross join lateral (
           select day, kind, verb, parent
             from events
            where tenant_id = $1 and source = answers.source and id = answers.parent
           offset 0) as parent
     where parent.kind = 'question' or (parent.verb = 'posted' and parent.parent is null)
     union
    select opening.day
      from (select distinct source, thread from answers where thread is not null) as thread
     cross join lateral (
           select day
             from (select day, verb, parent
                     from events
                    where tenant_id = $1 and events.thread = thread.thread and source || '' = thread.source
                      and withdrawn_at is null and contributes(verb)
                      and (source, id) not in (select source, id from touched)
                    order by occurred_at, id
                    limit 1) as head
            where verb = 'posted' and parent is null
            union all
           (select day
              from events
             where tenant_id = $1 and events.thread = thread.thread and source || '' = thread.source and kind = 'question'
               and withdrawn_at is null
             order by occurred_at, id)
           offset 0) as opening
"""

# Raising `marks` takes the row's lock, so that a roll-up of that day which is under way and cannot see us yet waits for
# this transaction or leaves the mark standing.
DIRTY = """
    insert into dirty_days (tenant_id, day)
    select $1, day
      from unnest($2::integer[]) as day
        on conflict (tenant_id, day) do update
       set marks = dirty_days.marks + 1, marked_at = now()
"""


async def mark(tx: TenantTx, touched: Sequence[Touched]) -> list[int]:
    """Mark the days that these events change while they count, and the results that rest on them; return the days."""
    return await spread(tx, {day for _, _, day, _, _ in touched}, touched)


async def spread(tx: TenantTx, days: Iterable[int], touched: Iterable[Touched]) -> list[int]:
    """Mark days, and those that events change besides their own; return all of them."""
    told = sorted({*days, *await _followers(tx, touched)})
    if told:
        await tx.run(DIRTY, told)
        await stale.days(tx, told)
    return told


async def _followers(tx: TenantTx, touched: Iterable[Touched]) -> set[int]:
    moving = [(source, name, kind, text) for source, name, _, kind, text in touched]
    if not moving:
        return set()
    return {row["day"] for row in await tx.rows(FOLLOWERS, *map(list, zip(*moving, strict=True)))}
