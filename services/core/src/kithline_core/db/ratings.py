"""Judgements of raters: sent in bulk, read back as sent."""

from collections.abc import Sequence
from uuid import UUID

from kithline_core.db import bulk, grounds
from kithline_core.db.bulk import Page
from kithline_core.db.database import TenantTx
from kithline_core.model.rows import IDENTITY, RatingRow
from kithline_core.model.verdicts import Verdict

UPSERT = """
    insert into ratings as had
           (tenant_id, row_id, object, rater, item, value)
    select $1, sent.*
      from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::float8[]) as sent
        on conflict (tenant_id, object, rater, item) do update
       set (value)
         = row (excluded.value)
     where (had.value)
           is distinct from (excluded.value)
 returning row_id, object, rater, item
"""

PAGE = """
    select row_id, object, rater, item, value
      from ratings
     where tenant_id = $1 and row_id > $2
     order by row_id
     limit $3
"""


async def upsert(tx: TenantTx, rows: Sequence[RatingRow]) -> list[Verdict]:
    """Insert or update by the sender's identity. Raises NoGround."""
    if rows:
        await grounds.require(tx)
    return await bulk.upsert(tx, UPSERT, rows, IDENTITY["ratings"])


async def page(tx: TenantTx, after: UUID | None = None, size: int = 1000) -> Page[RatingRow]:
    """Return rows behind a cursor."""
    return await bulk.page(tx, RatingRow, PAGE, after, size)
