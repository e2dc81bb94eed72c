"""What stands in the way: sent in bulk, read back as sent."""

from collections.abc import Sequence
from uuid import UUID

from kithline_core.db import bulk
from kithline_core.db.bulk import Page
from kithline_core.db.database import TenantTx
from kithline_core.model.registers import IDENTITY, BarrierRow
from kithline_core.model.verdicts import Verdict

UPSERT = """
    insert into barriers as had
           (tenant_id, row_id, barrier, code, strength, owner, countermeasure, gate, open)
    select $1, sent.*
      from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                  $9::boolean[]) as sent
        on conflict (tenant_id, barrier) do update
       set (code, strength, owner, countermeasure, gate, open)
         = row (excluded.code, excluded.strength, excluded.owner, excluded.countermeasure, excluded.gate,
                excluded.open)
     where (had.code, had.strength, had.owner, had.countermeasure, had.gate, had.open)
           is distinct from (excluded.code, excluded.strength, excluded.owner, excluded.countermeasure,
                             excluded.gate, excluded.open)
 returning row_id, barrier
"""

PAGE = """
    select row_id, barrier, code, strength, owner, countermeasure, gate, open
      from barriers
     where tenant_id = $1 and row_id > $2
     order by row_id
     limit $3
"""


async def upsert(tx: TenantTx, rows: Sequence[BarrierRow]) -> list[Verdict]:
    """Insert or update by the sender's identity."""
    return await bulk.upsert(tx, UPSERT, rows, IDENTITY["barriers"])


async def page(tx: TenantTx, after: UUID | None = None, size: int = 1000) -> Page[BarrierRow]:
    """Return rows behind a cursor."""
    return await bulk.page(tx, BarrierRow, PAGE, after, size)
