"""Plants somebody's id wherever the schema lets one stand, and looks for it in everything a database gives out."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

import kithline_core
from kithline_core.db.places import PERSON_FREE, PLACES
from kithline_core.stack import binaries
from kithline_core.stack.account import Account

COLUMNS = """
    select relname as table, attname as name, format_type(atttypid, null) as type,
           attnotnull and not atthasdef and attidentity = '' as needed
      from pg_attribute
      join pg_class on pg_class.oid = attrelid
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
       and attnum > 0 and not attisdropped
       and attrelid in (select attrelid from pg_attribute where attname = 'tenant_id')
     order by relname, attnum
"""
CHECKS = """
    select conrelid::regclass::text as table, pg_get_constraintdef(oid) as said
      from pg_constraint
     where contype = 'c' and connamespace = 'public'::regnamespace
"""
# What the rows of a table must hold for their constraints, where that cannot be read off a list of words.
GIVEN: dict[tuple[str, str], str] = {
    ("person_rights", "kind"): "'object'",
    ("identities", "kind"): "'person'",
    ("identities", "same_as"): "'somebody else'",
    ("disputes", "kind"): "'person'",
    ("idempotency_keys", "status"): "200",
    ("datasets", "document"): "jsonb_build_object('nature', 'synthetic', 'title', 'of {person}')",
}
PLAIN = {
    "uuid": "gen_random_uuid()", "integer": "1", "bigint": "1", "double precision": "1", "boolean": "false",
    "timestamp with time zone": "now()", "bytea": "'x'", "text": "'x'", "jsonb": "'{}'", "text[]": "'{}'",
    "uuid[]": "'{}'", "xid8": "'1'", "date": "now()", "smallint": "1", "tstzmultirange": "'{}'",
}  # fmt: skip
MIGRATIONS = sorted((Path(kithline_core.__file__).parent / "db" / "migrations").glob("*.sql"))
SEARCHED = ("text", "text[]", "jsonb", "bytea")


async def columns(connection: Any) -> list[Any]:
    """Return the columns of every table of tenants."""
    return await connection.fetch(COLUMNS)


def declared(of: str | None = None) -> dict[tuple[str, str], str]:
    """Return what is said of each column, of rows of this kind where it says: people, names, texts or free."""
    said = {(table, name): "free" for table, names in PERSON_FREE.items() for name in names}
    for place in (place for place in PLACES if of is None or place.kind in (None, of)):
        for kind in ("people", "names", "texts", "images"):
            said = {**{(place.table, name): kind for name in getattr(place, kind)}, **said}
    return said


def _word(checks: list[Any], table: str, column: str) -> str | None:
    for check in checks:
        if check["table"] == table and (
            found := re.search(rf"\(\(?{column} = (?:ANY \(ARRAY\[)?'([^']+)'", check["said"])
        ):
            return f"'{found[1]}'"
        if check["table"] == table and (found := re.search(rf"octet_length\({column}\) = (\d+)", check["said"])):
            return f"decode(repeat('00', {found[1]}), 'hex')"
    return None


def _told(kind: str, type_: str, person: str) -> str:
    """Return an expression that holds the id as such a column would."""
    quoted = person.replace("'", "''")
    if type_ == "text[]":
        return f"array['other', 'at {quoted}''s']"
    if type_ == "jsonb":
        return (
            f"jsonb_build_object('person', '{quoted}'::text, 'said', jsonb_build_array('ask {quoted}, please', 1),"
            f" '{quoted}', 1, 'ask', E'\\n' || '{quoted}')"
        )
    return f"'{quoted}'" if kind == "people" else f"'re: {quoted} (away)'"


async def plant(connection: Any, tenant: UUID, person: str) -> int:
    """Put a row that is full of somebody into every table of the tenant; return into how many columns."""
    checks, planted = await connection.fetch(CHECKS), 0
    for table, held in (await _tables(connection)).items():
        if table not in ("tenants", "retention", "expired_days"):
            planted += await _put(connection, checks, tenant, held, person)
    return planted


async def plant_one(connection: Any, tenant: UUID, person: str, column: tuple[str, str], kind: str | None) -> None:
    """Put a row into a table of the tenant that holds somebody in this column alone; `kind`: of rows of this kind."""
    held = (await _tables(connection))[column[0]]
    await _put(connection, await connection.fetch(CHECKS), tenant, held, person, only=column[1], of=kind)


async def _tables(connection: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for column in await columns(connection):
        found.setdefault(column["table"], []).append(column)
    return found


async def _put(
    connection: Any, checks: list[Any], tenant: UUID, held: list[Any], person: str, *,
    only: str | None = None, of: str | None = None,
) -> int:  # fmt: skip
    said, planted = declared(of), 0
    cells: dict[str, str] = {}
    for column in held:
        key = (column["table"], column["name"])
        kind = said.get(key, "free")
        given = GIVEN | ({(column["table"], "kind"): f"'{of}'"} if of else {})
        if column["name"] == "tenant_id":
            cells["tenant_id"] = f"'{tenant}'"
        elif (
            kind != "free"
            and column["type"] in SEARCHED
            and only in (None, column["name"])
            and (only is not None or key not in given)
        ):
            cells[column["name"]] = _told(kind, column["type"], person)
            planted += 1
        elif key in given:
            name = person.replace("'", "''") if only is None else "nobody"
            cells[column["name"]] = given[key].replace("{person}", name)
        elif (word := _word(checks, *key)) is not None and (column["needed"] or column["type"] == "text"):
            cells[column["name"]] = word
        elif column["needed"]:
            cells[column["name"]] = PLAIN[column["type"]]
    names = ", ".join(f'"{name}"' for name in cells)
    values = ", ".join(cells.values())
    await connection.execute("set session_replication_role = replica")
    # What a tenant has one of is there already.
    await connection.execute(f"insert into {held[0]['table']} ({names}) values ({values}) on conflict do nothing")
    await connection.execute("reset session_replication_role")
    return planted


async def places_with(connection: Any, needle: bytes) -> list[str]:
    """Return every relation, the server's own included, in whose rows the bytes stand."""
    relations = await connection.fetch(
        "select oid::regclass::text as name from pg_class where relkind in ('r', 'm', 't', 'S') order by 1"
    )
    found = []
    for relation in relations:
        held = bytearray()

        async def keep(part: bytes, held: bytearray = held) -> None:
            held.extend(part)

        await connection.copy_from_query(f"select * from {relation['name']}", output=keep)
        if mentions(bytes(held), needle):
            found.append(relation["name"])
    return found


def mentions(told: bytes, needle: bytes) -> bool:
    """Say whether the bytes stand in a text, as they are or spelt as a column of bytes is."""
    return needle in told or needle.hex().encode() in told


def dump(url: str) -> bytes:
    """Return what pg_dump writes of a database, with the planner's statistics where this release can."""
    parts = urlsplit(url)
    program = str(binaries.postgres(Account.me()) / "pg_dump")
    told = subprocess.run([program, "--help"], capture_output=True, check=True).stdout
    options = ["--statistics"] if b"--statistics " in told or b"--statistics\n" in told else []
    return subprocess.run(
        [program, "--column-inserts", *options, url],
        capture_output=True,
        check=True,
        env={**os.environ, "PGPASSWORD": unquote(parts.password or "")},
    ).stdout
