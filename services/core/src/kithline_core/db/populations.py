"""How many people there are: sent in bulk, read back as sent."""

from collections.abc import Sequence
from uuid import UUID

from kithline_core.db import bulk
from kithline_core.db.bulk import Page
from kithline_core.db.database import TenantTx
from kithline_core.model.rows import IDENTITY, PopulationRow
from kithline_core.model.verdicts import Verdict

UPSERT = """
    insert into populations as had
           (tenant_id, row_id, "group", count, department)
    select $1, sent.*
      from unnest($2::uuid[], $3::text[], $4::bigint[], $5::text[]) as sent
        on conflict (tenant_id, "group", department) do update
       set (count)
         = row (excluded.count)
     where (had.count)
           is distinct from (excluded.count)
 returning row_id, "group", department
"""

PAGE = """
    select row_id, "group", count, department
      from populations
     where tenant_id = $1 and row_id > $2
     order by row_id
     limit $3
"""


async def upsert(tx: TenantTx, rows: Sequence[PopulationRow]) -> list[Verdict]:
    """Insert or update by the sender's identity."""
    return await bulk.upsert(tx, UPSERT, rows, IDENTITY["populations"])


async def page(tx: TenantTx, after: UUID | None = None, size: int = 1000) -> Page[PopulationRow]:
    """Return rows behind a cursor."""
    return await bulk.page(tx, PopulationRow, PAGE, after, size)
