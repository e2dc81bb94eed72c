"""Decisions and what they cite: sent in bulk, read back as sent."""

from collections.abc import Sequence
from uuid import UUID

from kithline_core.db import bulk
from kithline_core.db.bulk import Page
from kithline_core.db.database import TenantTx
from kithline_core.model.registers import IDENTITY, DecisionRow
from kithline_core.model.verdicts import Verdict

UPSERT = """
    insert into decisions as had
           (tenant_id, row_id, decision, decided_at, department, cites, evidence)
    select $1, sent.*
      from unnest($2::uuid[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::text[]) as sent
        on conflict (tenant_id, decision) do update
       set (decided_at, department, cites, evidence)
         = row (excluded.decided_at, excluded.department, excluded.cites, excluded.evidence)
     where (had.decided_at, had.department, had.cites, had.evidence)
           is distinct from (excluded.decided_at, excluded.department, excluded.cites, excluded.evidence)
 returning row_id, decision
"""

PAGE = """
    select row_id, decision, decided_at, department, cites, evidence
      from decisions
     where tenant_id = $1 and row_id > $2
     order by row_id
     limit $3
"""


async def upsert(tx: TenantTx, rows: Sequence[DecisionRow]) -> list[Verdict]:
    """Insert or update by the sender's identity."""
    return await bulk.upsert(tx, UPSERT, rows, IDENTITY["decisions"])


async def page(tx: TenantTx, after: UUID | None = None, size: int = 1000) -> Page[DecisionRow]:
    """Return rows behind a cursor."""
    return await bulk.page(tx, DecisionRow, PAGE, after, size)
