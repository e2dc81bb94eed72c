"""Ties of organisations: sent in bulk, read back as sent."""

from collections.abc import Sequence
from uuid import UUID

from kithline_core.db import bulk
from kithline_core.db.bulk import Page
from kithline_core.db.database import TenantTx
from kithline_core.model.rows import IDENTITY, OrganisationTieRow
from kithline_core.model.verdicts import Verdict

UPSERT = """
    insert into organisation_ties as had
           (tenant_id, row_id, organisation_a, organisation_b, weight, kind, period, direction, declared)
    select $1, sent.*
      from unnest($2::uuid[], $3::text[], $4::text[], $5::float8[], $6::text[], $7::text[], $8::text[],
                  $9::boolean[]) as sent
        on conflict (tenant_id, organisation_a, organisation_b, kind, period) do update
       set (weight, direction, declared)
         = row (excluded.weight, excluded.direction, excluded.declared)
     where (had.weight, had.direction, had.declared)
           is distinct from (excluded.weight, excluded.direction, excluded.declared)
 returning row_id, organisation_a, organisation_b, kind, period
"""

PAGE = """
    select row_id, organisation_a, organisation_b, weight, kind, period, direction, declared
      from organisation_ties
     where tenant_id = $1 and row_id > $2
     order by row_id
     limit $3
"""


async def upsert(tx: TenantTx, rows: Sequence[OrganisationTieRow]) -> list[Verdict]:
    """Insert or update by the sender's identity."""
    return await bulk.upsert(tx, UPSERT, rows, IDENTITY["organisation_ties"])


async def page(tx: TenantTx, after: UUID | None = None, size: int = 1000) -> Page[OrganisationTieRow]:
    """Return rows behind a cursor."""
    return await bulk.page(tx, OrganisationTieRow, PAGE, after, size)
