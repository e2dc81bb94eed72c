"""What results were computed from: canonical snapshots, the people behind their numbers as keyed hashes, parameters.

Whoever is erased takes the snapshots along that hold them. When roll-ups have had their time, the hashes go: from then on a
snapshot leads back to nobody, and can still be scored again.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import zstandard

from kithline_core.db.database import TenantTx
from kithline_core.model import pseudonyms
from kithline_core.model.rights import speaks
from kithline_core.model.shapes import Stored

WIDTH: Final = 8
# What a row of Postgres holds well; a result over more than this cannot be computed again.
LARGEST: Final = 512 * 1024 * 1024
PAGE: Final = 20

INSERT = """
    insert into kept_snapshots (tenant_id, kept, data, people)
    values ($1, $2, $3, $4)
        on conflict (tenant_id, kept) do nothing
"""

INSERT_INPUTS = """
    insert into result_inputs (tenant_id, result_id, kept, parameters, plugin, plugin_version, engine)
    values ($1, $2, $3, $4, $5, $6, $7)
"""

GET = """
    select result_inputs.kept, data, people, parameters, plugin, plugin_version, engine
      from result_inputs
      left join kept_snapshots on kept_snapshots.tenant_id = $1 and kept_snapshots.kept = result_inputs.kept
     where result_inputs.tenant_id = $1 and result_id = $2
"""

PAGE_OF = """
    select kept, data, people
      from kept_snapshots
     where tenant_id = $1 and kept > $2
     order by kept
     limit $3
"""

FORGET = "delete from kept_snapshots where tenant_id = $1 and kept = any($2::text[])"

LET_GO = "update kept_snapshots set people = null where tenant_id = $1 and people is not null and kept_at < $2"


class Packed(Stored, frozen=True):
    """A snapshot ready to be stored: its name, compressed bytes (None: too large) and 8 bytes per person."""

    kept: str | None
    data: bytes | None
    people: bytes


class Inputs(Stored, frozen=True):
    """What a result was computed from. `data` is the canonical snapshot; None: it is gone, or was too large to keep.

    `people` holds 8 bytes per number in it; None: nobody can be told any more.
    """

    kept: str | None
    data: bytes | None
    people: bytes | None
    parameters: dict[str, Any]
    plugin: str
    plugin_version: str
    engine: str


class _Row(Stored, frozen=True):
    kept: str
    data: bytes
    people: bytes | None


def packed(data: bytes, people: bytes) -> Packed:
    """Return a snapshot as it is stored. Takes as long as compressing does: keep it off the loop."""
    small = zstandard.ZstdCompressor(level=3).compress(data)
    if len(small) > LARGEST:
        return Packed(None, None, people)
    return Packed(hashlib.sha256(data + people).hexdigest(), small, people)


async def store(
    tx: TenantTx, result_id: UUID, new: Packed, parameters: Mapping[str, Any], plugin: tuple[str, str], engine: str
) -> None:
    """Keep what a result was computed from; `plugin` is its name and version."""
    if new.kept is not None:
        await tx.run(INSERT, new.kept, new.data, new.people)
    await tx.run(INSERT_INPUTS, result_id, new.kept, dict(parameters), *plugin, engine)


async def of(tx: TenantTx, result_id: UUID) -> Inputs | None:
    """Return what a result was computed from; None where nothing was kept: it was withheld, or came from elsewhere."""
    found = await tx.maybe(Inputs, GET, result_id)
    if found is None or found.data is None:
        return found
    return Inputs(
        found.kept, unpacked(found.data), found.people,
        found.parameters, found.plugin, found.plugin_version, found.engine,
    )  # fmt: skip


async def forget(tx: TenantTx, secret: bytes, person: str) -> int:
    """Delete every snapshot in which a person stands, as a number or in words; return how many."""
    gone, last = pseudonyms.digest(secret, person)[:WIDTH], ""
    count = 0
    while rows := await tx.all(_Row, PAGE_OF, last, PAGE):
        hit = [row.kept for row in rows if _among(row.people or b"", gone) or _named(row.data, person)]
        count += await tx.run(FORGET, hit) if hit else 0
        last = rows[-1].kept
    return count


async def let_go(tx: TenantTx, before: datetime) -> int:
    """Forget who the people are in snapshots kept before then; return in how many."""
    return await tx.run(LET_GO, before)


def unpacked(data: bytes) -> bytes:
    """Return the canonical bytes of a stored snapshot."""
    return zstandard.ZstdDecompressor().decompress(data)


def _named(data: bytes, person: str) -> bool:
    try:
        return speaks(person) and person.encode() in unpacked(data)
    except zstandard.ZstdError:
        return True  # it can be scored by nobody, and nobody can tell who is in it


def _among(people: bytes, one: bytes) -> bool:
    place = people.find(one)
    while place >= 0 and place % WIDTH:
        place = people.find(one, place + 1)
    return place >= 0
