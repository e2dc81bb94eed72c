"""Durations with censoring: sent in bulk, read back as sent."""

from collections.abc import Sequence
from uuid import UUID

from kithline_core.db import bulk, grounds
from kithline_core.db.bulk import Page
from kithline_core.db.database import TenantTx
from kithline_core.model.rows import IDENTITY, SurvivalRow
from kithline_core.model.verdicts import Verdict

UPSERT = """
    insert into survivals as had
           (tenant_id, row_id, unit, duration, ended, "group")
    select $1, sent.*
      from unnest($2::uuid[], $3::text[], $4::float8[], $5::boolean[], $6::text[]) as sent
        on conflict (tenant_id, unit, "group") do update
       set (duration, ended)
         = row (excluded.duration, excluded.ended)
     where (had.duration, had.ended)
           is distinct from (excluded.duration, excluded.ended)
 returning row_id, unit, "group"
"""

PAGE = """
    select row_id, unit, duration, ended, "group"
      from survivals
     where tenant_id = $1 and row_id > $2
     order by row_id
     limit $3
"""


async def upsert(tx: TenantTx, rows: Sequence[SurvivalRow]) -> list[Verdict]:
    """Insert or update by the sender's identity; a unit is a person. Raises NoGround."""
    if rows:
        await grounds.require(tx)
    return await bulk.upsert(tx, UPSERT, rows, IDENTITY["survivals"])


async def page(tx: TenantTx, after: UUID | None = None, size: int = 1000) -> Page[SurvivalRow]:
    """Return rows behind a cursor."""
    return await bulk.page(tx, SurvivalRow, PAGE, after, size)
