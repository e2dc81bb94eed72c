"""Sketches of what was published, per scorer, and who was met when: keyed hashes that nobody is ever shown.

Whoever is erased goes on under another hash, in place: what was published stays comparable, and no trace leads back.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from kithline_core import ids
from kithline_core.db.database import TenantTx
from kithline_core.model import pseudonyms
from kithline_core.model.shapes import Stored

# Results of one scorer are compared and stored one after the other: two at once would not see each other.
ALONE = """
    select pg_advisory_xact_lock(hashtextextended(tenant_id::text || ' publishes ' || $2, 0))
      from tenants
     where tenant_id = $1
"""

HISTORY = """
    select min(published_at) as first_at, now() as now,
           count(distinct sketch_id) filter (where published_at > now() - make_interval(days => $3)) as lately
      from publications
     where tenant_id = $1 and scorer = $2
"""

EARLIER = """
    select sketches.sketch_id as id, thinning, sample_people, sample, renamed, max(publications.floor) as floor
      from sketches
      join publications
        on publications.tenant_id = $1 and publications.scorer = $2 and publications.sketch_id = sketches.sketch_id
     where sketches.tenant_id = $1 and sketches.scorer = $2 and sketches.sketch_id <> all($3::uuid[])
     group by sketches.tenant_id, sketches.sketch_id
     order by sketches.sketch_id
"""

SAME = "select sketch_id as id from sketches where tenant_id = $1 and scorer = $2 and digest = $3"

WHOLE = "select people, facts from sketches where tenant_id = $1 and sketch_id = $2"

INSERT_SKETCH = """
    insert into sketches (tenant_id, sketch_id, scorer, digest, thinning, sample_people, sample, people, facts)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""

INSERT = """
    insert into publications (tenant_id, result_id, scorer, sketch_id, floor)
    values ($1, $2, $3, $4, $5)
"""

MET = """
    select met_at, people
      from acquaintances
     where tenant_id = $1 and ($2::timestamptz is null or met_at <= $2)
     order by acquaintance_id
"""

MEET = """
    insert into acquaintances (tenant_id, acquaintance_id, people)
    values ($1, $2, $3)
"""

IDS = """
    select sketch_id as id
      from sketches
     where tenant_id = $1 and sketch_id > $2
     order by sketch_id
     limit 1
"""

PEOPLE = "select people, sample_people, renamed from sketches where tenant_id = $1 and sketch_id = $2 for update"

RENAME = """
    update sketches
       set people = $3, sample_people = $4, renamed = $5
     where tenant_id = $1 and sketch_id = $2
"""

ACQUAINTED = "select acquaintance_id as id, people from acquaintances where tenant_id = $1 for update"

REMEET = "update acquaintances set people = $3 where tenant_id = $1 and acquaintance_id = $2"

WIDTH: Final = 8
_FIRST: Final = UUID(int=0)


class History(Stored, frozen=True):
    """When a scorer was first published, and how many different sketches of it lately."""

    first_at: datetime | None
    now: datetime
    lately: int


class Sample(Stored, frozen=True):
    """Part of an earlier sketch, and the highest floor under which it was published."""

    id: UUID
    thinning: int
    sample_people: bytes
    sample: bytes
    renamed: bytes
    floor: int


class Whole(Stored, frozen=True):
    """The people and facts of a sketch."""

    people: bytes
    facts: bytes


class NewSketch(msgspec.Struct, frozen=True, kw_only=True):
    """A sketch to be kept: all of it, and a part that is quickly compared."""

    digest: bytes
    thinning: int
    sample: Whole
    whole: Whole


async def alone(tx: TenantTx, scorer: str) -> None:
    """Wait until nobody else compares and stores results of this scorer, and keep it so until COMMIT."""
    await tx.rows(ALONE, scorer)


async def history(tx: TenantTx, scorer: str, days: int) -> History:
    """Return when a scorer was first published, and how many different sketches of it in so many days."""
    return await tx.one(History, HISTORY, scorer, days)


async def earlier(tx: TenantTx, scorer: str, but: Collection[UUID]) -> list[Sample]:
    """Return the published sketches of a scorer but those that are known already."""
    return await tx.all(Sample, EARLIER, scorer, list(but))


async def same(tx: TenantTx, scorer: str, digest: bytes) -> UUID | None:
    """Return the sketch with these very facts, if they were published."""
    rows = await tx.rows(SAME, scorer, digest)
    return rows[0]["id"] if rows else None


async def whole(tx: TenantTx, sketch_id: UUID) -> Whole:
    """Return all facts of a sketch. Raises NotFound."""
    return await tx.one(Whole, WHOLE, sketch_id)


async def store(tx: TenantTx, scorer: str, result_id: UUID, floor: int, new: NewSketch) -> None:
    """Keep what was published with a result."""
    sketch_id = await same(tx, scorer, new.digest)
    if sketch_id is None:
        sketch_id = ids.new()
        await tx.run(
            INSERT_SKETCH, sketch_id, scorer, new.digest, new.thinning, new.sample.people, new.sample.facts,
            new.whole.people, new.whole.facts,
        )  # fmt: skip
    await tx.run(INSERT, result_id, scorer, sketch_id, floor)


async def met(tx: TenantTx, until: datetime | None = None) -> bytes:
    """Return who was met until then (None: ever), 8 bytes each."""
    return b"".join([row["people"] for row in await tx.rows(MET, until)])


async def meet(tx: TenantTx, people: bytes) -> None:
    """Write down that these people were met now for the first time."""
    await tx.run(MEET, ids.new(), people)


async def rename(tx: TenantTx, secret: bytes, names: Sequence[str], tombstone: str) -> int:
    """Let a tombstone stand wherever people stood who are being erased; return in how many sketches they did."""
    gone = [pseudonyms.digest(secret, name)[:WIDTH] for name in names]
    stands = pseudonyms.digest(secret, tombstone)[:WIDTH]
    found, last = 0, _FIRST
    while rows := await tx.rows(IDS, last):
        last = rows[0]["id"]
        found += await _renamed(tx, last, gone, stands)
    for row in await tx.rows(ACQUAINTED):
        if (people := _replaced(row["people"], gone, stands)) != row["people"]:
            await tx.run(REMEET, row["id"], people)
    return found


async def _renamed(tx: TenantTx, sketch_id: UUID, gone: Sequence[bytes], stands: bytes) -> int:
    (row,) = await tx.rows(PEOPLE, sketch_id)
    people, sample = (_replaced(row[name], gone, stands) for name in ("people", "sample_people"))
    if people == row["people"]:
        return 0
    return await tx.run(RENAME, sketch_id, people, sample, row["renamed"] + stands)


def _replaced(people: bytes, gone: Sequence[bytes], stands: bytes) -> bytes:
    """Put one hash in the place of others, wherever it stands at a multiple of its width."""
    changed = bytearray(people)
    for one in gone:
        place = changed.find(one)
        while place >= 0:
            if place % WIDTH == 0:
                changed[place : place + WIDTH] = stands
            place = changed.find(one, place + 1)
    return bytes(changed)
