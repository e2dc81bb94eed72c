"""Waits for an answer, as cells of at least k people: sent in bulk, read back as sent."""

from collections.abc import Sequence
from uuid import UUID

from kithline_core.db import bulk, grounds
from kithline_core.db.bulk import Page
from kithline_core.db.database import TenantTx
from kithline_core.model.cells import IDENTITY, WaitRow, groups
from kithline_core.model.verdicts import Verdict

UPSERT = """
    insert into waits as had
           (tenant_id, row_id, period, community, "group", people, openings, answered, within_24h, within_168h,
            median_hours)
    select $1, sent.*
      from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[],
                  $9::bigint[], $10::bigint[], $11::float8[]) as sent
        on conflict (tenant_id, period, community, "group") do update
       set (people, openings, answered, within_24h, within_168h, median_hours)
         = row (excluded.people, excluded.openings, excluded.answered, excluded.within_24h,
                excluded.within_168h, excluded.median_hours)
     where (had.people, had.openings, had.answered, had.within_24h, had.within_168h, had.median_hours)
           is distinct from (excluded.people, excluded.openings, excluded.answered, excluded.within_24h,
                             excluded.within_168h, excluded.median_hours)
 returning row_id, period, community, "group"
"""

PAGE = """
    select row_id, period, community, "group", people, openings, answered, within_24h, within_168h, median_hours
      from waits
     where tenant_id = $1 and row_id > $2
     order by row_id
     limit $3
"""


async def upsert(tx: TenantTx, rows: Sequence[WaitRow]) -> list[Verdict]:
    """Insert or update by the sender's identity. Raises NoGround, ModeNotAllowed."""
    await grounds.require(tx, groups(rows), "cells")
    return await bulk.upsert(tx, UPSERT, rows, IDENTITY["waits"])


async def page(tx: TenantTx, after: UUID | None = None, size: int = 1000) -> Page[WaitRow]:
    """Return rows behind a cursor."""
    return await bulk.page(tx, WaitRow, PAGE, after, size)
