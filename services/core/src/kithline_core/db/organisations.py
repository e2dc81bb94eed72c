"""Companies, agencies and other bodies: sent in bulk, read back as sent."""

from collections.abc import Sequence
from uuid import UUID

from kithline_core.db import bulk
from kithline_core.db.bulk import Page
from kithline_core.db.database import TenantTx
from kithline_core.model.rows import IDENTITY, OrganisationRow
from kithline_core.model.verdicts import Verdict

UPSERT = """
    insert into organisations as had
           (tenant_id, row_id, organisation, name, role, tier, owner, circles, competing, aliases, valid_from, valid_to,
            successor)
    select $1, sent.*
      from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::text[], $9::text[],
                  $10::text[], $11::timestamptz[], $12::timestamptz[], $13::text[]) as sent
        on conflict (tenant_id, organisation, valid_from) do update
       set (name, role, tier, owner, circles, competing, aliases, valid_to, successor)
         = row (excluded.name, excluded.role, excluded.tier, excluded.owner, excluded.circles, excluded.competing,
            excluded.aliases, excluded.valid_to, excluded.successor)
     where (had.name, had.role, had.tier, had.owner, had.circles, had.competing, had.aliases, had.valid_to,
            had.successor)
           is distinct from (excluded.name, excluded.role, excluded.tier, excluded.owner, excluded.circles, excluded.competing,
            excluded.aliases, excluded.valid_to, excluded.successor)
 returning row_id, organisation, valid_from
"""

PAGE = """
    select row_id, organisation, name, role, tier, owner, circles, competing, aliases, valid_from, valid_to,
           successor
      from organisations
     where tenant_id = $1 and row_id > $2
     order by row_id
     limit $3
"""


async def upsert(tx: TenantTx, rows: Sequence[OrganisationRow]) -> list[Verdict]:
    """Insert or update by the sender's identity."""
    return await bulk.upsert(tx, UPSERT, rows, IDENTITY["organisations"])


async def page(tx: TenantTx, after: UUID | None = None, size: int = 1000) -> Page[OrganisationRow]:
    """Return rows behind a cursor."""
    return await bulk.page(tx, OrganisationRow, PAGE, after, size)
