"""Ties declared by the sender: sent in bulk, read back as sent."""

from collections.abc import Sequence
from uuid import UUID

from kithline_core.db import bulk, grounds
from kithline_core.db.bulk import Page
from kithline_core.db.database import TenantTx
from kithline_core.model.rows import IDENTITY, TieRow
from kithline_core.model.verdicts import Verdict

UPSERT = """
    insert into ties as had
           (tenant_id, row_id, actor, target, count, days, first_at, last_at, community)
    select $1, sent.*
      from unnest($2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::timestamptz[], $8::timestamptz[],
                  $9::text[]) as sent
        on conflict (tenant_id, actor, target, community, first_at) do update
       set (count, days, last_at)
         = row (excluded.count, excluded.days, excluded.last_at)
     where (had.count, had.days, had.last_at)
           is distinct from (excluded.count, excluded.days, excluded.last_at)
 returning row_id, actor, target, community, first_at
"""

PAGE = """
    select row_id, actor, target, count, days, first_at, last_at, community
      from ties
     where tenant_id = $1 and row_id > $2
     order by row_id
     limit $3
"""


async def upsert(tx: TenantTx, rows: Sequence[TieRow]) -> list[Verdict]:
    """Insert or update by the sender's identity. Raises NoGround."""
    if rows:
        await grounds.require(tx)
    return await bulk.upsert(tx, UPSERT, rows, IDENTITY["ties"])


async def page(tx: TenantTx, after: UUID | None = None, size: int = 1000) -> Page[TieRow]:
    """Return rows behind a cursor."""
    return await bulk.page(tx, TieRow, PAGE, after, size)
