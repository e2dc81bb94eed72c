"""The road-map of purposes: sent in bulk, read back as sent."""

from collections.abc import Sequence
from uuid import UUID

from kithline_core.db import bulk
from kithline_core.db.bulk import Page
from kithline_core.db.database import TenantTx
from kithline_core.model.registers import IDENTITY, RoadmapRow
from kithline_core.model.verdicts import Verdict

UPSERT = """
    insert into roadmap as had
           (tenant_id, row_id, purpose, "order", community, horizon, value, risk, investment, signed_by, decides)
    select $1, sent.*
      from unnest($2::uuid[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[],
                  $9::text[], $10::text[], $11::text[]) as sent
        on conflict (tenant_id, purpose) do update
       set ("order", community, horizon, value, risk, investment, signed_by, decides)
         = row (excluded."order", excluded.community, excluded.horizon, excluded.value, excluded.risk,
                excluded.investment, excluded.signed_by, excluded.decides)
     where (had."order", had.community, had.horizon, had.value, had.risk, had.investment, had.signed_by,
            had.decides)
           is distinct from (excluded."order", excluded.community, excluded.horizon, excluded.value,
                             excluded.risk, excluded.investment, excluded.signed_by, excluded.decides)
 returning row_id, purpose
"""

PAGE = """
    select row_id, purpose, "order", community, horizon, value, risk, investment, signed_by, decides
      from roadmap
     where tenant_id = $1 and row_id > $2
     order by row_id
     limit $3
"""


async def upsert(tx: TenantTx, rows: Sequence[RoadmapRow]) -> list[Verdict]:
    """Insert or update by the sender's identity."""
    return await bulk.upsert(tx, UPSERT, rows, IDENTITY["roadmap"])


async def page(tx: TenantTx, after: UUID | None = None, size: int = 1000) -> Page[RoadmapRow]:
    """Return rows behind a cursor."""
    return await bulk.page(tx, RoadmapRow, PAGE, after, size)
