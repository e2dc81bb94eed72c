"""The way in for a batch of events: a temporary table of the connection's own, filled by COPY, emptied by COMMIT.

Arrays cost the sender of a statement three times what COPY costs, and a row that may meet its twin (`on conflict`) costs
the server half as much again as one that is simply put there. So a batch is first taken for new; only when one of its
events is here already is it gone through row by row.
"""

from collections.abc import Sequence
from typing import Final, Literal

from kithline_core import ids
from kithline_core.db import bulk, marks, stale
from kithline_core.db.database import TenantTx

Name = tuple[str, str]
Outcome = Literal["met", "moving", "settled"]

# `source` and `id` come first: a row's name. The rest stands as the event does.
COLUMNS: Final = (
    "source", "id", "occurred_at", "actor", "verb", "target", "community", "channel", "thread", "parent", "object", "kind",
    "visibility", "text_hash", "count", "sent_at", "supersedes", "day", "text_length",
)  # fmt: skip

MAKE = """
create temporary table if not exists arrivals (
    source text collate "C", id text collate "C", occurred_at timestamptz, actor text collate "C", verb text collate "C",
    target text collate "C", community text collate "C", channel text collate "C", thread text collate "C",
    parent text collate "C", object text collate "C", kind text collate "C", visibility text, text_hash bytea,
    count bigint, sent_at timestamptz, supersedes text collate "C", day integer, text_length integer
) on commit delete rows
"""

# Only COMMIT empties the table: what an earlier batch of the transaction left would pass for the next one's.
EMPTY = "truncate arrivals"

# See migrations 0017 and 0029: one call for all that follows COPY.
TAKE = "select take_arrivals(tenant_id, $2, $3, $4) as outcome from tenants where tenant_id = $1"

# What was here already leaves the temporary table and comes back by name: what stays in it has come in.
MERGE = """
      with stored as (
           insert into events
                  (tenant_id, batch, source, id, occurred_at, actor, verb, target, community, channel, thread, parent,
                   object, kind, visibility, text_hash, count, sent_at, supersedes, day, text_length)
           select $1, $2, source, id, occurred_at, actor, verb, target, community, channel, thread, parent, object, kind,
                  visibility, text_hash, count, sent_at, supersedes, day, text_length
             from arrivals
               on conflict (tenant_id, source, id) do nothing
        returning source, id)
    delete from arrivals
     where not exists (select from stored where stored.source = arrivals.source and stored.id = arrivals.id)
 returning source, id
"""

# See migration 0029: one call, for the tenant's batches wait for each other from here to COMMIT.
SETTLE = "select settled_days(tenant_id) as days from tenants where tenant_id = $1"

# Which of the stored events can change other days than their own: practices, those whose text somebody else said, answers.
# Two are looked at, for one of them may be the event itself; most texts are said once.
MOVING = """
    select source, id, day, kind, text_hash
      from arrivals
     where kind = 'practice'
        or ((parent is not null or thread is not null) and contributes(verb))
        or (text_hash is not null
            and exists (select
                          from (select source, id
                                  from events
                                 where tenant_id = $1 and text_hash = arrivals.text_hash and withdrawn_at is null
                                 order by occurred_at, source, id
                                 limit 2) as two
                         where two.source <> arrivals.source or two.id <> arrivals.id))
"""

# An event takes no part any more when another of its source replaces it, whichever of the two came first.
REPLACED = """
      with over as (
           select arrivals.source, arrivals.id
             from arrivals
            where exists (
                  select
                    from events
                   where tenant_id = $1 and source = arrivals.source and supersedes = arrivals.id
                  offset 0)
            union
           select source, supersedes
             from arrivals
            where supersedes is not null)
    select events.source, events.id, day, kind, text_hash
      from over
      join events on tenant_id = $1 and events.source = over.source and events.id = over.id
     where withdrawn_at is null
"""

RETIRE = """
    update events
       set withdrawn_at = now()
     where tenant_id = $1 and (source, id) in (select * from unnest($2::text[], $3::text[]))
"""


async def take(
    tx: TenantTx, columns: Sequence[str], records: Sequence[tuple[object, ...]], *, prepared: bool
) -> Outcome:
    """Store events, sorted by name, each name once, as if all were new, and mark their days and the results on them.

    `met`: one of them is here already, and none is stored. `moving`: they are, and some change other days
    too, so that nothing is marked yet.
    """
    if not prepared:
        await tx.connection.execute(MAKE)
    if tx.arrived:
        await tx.connection.execute(EMPTY)
    tx.arrived = True
    await tx.connection.copy_records_to_table("arrivals", records=records, columns=columns, schema_name="pg_temp")
    (done,) = await tx.rows(TAKE, tx.batch, ids.new(), sorted(stale.ROLLED))
    outcome: Outcome = done["outcome"]
    return outcome


async def merge(tx: TenantTx) -> set[Name]:
    """Store which of the events are new, and nothing more; return the names of the others."""
    return {(row["source"], row["id"]) for row in await bulk.patiently(tx, lambda: tx.rows(MERGE, tx.batch))}


async def settle(tx: TenantTx) -> list[int] | None:
    """Mark the days that the stored batch changes and return them; None: it changes more, nothing is marked yet."""
    (done,) = await tx.rows(SETTLE)
    days: list[int] | None = done["days"]
    return days


async def moving(tx: TenantTx) -> list[marks.Touched]:
    """Return which events of the stored batch can change other days than their own."""
    return [tuple(row) for row in await tx.rows(MOVING)]


async def replaced(tx: TenantTx) -> list[marks.Touched]:
    """Return what the stored batch replaces, and what of it is replaced: these take no part from now on."""
    return [tuple(row) for row in await tx.rows(REPLACED)]


async def retire(tx: TenantTx, events: Sequence[marks.Touched]) -> None:
    """Withdraw events; what they were stays readable."""
    if events:
        await tx.run(RETIRE, [one[0] for one in events], [one[1] for one in events])
