"""What came of it: sent in bulk, read back as sent."""

from collections.abc import Sequence
from uuid import UUID

from kithline_core.db import bulk
from kithline_core.db.bulk import Page
from kithline_core.db.database import TenantTx
from kithline_core.model.registers import IDENTITY, OutcomeRow
from kithline_core.model.verdicts import Verdict

UPSERT = """
    insert into outcomes as had
           (tenant_id, row_id, outcome, dated, kind, department, community, verified, ours, theirs, evidence)
    select $1, sent.*
      from unnest($2::uuid[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::text[], $8::boolean[],
                  $9::boolean[], $10::boolean[], $11::text[]) as sent
        on conflict (tenant_id, outcome) do update
       set (dated, kind, department, community, verified, ours, theirs, evidence)
         = row (excluded.dated, excluded.kind, excluded.department, excluded.community, excluded.verified,
                excluded.ours, excluded.theirs, excluded.evidence)
     where (had.dated, had.kind, had.department, had.community, had.verified, had.ours, had.theirs, had.evidence)
           is distinct from (excluded.dated, excluded.kind, excluded.department, excluded.community,
                             excluded.verified, excluded.ours, excluded.theirs, excluded.evidence)
 returning row_id, outcome
"""

PAGE = """
    select row_id, outcome, dated, kind, department, community, verified, ours, theirs, evidence
      from outcomes
     where tenant_id = $1 and row_id > $2
     order by row_id
     limit $3
"""


async def upsert(tx: TenantTx, rows: Sequence[OutcomeRow]) -> list[Verdict]:
    """Insert or update by the sender's identity."""
    return await bulk.upsert(tx, UPSERT, rows, IDENTITY["outcomes"])


async def page(tx: TenantTx, after: UUID | None = None, size: int = 1000) -> Page[OutcomeRow]:
    """Return rows behind a cursor."""
    return await bulk.page(tx, OutcomeRow, PAGE, after, size)
