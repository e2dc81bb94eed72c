"""Mistakes and how they were met: sent in bulk, read back as sent."""

from collections.abc import Sequence
from uuid import UUID

from kithline_core.db import bulk
from kithline_core.db.bulk import Page
from kithline_core.db.database import TenantTx
from kithline_core.model.registers import IDENTITY, IncidentRow
from kithline_core.model.verdicts import Verdict

UPSERT = """
    insert into incidents as had
           (tenant_id, row_id, incident, occurred_at, acknowledged_at, remedied_at, public, community, evidence)
    select $1, sent.*
      from unnest($2::uuid[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[],
                  $7::boolean[], $8::text[], $9::text[]) as sent
        on conflict (tenant_id, incident) do update
       set (occurred_at, acknowledged_at, remedied_at, public, community, evidence)
         = row (excluded.occurred_at, excluded.acknowledged_at, excluded.remedied_at, excluded.public,
                excluded.community, excluded.evidence)
     where (had.occurred_at, had.acknowledged_at, had.remedied_at, had.public, had.community, had.evidence)
           is distinct from (excluded.occurred_at, excluded.acknowledged_at, excluded.remedied_at,
                             excluded.public, excluded.community, excluded.evidence)
 returning row_id, incident
"""

PAGE = """
    select row_id, incident, occurred_at, acknowledged_at, remedied_at, public, community, evidence
      from incidents
     where tenant_id = $1 and row_id > $2
     order by row_id
     limit $3
"""


async def upsert(tx: TenantTx, rows: Sequence[IncidentRow]) -> list[Verdict]:
    """Insert or update by the sender's identity."""
    return await bulk.upsert(tx, UPSERT, rows, IDENTITY["incidents"])


async def page(tx: TenantTx, after: UUID | None = None, size: int = 1000) -> Page[IncidentRow]:
    """Return rows behind a cursor."""
    return await bulk.page(tx, IncidentRow, PAGE, after, size)
