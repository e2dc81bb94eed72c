"""Steps that were taken: sent in bulk, read back as sent."""

from collections.abc import Sequence
from uuid import UUID

from kithline_core.db import bulk
from kithline_core.db.bulk import Page
from kithline_core.db.database import TenantTx
from kithline_core.model.registers import IDENTITY, InterventionRow
from kithline_core.model.verdicts import Verdict

UPSERT = """
    insert into interventions as had
           (tenant_id, row_id, intervention, started_at, ended_at, kind, aim, department, community, owner,
            evidence)
    select $1, sent.*
      from unnest($2::uuid[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::text[], $7::text[],
                  $8::text[], $9::text[], $10::text[], $11::text[]) as sent
        on conflict (tenant_id, intervention) do update
       set (started_at, ended_at, kind, aim, department, community, owner, evidence)
         = row (excluded.started_at, excluded.ended_at, excluded.kind, excluded.aim, excluded.department,
                excluded.community, excluded.owner, excluded.evidence)
     where (had.started_at, had.ended_at, had.kind, had.aim, had.department, had.community, had.owner,
            had.evidence)
           is distinct from (excluded.started_at, excluded.ended_at, excluded.kind, excluded.aim,
                             excluded.department, excluded.community, excluded.owner, excluded.evidence)
 returning row_id, intervention
"""

PAGE = """
    select row_id, intervention, started_at, ended_at, kind, aim, department, community, owner, evidence
      from interventions
     where tenant_id = $1 and row_id > $2
     order by row_id
     limit $3
"""


async def upsert(tx: TenantTx, rows: Sequence[InterventionRow]) -> list[Verdict]:
    """Insert or update by the sender's identity."""
    return await bulk.upsert(tx, UPSERT, rows, IDENTITY["interventions"])


async def page(tx: TenantTx, after: UUID | None = None, size: int = 1000) -> Page[InterventionRow]:
    """Return rows behind a cursor."""
    return await bulk.page(tx, InterventionRow, PAGE, after, size)
