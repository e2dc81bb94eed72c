"""Dated memberships of people: sent in bulk, read back as sent."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from kithline_core.db import bulk, competitors, direct, grounds
from kithline_core.db.bulk import Page
from kithline_core.db.database import TenantTx
from kithline_core.model.rows import IDENTITY, PersonRow
from kithline_core.model.verdicts import Verdict

UPSERT = """
    insert into memberships as had
           (tenant_id, row_id, person, "group", organisation, department, rank, manager, leader, bot, valid_from, valid_to,
            source, confidence, bot_confidence)
    select $1, sent.*
      from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::boolean[],
                  $10::boolean[], $11::timestamptz[], $12::timestamptz[], $13::text[], $14::double precision[],
                  $15::double precision[]) as sent
        on conflict (tenant_id, person, "group", organisation, department, valid_from, source) do update
       set (rank, manager, leader, bot, valid_to, confidence, bot_confidence)
         = row (excluded.rank, excluded.manager, excluded.leader, excluded.bot, excluded.valid_to,
                excluded.confidence, excluded.bot_confidence)
     where (had.rank, had.manager, had.leader, had.bot, had.valid_to, had.confidence, had.bot_confidence)
           is distinct from (excluded.rank, excluded.manager, excluded.leader, excluded.bot, excluded.valid_to,
                             excluded.confidence, excluded.bot_confidence)
 returning row_id, person, "group", organisation, department, valid_from, source
"""

PAGE = """
    select row_id, person, "group", organisation, department, rank, manager, leader, bot, valid_from, valid_to,
           source, confidence, bot_confidence
      from memberships
     where tenant_id = $1 and row_id > $2
     order by row_id
     limit $3
"""


async def upsert(tx: TenantTx, rows: Sequence[PersonRow]) -> list[Verdict]:
    """Insert or update by the sender's identity; a row of a group without a ground is refused alone.

    Raises NoGround, ModeNotAllowed when no row may come in.
    """
    return await _take(tx, rows, await grounds.sift(tx, _groups(rows)))


async def go_on(tx: TenantTx, rows: Sequence[PersonRow]) -> list[Verdict]:
    """Do the same with further rows of a file of which some are in: they are refused one by one, also when all are."""
    return await _take(tx, rows, await grounds.sift(tx, _groups(rows), begun=True))


def _groups(rows: Sequence[PersonRow]) -> list[grounds.Member]:
    # Nothing is kept of a competitor's people, so no ground has to name them; one has to be in force all the same.
    return [(None if row.group == "competitor" else row.group, row.organisation) for row in rows]


async def _take(tx: TenantTx, rows: Sequence[PersonRow], refused: Mapping[int, Verdict]) -> list[Verdict]:
    places = [place for place in range(len(rows)) if place not in refused]
    kept = [rows[place] for place in places]
    await competitors.meet(tx, kept)
    await direct.meet(tx, kept)
    taken = await bulk.upsert(tx, UPSERT, kept, IDENTITY["people"])
    fates = {place: msgspec.structs.replace(one, index=place) for place, one in zip(places, taken, strict=True)}
    return [refused.get(place) or fates[place] for place in range(len(rows))]


async def page(tx: TenantTx, after: UUID | None = None, size: int = 1000) -> Page[PersonRow]:
    """Return rows behind a cursor."""
    return await bulk.page(tx, PersonRow, PAGE, after, size)
