"""What is held about a person, table by table: counted for receipts, read for the person's own copy."""

from typing import Any, Final

from kithline_core.db import rights
from kithline_core.db.database import TenantTx
from kithline_core.db.places import ABOUT
from kithline_core.model import pseudonyms

SIZE: Final = 1_000
# Nothing of these helps the person, and all of it is ours: fences and hashes.
OWN: Final = ("body_hash", "text_hash", "token", "lease_until", "parameters", "place")
# Tables in which the person stands as a keyed hash.
BY_HASH: Final = {"audit_events": ("subject",), "jobs": ("subject",)}

COUNT = "select $1::uuid as tenant_id, person_count($1, $2::text::regclass, $3::text[], $4::text[]) as rows"

READ = """
    select $1::uuid as tenant_id, of_relation::bigint as relation, of_row as row, content
      from person_rows($1, $2::text::regclass, $3::text[], $4::text[], $5::bigint::oid, $6, $7)
"""

# Where a table goes on: behind a row, named by the database's own address of it.
Behind = tuple[int, tuple[int, int]]
START: Final[Behind] = (0, (0, 0))


async def count(tx: TenantTx, table: str, people: list[str]) -> int:
    """Return how many rows of a table speak of these people."""
    (row,) = await tx.rows(COUNT, table, list(ABOUT[table]), people)
    found: int = row["rows"]
    return found


async def hashes(tx: TenantTx, people: list[str]) -> list[str]:
    """Return the keyed hashes under which these people stand in receipts and audit events."""
    key = await rights.secret(tx)
    return [pseudonyms.shown(key, person) for person in people]


async def read(
    tx: TenantTx, table: str, people: list[str], behind: Behind = START
) -> tuple[list[dict[str, Any]], Behind | None]:
    """Return some rows of a table that speak of these people, as they are stored, and where to go on; None at the end."""
    columns, named = ABOUT.get(table, ()), people
    if table in BY_HASH:
        columns, named = BY_HASH[table], await hashes(tx, people)
    found = await tx.rows(READ, table, list(columns), named, *behind, SIZE)
    rows = [{name: cell for name, cell in row["content"].items() if name not in OWN} for row in found]
    more = len(found) == SIZE
    return rows, (found[-1]["relation"], found[-1]["row"]) if more else None
