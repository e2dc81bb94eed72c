"""Replaces a person's id by a tombstone wherever it stands, in bounded batches that may be repeated.

Most tables let the app role change no names. The functions used here act as the owner, within the tenant's row-level
security, and can write tombstones only (see the migration of rights).
"""

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from kithline_core.db.database import TenantTx
from kithline_core.db.places import PLACES, Place
from kithline_core.model.rights import speaks

BATCH: Final = 5_000
# Tables with statistics of columns that a name may have stood in.
SAMPLED: Final = tuple(sorted({place.table for place in PLACES} | {"idempotency_keys"}))

RENAME = """
    select $1::uuid as tenant_id,
           rename_person($2::text::regclass, $3, $4::text[], $5::text[], $6, $7, $8) as touched
"""

RENAME_IN_FINDINGS = "select $1::uuid as tenant_id, rename_in_findings($2, $3, $4) as touched"

FORGET_STATISTICS = "select $1::uuid as tenant_id, forget_statistics($2::text::regclass)"

FORGET_ANSWERS = """
    delete from idempotency_keys
     where tenant_id = $1
       and (position(convert_to($2, 'UTF8') in body) > 0 or strpos(headers::text, $2) > 0
            or strpos(idempotency_key, $3) > 0)
"""

# Sessions of our role whose transaction began before: they may not have seen what was committed since.
OLDER = """
    select $1::uuid as tenant_id, count(*) as older
      from pg_stat_activity
     where datname = current_database() and usename = current_user and pid <> pg_backend_pid() and xact_start < $2
"""


def tombstone() -> str:
    """Return a fresh name that stands for nobody: random, so that it leads back to no id."""
    return "erased-" + base64.b32encode(secrets.token_bytes(17)).decode().lower()[:26]


async def settled(tx: TenantTx, since: datetime) -> bool:
    """Say whether every transaction is over that may not have seen what was committed by then."""
    (row,) = await tx.rows(OLDER, since)
    return bool(row["older"] == 0)


async def rename(tx: TenantTx, place: Place, person: str, name: str) -> int:
    """Replace the id in up to BATCH rows of a table; return in how many it stood. Fewer than BATCH: none is left."""
    whole, parts = place.searched(person)
    if not whole and not parts:
        return 0
    (row,) = await tx.rows(RENAME, place.table, place.kind, list(whole), list(parts), person, name, BATCH)
    touched: int = row["touched"]
    return touched


async def rename_in_findings(tx: TenantTx, person: str, name: str) -> int:
    """Replace the id in up to BATCH stored findings; return how many."""
    if not speaks(person):
        return 0
    (row,) = await tx.rows(RENAME_IN_FINDINGS, person, name, BATCH)
    touched: int = row["touched"]
    return touched


async def forget_answers(tx: TenantTx, person: str) -> int:
    """Delete kept answers in which the id stands; return how many."""
    quoted = msgspec.json.encode(person).decode()
    spoken = quoted[1:-1] if speaks(person) else quoted
    return await tx.run(FORGET_ANSWERS, spoken, person if speaks(person) else quoted)


async def forget_statistics(tx: TenantTx, table: str) -> None:
    """Have the planner's samples of a table made anew: old ones may hold the id, and dumps may hold them."""
    await tx.run(FORGET_STATISTICS, table)


def without(text: str, people: Sequence[str]) -> str:
    """Return words with ids of people taken out, as far as they can be recognised."""
    for person in people:
        text = text.replace(person, "(the person)") if speaks(person) else text
    return text
