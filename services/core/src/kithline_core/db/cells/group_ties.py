"""Contact between groups, as cells of at least k people: sent in bulk, read back as sent."""

from collections.abc import Sequence
from uuid import UUID

from kithline_core.db import bulk, grounds
from kithline_core.db.bulk import Page
from kithline_core.db.database import TenantTx
from kithline_core.model.cells import IDENTITY, GroupTieRow, groups
from kithline_core.model.verdicts import Verdict

UPSERT = """
    insert into group_ties as had
           (tenant_id, row_id, period, level, a, b, people_a, people_b, ties, forward, backward, members, met,
            departments, departments_at_floor, within, expected, items, adopted, sharing, evenness)
    select $1, sent.*
      from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[],
                  $9::float8[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[],
                  $15::bigint[], $16::float8[], $17::float8[], $18::bigint[], $19::bigint[], $20::bigint[],
                  $21::float8[]) as sent
        on conflict (tenant_id, period, level, a, b) do update
       set (people_a, people_b, ties, forward, backward, members, met, departments, departments_at_floor,
            within, expected, items, adopted, sharing, evenness)
         = row (excluded.people_a, excluded.people_b, excluded.ties, excluded.forward, excluded.backward,
                excluded.members, excluded.met, excluded.departments, excluded.departments_at_floor,
                excluded.within, excluded.expected, excluded.items, excluded.adopted, excluded.sharing,
                excluded.evenness)
     where (had.people_a, had.people_b, had.ties, had.forward, had.backward, had.members, had.met,
            had.departments, had.departments_at_floor, had.within, had.expected, had.items, had.adopted,
            had.sharing, had.evenness)
           is distinct from (excluded.people_a, excluded.people_b, excluded.ties, excluded.forward,
                             excluded.backward, excluded.members, excluded.met, excluded.departments,
                             excluded.departments_at_floor, excluded.within, excluded.expected, excluded.items,
                             excluded.adopted, excluded.sharing, excluded.evenness)
 returning row_id, period, level, a, b
"""

PAGE = """
    select row_id, period, level, a, b, people_a, people_b, ties, forward, backward, members, met, departments,
           departments_at_floor, within, expected, items, adopted, sharing, evenness
      from group_ties
     where tenant_id = $1 and row_id > $2
     order by row_id
     limit $3
"""


async def upsert(tx: TenantTx, rows: Sequence[GroupTieRow]) -> list[Verdict]:
    """Insert or update by the sender's identity. Raises NoGround, ModeNotAllowed."""
    await grounds.require(tx, groups(rows), "cells")
    return await bulk.upsert(tx, UPSERT, rows, IDENTITY["group_ties"])


async def page(tx: TenantTx, after: UUID | None = None, size: int = 1000) -> Page[GroupTieRow]:
    """Return rows behind a cursor."""
    return await bulk.page(tx, GroupTieRow, PAGE, after, size)
