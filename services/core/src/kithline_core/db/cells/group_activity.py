"""Who took part where, as cells of at least k people: sent in bulk, read back as sent."""

from collections.abc import Sequence
from uuid import UUID

from kithline_core.db import bulk, grounds
from kithline_core.db.bulk import Page
from kithline_core.db.database import TenantTx
from kithline_core.model.cells import IDENTITY, GroupActivityRow, groups
from kithline_core.model.verdicts import Verdict

UPSERT = """
    insert into group_activity as had
           (tenant_id, row_id, period, community, "group", contributors, contributions, events)
    select $1, sent.*
      from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[]) as sent
        on conflict (tenant_id, period, community, "group") do update
       set (contributors, contributions, events)
         = row (excluded.contributors, excluded.contributions, excluded.events)
     where (had.contributors, had.contributions, had.events)
           is distinct from (excluded.contributors, excluded.contributions, excluded.events)
 returning row_id, period, community, "group"
"""

PAGE = """
    select row_id, period, community, "group", contributors, contributions, events
      from group_activity
     where tenant_id = $1 and row_id > $2
     order by row_id
     limit $3
"""


async def upsert(tx: TenantTx, rows: Sequence[GroupActivityRow]) -> list[Verdict]:
    """Insert or update by the sender's identity. Raises NoGround, ModeNotAllowed."""
    await grounds.require(tx, groups(rows), "cells")
    return await bulk.upsert(tx, UPSERT, rows, IDENTITY["group_activity"])


async def page(tx: TenantTx, after: UUID | None = None, size: int = 1000) -> Page[GroupActivityRow]:
    """Return rows behind a cursor."""
    return await bulk.page(tx, GroupActivityRow, PAGE, after, size)
