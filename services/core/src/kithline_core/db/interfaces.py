"""Who must talk to whom: sent in bulk, read back as sent."""

from collections.abc import Sequence
from uuid import UUID

from kithline_core.db import bulk
from kithline_core.db.bulk import Page
from kithline_core.db.database import TenantTx
from kithline_core.model.rows import IDENTITY, InterfaceRow
from kithline_core.model.verdicts import Verdict

UPSERT = """
    insert into interfaces as had
           (tenant_id, row_id, side_a, side_b, why, weight, source)
    select $1, sent.*
      from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::float8[], $7::text[]) as sent
        on conflict (tenant_id, side_a, side_b, why) do update
       set (weight, source)
         = row (excluded.weight, excluded.source)
     where (had.weight, had.source)
           is distinct from (excluded.weight, excluded.source)
 returning row_id, side_a, side_b, why
"""

PAGE = """
    select row_id, side_a, side_b, why, weight, source
      from interfaces
     where tenant_id = $1 and row_id > $2
     order by row_id
     limit $3
"""


async def upsert(tx: TenantTx, rows: Sequence[InterfaceRow]) -> list[Verdict]:
    """Insert or update by the sender's identity."""
    return await bulk.upsert(tx, UPSERT, rows, IDENTITY["interfaces"])


async def page(tx: TenantTx, after: UUID | None = None, size: int = 1000) -> Page[InterfaceRow]:
    """Return rows behind a cursor."""
    return await bulk.page(tx, InterfaceRow, PAGE, after, size)
