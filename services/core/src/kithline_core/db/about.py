"""What is held about a person, table by table: counted for receipts, read for the person's own copy.

It goes where erasure goes: rows of which the person is an end, and rows in whose other cells the id stands.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

from kithline_core.db import rights, saying
from kithline_core.db.database import TenantTx
from kithline_core.db.places import ABOUT, PLACES
from kithline_core.model import pseudonyms

SIZE: Final = 1_000
# Nothing of these helps the person, and all of it is ours: fences and hashes.
OWN: Final = ("body_hash", "text_hash", "token", "lease_until", "secret_hash", "key_id")
OWN_OF: Final[Mapping[str, tuple[str, ...]]] = {"jobs": ("parameters", "place")}
# Of a result: which one it is. What it says is read where its guards are.
SHOWN_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "results": ("result_id", "run_id", "scorer", "version", "window_start", "window_end", "created_at"),
}
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
Rows = list[dict[str, Any]]


async def ends(tx: TenantTx, table: str, people: list[str]) -> int:
    """Return how many rows of a table have these people as an end."""
    (row,) = await tx.rows(COUNT, table, list(ABOUT[table]), people)
    found: int = row["rows"]
    return found


async def count(tx: TenantTx, table: str, people: list[str]) -> int:
    """Return how many rows of a table speak of these people, wherever their ids stand in it."""
    found = await ends(tx, table, people) if table in ABOUT else 0
    if table in saying.COUNTS:
        (row,) = await tx.rows(saying.COUNTS[table], *saying.asked(people))
        found += row["rows"]
    return found


async def hashes(tx: TenantTx, people: list[str]) -> list[str]:
    """Return the keyed hashes under which these people stand in receipts and audit events."""
    key = await rights.secret(tx)
    return [pseudonyms.shown(key, person) for person in people]


async def read(tx: TenantTx, table: str, people: list[str], behind: Behind = START) -> tuple[Rows, Behind | None]:
    """Return some rows of a table of which these people are an end, and where to go on; None at the end."""
    columns, named = ABOUT.get(table, ()), people
    if table in BY_HASH:
        columns, named = BY_HASH[table], await hashes(tx, people)
    if not columns:
        return [], None
    found = await tx.rows(READ, table, list(columns), named, *behind, SIZE)
    return [_shown(table, row["content"]) for row in found], _next(found)


async def read_said(tx: TenantTx, table: str, people: list[str], behind: Behind = START) -> tuple[Rows, Behind | None]:
    """Return some rows of a table that only name these people, without who else is in them, and where to go on."""
    if table not in saying.ROWS:
        return [], None
    found = await tx.rows(saying.ROWS[table], *saying.asked(people), *behind, SIZE)
    return [_shown(table, _alone(table, row["content"], people)) for row in found], _next(found)


def _next(found: list[Any]) -> Behind | None:
    return (found[-1]["relation"], found[-1]["row"]) if len(found) == SIZE else None


def _shown(table: str, row: dict[str, Any]) -> dict[str, Any]:
    own, shown = (*OWN, *OWN_OF.get(table, ())), SHOWN_OF.get(table, tuple(row))
    return {name: cell for name, cell in row.items() if name in shown and name not in own}


def _alone(table: str, row: dict[str, Any], people: Collection[str]) -> dict[str, Any]:
    """Return a row, and rows that are kept as JSON in it, without the others whom it is about."""
    place = next(one for one in PLACES if one.table == table and one.kind in (None, row.get("kind")))
    plain = {name: cell for name, cell in row.items() if name not in place.people}
    return plain | {name: _image(plain[name], people) for name in place.images if isinstance(plain[name], dict)}


def _image(row: Mapping[str, Any], people: Collection[str]) -> dict[str, Any]:
    return {name: cell for name, cell in row.items() if name not in saying.PEOPLE or cell in people}
