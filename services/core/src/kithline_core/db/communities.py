"""Communities and their purposes: sent in bulk, read back as sent."""

from collections.abc import Sequence
from uuid import UUID

from kithline_core.db import bulk, changes
from kithline_core.db.bulk import Page
from kithline_core.db.database import TenantTx
from kithline_core.model import sensitive
from kithline_core.model.rows import IDENTITY, CommunityRow
from kithline_core.model.sensitive import Question
from kithline_core.model.verdicts import Verdict

UPSERT = """
    insert into communities as had
           (tenant_id, row_id, community, name, purpose, audience, activity, object, outcome, measure, due, owner, hosts,
            launched_at, invited, asked, access, kind, visibility, sensitive, language)
    select $1, sent.*
      from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
                  $10::text[], $11::text[], $12::text[], $13::text[], $14::timestamptz[], $15::bigint[],
                  $16::bigint[], $17::text[], $18::text[], $19::text[], $20::boolean[], $21::text[]) as sent
        on conflict (tenant_id, community) do update
       set (name, purpose, audience, activity, object, outcome, measure, due, owner, hosts, launched_at, invited,
            asked, access, kind, visibility, sensitive, language)
         = row (excluded.name, excluded.purpose, excluded.audience, excluded.activity, excluded.object,
            excluded.outcome, excluded.measure, excluded.due, excluded.owner, excluded.hosts,
            excluded.launched_at, excluded.invited, excluded.asked, excluded.access, excluded.kind,
            excluded.visibility, excluded.sensitive, excluded.language)
     where (had.name, had.purpose, had.audience, had.activity, had.object, had.outcome, had.measure, had.due,
            had.owner, had.hosts, had.launched_at, had.invited, had.asked, had.access, had.kind, had.visibility,
            had.sensitive, had.language)
           is distinct from (excluded.name, excluded.purpose, excluded.audience, excluded.activity, excluded.object,
            excluded.outcome, excluded.measure, excluded.due, excluded.owner, excluded.hosts,
            excluded.launched_at, excluded.invited, excluded.asked, excluded.access, excluded.kind,
            excluded.visibility, excluded.sensitive, excluded.language)
 returning row_id, community
"""

PAGE = """
    select row_id, community, name, purpose, audience, activity, object, outcome, measure, due, owner, hosts,
           launched_at, invited, asked, access, kind, visibility, sensitive, language
      from communities
     where tenant_id = $1 and row_id > $2
     order by row_id
     limit $3
"""


async def upsert(tx: TenantTx, rows: Sequence[CommunityRow]) -> list[Verdict]:
    """Insert or update by the sender's identity."""
    was = await changes.sensitive_ones(tx)
    told = await bulk.upsert(tx, UPSERT, rows, IDENTITY["communities"])
    await changes.sensitivity(tx, was)
    return told


async def questions(tx: TenantTx) -> list[Question]:
    """Return the communities of which we ask whether they are sensitive; until answered, they are treated so."""
    asked = (sensitive.question(**row) for row in await tx.rows(changes.PLACES))
    return [one for one in asked if one is not None]


async def page(tx: TenantTx, after: UUID | None = None, size: int = 1000) -> Page[CommunityRow]:
    """Return rows behind a cursor."""
    return await bulk.page(tx, CommunityRow, PAGE, after, size)
