"""Competitors' people: what they do is counted per day and community, and nothing of it is kept.

One row that puts somebody into the group `competitor` is enough, for good, whenever it comes: what was stored of them
before is counted then, and removed.
"""

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from kithline_core.db import door, erasure, expired_days, marks, stale
from kithline_core.db.database import TenantTx
from kithline_core.db.places import PLACES
from kithline_core.model import pseudonyms
from kithline_core.model.rows import PersonRow

_PURPOSE: Final = b"event\0"

NAME = """
    insert into competitor_people (tenant_id, digest)
    select $1, digest
      from unnest($2::bytea[]) as digest
        on conflict (tenant_id, digest) do nothing
"""

ONCE = """
    insert into counted_events (tenant_id, digest)
    select $1, digest
      from unnest($2::bytea[]) as digest
        on conflict (tenant_id, digest) do nothing
 returning digest
"""

COUNT = """
    insert into competitor_day as had (tenant_id, day, community, count)
    select $1, counted.*
      from unnest($2::integer[], $3::text[], $4::bigint[]) as counted
        on conflict (tenant_id, day, community) do update
       set count = had.count + excluded.count
"""

FOUND = """
    select source, id, day, kind, text_hash, community, withdrawn_at is null as counts,
           case when withdrawn_at is null then coalesce(count, 1) else 0 end as count
      from events
     where tenant_id = $1 and (actor = any($2::text[]) or target = any($2::text[]))
     order by source, id
       for update
"""

FORGET_EVENTS = "delete from events where tenant_id = $1 and (actor = any($2::text[]) or target = any($2::text[]))"
FORGET_MEMBERSHIPS = "delete from memberships where tenant_id = $1 and person = any($2::text[])"
FORGET_MANAGERS = "update memberships set manager = null where tenant_id = $1 and manager = any($2::text[])"
FORGET_TIES = "delete from ties where tenant_id = $1 and (actor = any($2::text[]) or target = any($2::text[]))"
FORGET_ANSWERS = "delete from answers where tenant_id = $1 and respondent = any($2::text[])"
FORGET_RATINGS = "delete from ratings where tenant_id = $1 and rater = any($2::text[])"
FORGET_SURVIVALS = "delete from survivals where tenant_id = $1 and unit = any($2::text[])"
FORGET_IDENTITIES = """
    delete from identities
     where tenant_id = $1 and kind = 'person' and (id = any($2::text[]) or same_as = any($2::text[]))
"""
ROWS: Final = (
    FORGET_MEMBERSHIPS, FORGET_MANAGERS, FORGET_TIES, FORGET_ANSWERS, FORGET_RATINGS, FORGET_SURVIVALS, FORGET_IDENTITIES,
)  # fmt: skip
# What rows were before imports and withdrawals touched them would come back with them; what they said of a manager goes blank.
FORGET_BATCH_ROWS = """
    delete from batch_rows
     using unnest($3::text[], $4::text[]) as named (stem, place)
     where tenant_id = $1 and file = stem and (after ->> place = any($2::text[]) or before ->> place = any($2::text[]))
       and coalesce(after ->> 'kind', 'person') = 'person'
"""
FORGET_CORRECTED_ROWS = """
    delete from corrected_rows
     using unnest($3::text[], $4::text[]) as named (stem, place)
     where tenant_id = $1 and file = stem and image ->> place = any($2::text[])
       and coalesce(image ->> 'kind', 'person') = 'person'
"""
BLANK_BATCH_ROWS = """
    update batch_rows
       set before = case when before ->> place = any($2::text[]) then before - place else before end,
           after = case when after ->> place = any($2::text[]) then after - place else after end
      from unnest($3::text[], $4::text[]) as named (stem, place)
     where tenant_id = $1 and file = stem and (after ->> place = any($2::text[]) or before ->> place = any($2::text[]))
"""
BLANK_CORRECTED_ROWS = """
    update corrected_rows
       set image = image - place
      from unnest($3::text[], $4::text[]) as named (stem, place)
     where tenant_id = $1 and file = stem and image ->> place = any($2::text[])
"""
CLAIMED = """
    select subject as person from disputes where tenant_id = $1 and kind = 'person' and subject = any($2::text[])
     union
    select person from person_rights where tenant_id = $1 and person = any($2::text[])
"""
_ABOUT: Final = [(stem, name) for stem, names in door.PEOPLE.items() for name in names]
# Claims and requests in their name stay, about nobody.
_NAMED: Final = [
    place for place in PLACES if place.table in ("disputes", "person_rights") and place.kind != "organisation"
]


class Deed(NamedTuple):
    """An event that is only counted."""

    source: str
    id: str
    day: int
    community: str | None
    times: int


async def meet(tx: TenantTx, rows: Iterable[PersonRow]) -> None:
    """Take note of people whom a row calls a competitor's; what is stored of them is counted and removed."""
    people = sorted({row.person for row in rows if row.group == "competitor"})
    if not people:
        return
    secret = (await door.load(tx)).secret
    await tx.rows(marks.QUEUE)
    await tx.run(NAME, sorted({digest for person in people for digest in pseudonyms.digests(secret, person)}))
    stored = sorted({*people, *(pseudonyms.pseudonym(secret, person) for person in people)})
    await _forget_events(tx, secret, stored)
    await _forget_images(tx, stored)
    if sum([await tx.run(forget, stored) for forget in ROWS]):
        await stale.table(tx, "memberships")


async def _forget_events(tx: TenantTx, secret: bytes, people: Sequence[str]) -> None:
    found = await tx.rows(FOUND, people)
    await marks.mark(tx, [tuple(row)[:5] for row in found if row["counts"]])
    # What was withdrawn counts nothing, also when it is sent again.
    deeds = [Deed(row["source"], row["id"], row["day"], row["community"], row["count"]) for row in found]
    await count(tx, secret, deeds)
    await tx.run(FORGET_EVENTS, people)
    # Of days whose events have had their time, roll-ups alone are left.
    await _add(tx, Counter({(day, place): many for day, place, many in await expired_days.forget_people(tx, people)}))


async def _forget_images(tx: TenantTx, people: Sequence[str]) -> None:
    for sql in (FORGET_BATCH_ROWS, FORGET_CORRECTED_ROWS):
        await tx.run(sql, people, *map(list, zip(*_ABOUT, strict=True)))
    for sql in (BLANK_BATCH_ROWS, BLANK_CORRECTED_ROWS):
        await tx.run(sql, people, list(door.ASIDE), list(door.ASIDE.values()))
    claimed = [row["person"] for row in await tx.rows(CLAIMED, people)]
    for place in _NAMED:
        for person in claimed:
            await erasure.rename(tx, place, person, erasure.tombstone())


async def count(tx: TenantTx, secret: bytes, deeds: Sequence[Deed]) -> list[bool]:
    """Count events of competitors' people, each once by its source and id; return which of them are new."""
    digests = [_digest(secret, deed) for deed in deeds]
    fresh = {row["digest"] for row in await tx.rows(ONCE, sorted(set(digests)))} if deeds else set[bytes]()
    new = []
    for digest in digests:
        new.append(digest in fresh)
        fresh.discard(digest)
    counted = Counter[tuple[int, str | None]]()
    for deed, is_new in zip(deeds, new, strict=True):
        if is_new and deed.times:
            counted[deed.day, deed.community] += deed.times
    await _add(tx, counted)
    return new


async def _add(tx: TenantTx, counted: Counter[tuple[int, str | None]]) -> None:
    if counted:
        places = sorted(counted, key=lambda place: (place[0], place[1] or ""))
        await tx.run(
            COUNT, [day for day, _ in places], [community for _, community in places], [counted[one] for one in places]
        )
        await stale.days(tx, {day for day, _ in places})


def _digest(secret: bytes, deed: Deed) -> bytes:
    return hmac.digest(secret, _PURPOSE + f"{deed.source}\0{deed.id}".encode(), hashlib.sha256)
