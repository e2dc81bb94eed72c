"""What was published, per scorer, as cells and blocks of facts, and who was met when: hashes that nobody is ever shown.

Whoever is erased goes on under another hash, in place: what was published stays comparable, and no trace leads back.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from kithline_core import ids
from kithline_core.db.database import TenantTx
from kithline_core.model import pseudonyms
from kithline_core.model.shapes import Stored

# What one scorer shows is compared and stored one after the other: two at once would not see each other.
ALONE = """
    select pg_advisory_xact_lock(hashtextextended(tenant_id::text || ' publishes ' || $2, 0))
      from tenants
     where tenant_id = $1
"""

HISTORY = """
    select min(published_at) as first_at, now() as now,
           count(distinct digest) filter (where published_at > now() - make_interval(days => $3)) as lately
      from publications
     where tenant_id = $1 and scorer = $2
"""

EARLIER = """
    select snapshots.digest, first_day, last_day, communities, channels, cells, max(publications.floor) as floor
      from snapshots
      join publications
        on publications.tenant_id = $1 and publications.scorer = $2 and publications.digest = snapshots.digest
     where snapshots.tenant_id = $1 and snapshots.scorer = $2 and snapshots.digest <> all($3::bytea[])
     group by snapshots.tenant_id, snapshots.scorer, snapshots.digest
"""

SAME = "select digest from snapshots where tenant_id = $1 and scorer = $2 and digest = $3"

BLOCKS = "select block, people, said from blocks where tenant_id = $1 and block = any($2::bigint[])"

INSERT_BLOCKS = """
    insert into blocks (tenant_id, block, people, said)
    select $1, block, people, said
      from unnest($2::bigint[], $3::bytea[], $4::bytea[]) as new (block, people, said)
     order by block
        on conflict (tenant_id, block) do nothing
"""

INSERT_SNAPSHOT = """
    insert into snapshots (tenant_id, scorer, digest, first_day, last_day, communities, channels, cells)
    values ($1, $2, $3, $4, $5, $6::bigint[], $7::bigint[], $8)
        on conflict (tenant_id, scorer, digest) do nothing
"""

INSERT = """
    insert into publications (tenant_id, publication_id, scorer, digest, floor)
    values ($1, $2, $3, $4, $5)
"""

# Everybody in the data, whether or not a scope counts them.
EVERYBODY = """
    select person from memberships where tenant_id = $1
     union select actor from activity_day where tenant_id = $1
     union select target from tie_day where tenant_id = $1
     union select unnest(array[actor, target]) from ties where tenant_id = $1
     union select respondent from answers where tenant_id = $1
     union select unit from survivals where tenant_id = $1
"""

MET = """
    select people
      from acquaintances
     where tenant_id = $1 and ($2::timestamptz is null or met_at <= $2)
     order by acquaintance_id
"""

MEET = """
    insert into acquaintances (tenant_id, acquaintance_id, people)
    values ($1, $2, $3)
"""

# Hashes stand at multiples of their width; whatever else holds the same bytes is left as it is.
WITH = "select block, people from blocks where tenant_id = $1 and position($2::bytea in people) > 0 for update"

RENAME = "update blocks set people = $3 where tenant_id = $1 and block = $2"

ACQUAINTED = "select acquaintance_id as id, people from acquaintances where tenant_id = $1 for update"

REMEET = "update acquaintances set people = $3 where tenant_id = $1 and acquaintance_id = $2"

WIDTH: Final = 8


class History(Stored, frozen=True):
    """When a scorer was first published, and how many different snapshots of it lately."""

    first_at: datetime | None
    now: datetime
    lately: int


class Earlier(Stored, frozen=True):
    """A published snapshot, and the highest floor under which it was published."""

    digest: bytes
    first_day: int
    last_day: int
    communities: list[int] | None
    channels: list[int] | None
    cells: bytes
    floor: int


class Bytes(NamedTuple):
    """A block as it is kept."""

    people: bytes
    said: bytes


async def alone(tx: TenantTx, scorer: str) -> None:
    """Wait until nobody else compares and stores what this scorer shows, and keep it so until COMMIT."""
    await tx.rows(ALONE, scorer)


async def history(tx: TenantTx, scorer: str, days: int) -> History:
    """Return when a scorer was first published, and how many different snapshots of it in so many days."""
    return await tx.one(History, HISTORY, scorer, days)


async def earlier(tx: TenantTx, scorer: str, but: Collection[bytes]) -> list[Earlier]:
    """Return the published snapshots of a scorer but those that are known already."""
    return await tx.all(Earlier, EARLIER, scorer, list(but))


async def same(tx: TenantTx, scorer: str, digest: bytes) -> bool:
    """Say whether this very snapshot was published."""
    return bool(await tx.rows(SAME, scorer, digest))


async def blocks(tx: TenantTx, names: Collection[int]) -> dict[int, Bytes]:
    """Return blocks by their names."""
    rows = await tx.rows(BLOCKS, [_signed(name) for name in names])
    return {_unsigned(row["block"]): Bytes(row["people"], row["said"]) for row in rows}


async def store(tx: TenantTx, scorer: str, publication_id: UUID, new: Earlier, held: Mapping[int, Bytes]) -> None:
    """Keep what is being published."""
    if not await same(tx, scorer, new.digest):
        names = sorted(held)
        columns = [held[name].people for name in names], [held[name].said for name in names]
        await tx.run(INSERT_BLOCKS, [_signed(name) for name in names], *columns)
        await tx.run(
            INSERT_SNAPSHOT, scorer, new.digest, new.first_day, new.last_day, new.communities, new.channels, new.cells
        )
    await tx.run(INSERT, publication_id, scorer, new.digest, new.floor)


async def everybody(tx: TenantTx) -> list[str]:
    """Return the ids of everybody in the data."""
    return [row["person"] for row in await tx.rows(EVERYBODY) if row["person"] is not None]


async def met(tx: TenantTx, until: datetime | None = None) -> bytes:
    """Return who was met until then (None: ever), 8 bytes each."""
    return b"".join([row["people"] for row in await tx.rows(MET, until)])


async def meet(tx: TenantTx, people: bytes) -> None:
    """Write down that these people were met now for the first time."""
    await tx.run(MEET, ids.new(), people)


async def rename(tx: TenantTx, secret: bytes, names: Sequence[str], tombstone: str) -> int:
    """Let a tombstone stand wherever people stood who are being erased; return in how many blocks they did."""
    stands, found = pseudonyms.digest(secret, tombstone)[:WIDTH], 0
    for name in names:
        gone = pseudonyms.digest(secret, name)[:WIDTH]
        for row in await tx.rows(WITH, gone):
            found += await tx.run(RENAME, row["block"], _replaced(row["people"], gone, stands))
        for row in await tx.rows(ACQUAINTED):
            if (people := _replaced(row["people"], gone, stands)) != row["people"]:
                await tx.run(REMEET, row["id"], people)
    return found


def _replaced(people: bytes, gone: bytes, stands: bytes) -> bytes:
    """Put one hash in the place of another, wherever it stands at a multiple of its width."""
    changed = bytearray(people)
    place = changed.find(gone)
    while place >= 0:
        if place % WIDTH == 0:
            changed[place : place + WIDTH] = stands
        place = changed.find(gone, place + 1)
    return bytes(changed)


def _signed(name: int) -> int:
    return name - (1 << 64) if name >> 63 else name


def _unsigned(name: int) -> int:
    return name % (1 << 64)
