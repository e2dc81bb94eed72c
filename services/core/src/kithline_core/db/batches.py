"""Imports by their names: what each row was before, so that undoing one leaves what was there without it.

Of one row, entries form a chain: what an import found is what the one before it left. Taking an entry out of the
middle ties the chain together again, so that the order of undoing does not matter.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from kithline_core.db import images
from kithline_core.db.database import TenantTx
from kithline_core.db.images import Identity, Image
from kithline_core.errors import NotFound
from kithline_core.model.batches import Batch

# Writers of imports share it; whoever undoes one wants to be alone with all of them.
SHARE = (
    "select $1::uuid as tenant_id, pg_advisory_xact_lock_shared(hashtextextended('imports of ' || $1::uuid::text, 0))"
)

OPEN = """
    insert into batches as had (tenant_id, batch)
    values ($1, $2)
        on conflict (tenant_id, batch) do update
       set undone_at = null
     where had.undone_at is not null
"""

# A row that was alike already counts as sent by this import too, where another import has a say in it.
NOTE = """
    insert into batch_rows (tenant_id, batch, file, row_id, before, after)
    select $1, $2, $3, noted.*
      from unnest($4::uuid[], $5::jsonb[], $6::jsonb[]) as noted (row_id, before, after)
     where noted.before is distinct from noted.after
        or exists (select from batch_rows as earlier
                    where earlier.tenant_id = $1 and earlier.file = $3 and earlier.row_id = noted.row_id)
"""

# An import that touches a row again before anybody else does has one entry for it.
AMEND = """
    update batch_rows as mine
       set after = noted.after
      from unnest($4::uuid[], $5::jsonb[], $6::jsonb[]) as noted (row_id, before, after)
     where mine.tenant_id = $1 and mine.batch = $2 and mine.file = $3 and mine.row_id = noted.row_id
       and mine.after = noted.before
       and not exists (select from batch_rows as later
                        where later.tenant_id = $1 and later.file = $3 and later.row_id = noted.row_id
                          and later.entry > mine.entry)
 returning mine.row_id
"""

CLAIM = """
    insert into batch_events (tenant_id, batch, source, id)
    select $1, $2, events.source, events.id
      from unnest($3::text[], $4::text[]) as sent (source, id)
      join events on events.tenant_id = $1 and events.source = sent.source and events.id = sent.id
     where events.batch is distinct from $2
        on conflict (tenant_id, source, id, batch) do nothing
"""

GET = """
    select batch, opened_at, undone_at, expired_at,
           (select count(*) from events where events.tenant_id = $1 and events.batch = batches.batch) as events,
           (select count(distinct (file, row_id)) from batch_rows
             where batch_rows.tenant_id = $1 and batch_rows.batch = batches.batch) as rows
      from batches
     where tenant_id = $1 and batch = $2
"""

PAGE = """
    select batch, opened_at, undone_at, expired_at,
           (select count(*) from events where events.tenant_id = $1 and events.batch = batches.batch) as events,
           (select count(distinct (file, row_id)) from batch_rows
             where batch_rows.tenant_id = $1 and batch_rows.batch = batches.batch) as rows
      from batches
     where tenant_id = $1
       and ($2::text is null
            or (opened_at, batch) < (select opened_at, batch from batches where tenant_id = $1 and batch = $2))
     order by opened_at desc, batch desc
     limit $3
"""


EXPIRE = """
      with over as (
           delete from batch_rows
            where tenant_id = $1
              and entry = any(array(
                  select entry from batch_rows where tenant_id = $1 and noted_at < $2 order by noted_at limit $3))
        returning batch),
           told as (
           update batches
              set expired_at = coalesce(expired_at, now())
            where tenant_id = $1 and batch in (select batch from over))
    select count(*) as count
      from over
"""


async def under(tx: TenantTx, batch: str) -> None:
    """Let everything that this transaction writes from here on come with an import of this name."""
    await tx.rows(SHARE)
    await tx.run(OPEN, batch)
    tx.batch = batch


async def before(tx: TenantTx, stem: str, names: Sequence[Identity]) -> dict[UUID, Image]:
    """Return the rows with these identities as they are before an import writes them, and hold them."""
    return {} if tx.batch is None else await images.named(tx, stem, names)


async def note(
    tx: TenantTx, stem: str, had: Mapping[UUID, Image], inserted: Collection[UUID], updated: Collection[UUID]
) -> None:
    """Write down what an import found and what it left.

    Raises SerializationError when somebody else made one of the rows meanwhile; try again.
    """
    if tx.batch is None:
        return
    if not set(updated) <= set(had):
        raise asyncpg.SerializationError("a row was made by somebody else meanwhile")
    left = await images.numbered(tx, stem, {*had, *inserted})
    amended = {row["row_id"] for row in await tx.rows(AMEND, tx.batch, stem, *_columns(had, left, set(left)))}
    await tx.run(NOTE, tx.batch, stem, *_columns(had, left, set(left) - amended))


def _columns(had: Mapping[UUID, Image], left: Mapping[UUID, Image], chosen: Collection[UUID]) -> list[list[object]]:
    row_ids = sorted(chosen)
    return [list(row_ids), [had.get(one) for one in row_ids], [left[one] for one in row_ids]]


async def claim(tx: TenantTx, names: Sequence[tuple[str, str]]) -> None:
    """Write down that this import sent events, by source and id, which were there already."""
    if tx.batch is not None and names:
        sources, event_ids = zip(*names, strict=True)
        await tx.run(CLAIM, tx.batch, list(sources), list(event_ids))


async def expire(tx: TenantTx, before: datetime, most: int) -> int:
    """Forget what up to so many rows were that imports touched before; return how many images went."""
    (row,) = await tx.rows(EXPIRE, before, most)
    count: int = row["count"]
    return count


async def get(tx: TenantTx, batch: str) -> Batch:
    """Return one import. Raises NotFound."""
    found = await tx.maybe(Batch, GET, batch)
    if found is None:
        raise NotFound(f"there is no import called {batch!r}")
    return found


async def page(tx: TenantTx, after: str | None = None, size: int = 50) -> list[Batch]:
    """Return imports, the newest first, behind the one called `after`."""
    return await tx.all(Batch, PAGE, after, size)
