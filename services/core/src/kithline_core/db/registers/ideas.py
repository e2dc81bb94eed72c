"""Ideas and what became of them: sent in bulk, read back as sent."""

from collections.abc import Sequence
from uuid import UUID

from kithline_core.db import bulk
from kithline_core.db.bulk import Page
from kithline_core.db.database import TenantTx
from kithline_core.model.registers import IDENTITY, IdeaRow
from kithline_core.model.verdicts import Verdict

UPSERT = """
    insert into ideas as had
           (tenant_id, row_id, idea, submitted_at, "group", department, community, status, decided_at,
            implemented_at, implementer, evidence)
    select $1, sent.*
      from unnest($2::uuid[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::text[], $8::text[],
                  $9::timestamptz[], $10::timestamptz[], $11::text[], $12::text[]) as sent
        on conflict (tenant_id, idea) do update
       set (submitted_at, "group", department, community, status, decided_at, implemented_at, implementer,
            evidence)
         = row (excluded.submitted_at, excluded."group", excluded.department, excluded.community,
                excluded.status, excluded.decided_at, excluded.implemented_at, excluded.implementer,
                excluded.evidence)
     where (had.submitted_at, had."group", had.department, had.community, had.status, had.decided_at,
            had.implemented_at, had.implementer, had.evidence)
           is distinct from (excluded.submitted_at, excluded."group", excluded.department, excluded.community,
                             excluded.status, excluded.decided_at, excluded.implemented_at,
                             excluded.implementer, excluded.evidence)
 returning row_id, idea
"""

PAGE = """
    select row_id, idea, submitted_at, "group", department, community, status, decided_at, implemented_at,
           implementer, evidence
      from ideas
     where tenant_id = $1 and row_id > $2
     order by row_id
     limit $3
"""


async def upsert(tx: TenantTx, rows: Sequence[IdeaRow]) -> list[Verdict]:
    """Insert or update by the sender's identity."""
    return await bulk.upsert(tx, UPSERT, rows, IDENTITY["ideas"])


async def page(tx: TenantTx, after: UUID | None = None, size: int = 1000) -> Page[IdeaRow]:
    """Return rows behind a cursor."""
    return await bulk.page(tx, IdeaRow, PAGE, after, size)
