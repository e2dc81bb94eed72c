"""How contributions spread over people, as cells of at least k people: sent in bulk, read back as sent."""

from collections.abc import Sequence
from uuid import UUID

from kithline_core.db import bulk, grounds
from kithline_core.db.bulk import Page
from kithline_core.db.database import TenantTx
from kithline_core.model.cells import IDENTITY, ContributionRow, groups
from kithline_core.model.verdicts import Verdict

UPSERT = """
    insert into contributions as had
           (tenant_id, row_id, period, community, "group", least, most, contributors, contributions)
    select $1, sent.*
      from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[],
                  $9::bigint[]) as sent
        on conflict (tenant_id, period, community, "group", least) do update
       set (most, contributors, contributions)
         = row (excluded.most, excluded.contributors, excluded.contributions)
     where (had.most, had.contributors, had.contributions)
           is distinct from (excluded.most, excluded.contributors, excluded.contributions)
 returning row_id, period, community, "group", least
"""

PAGE = """
    select row_id, period, community, "group", least, most, contributors, contributions
      from contributions
     where tenant_id = $1 and row_id > $2
     order by row_id
     limit $3
"""


async def upsert(tx: TenantTx, rows: Sequence[ContributionRow]) -> list[Verdict]:
    """Insert or update by the sender's identity. Raises NoGround, ModeNotAllowed."""
    await grounds.require(tx, groups(rows), "cells")
    return await bulk.upsert(tx, UPSERT, rows, IDENTITY["contributions"])


async def page(tx: TenantTx, after: UUID | None = None, size: int = 1000) -> Page[ContributionRow]:
    """Return rows behind a cursor."""
    return await bulk.page(tx, ContributionRow, PAGE, after, size)
