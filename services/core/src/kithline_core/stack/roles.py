"""The database's roles and databases, made when missing; their passwords lie in a 0600 file of libpq's form."""

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

import asyncpg

from kithline_core.stack.folders import write
from kithline_core.stack.postgres import DATABASE, ROLES, SUPERUSER

# Generic to the type checker only.
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

KNOWN = "select 1 from pg_roles where rolname = $1"
# The server quotes: identifiers with %I, the password with %L.
MAKE = "select format('create role %I', $1::text)"
LET_IN = """
    select format('alter role %I login nosuperuser nocreaterole nocreatedb nobypassrls password %L', $1::text, $2::text)
"""
SET_PASSWORD = "select format('alter role %I password %L', $1::text, $2::text)"  # noqa: S105 - a statement
EXISTS = "select 1 from pg_database where datname = $1"
MAKE_DATABASE = "select format('create database %I owner kithline_owner template %I', $1::text, $2::text)"
CLOSE_DATABASE = "select format('revoke all on database %I from public', $1::text)"
OPEN_DATABASE = "select format('grant connect on database %I to kithline_app, kithline_dispatcher', $1::text)"
# Batches of events go through a temporary table of the connection's own.
LEND_SPACE = "select format('grant temporary on database %I to kithline_app', $1::text)"


async def admit(url: str, passwords: Mapping[str, str], database: str = DATABASE) -> None:
    """Make the roles and the database when missing, as the superuser behind the URL."""
    connection = await asyncpg.connect(url)
    try:
        await create(connection, passwords)
        await create_database(connection, database)
    finally:
        await connection.close()


async def create(connection: Connection, passwords: Mapping[str, str]) -> None:
    """Make the three roles when missing and set every password given, the superuser's included."""
    for role in ROLES:
        if await connection.fetchval(KNOWN, role) is None:
            await _run(connection, MAKE, role)
        await _run(connection, LET_IN, role, passwords[role])
    if SUPERUSER in passwords:
        await _run(connection, SET_PASSWORD, SUPERUSER, passwords[SUPERUSER])


async def create_database(connection: Connection, name: str, template: str = "template1") -> None:
    """Make a database of the owner role when missing; only the three roles may connect."""
    if await connection.fetchval(EXISTS, name) is not None:
        return
    await _run(connection, MAKE_DATABASE, name, template)
    await _run(connection, CLOSE_DATABASE, name)
    await _run(connection, OPEN_DATABASE, name)
    await _run(connection, LEND_SPACE, name)


def passwords(file: Path) -> dict[str, str]:
    """Return every role's password, made at the first call and kept in the file."""
    if not file.exists():
        made = {role: secrets.token_urlsafe(24) for role in (SUPERUSER, *ROLES)}
        write(file, "".join(f"127.0.0.1:*:*:{role}:{password}\n" for role, password in made.items()))
    lines = file.read_text().splitlines()
    return {role: password for *_, role, password in (line.split(":") for line in lines)}


async def _run(connection: Connection, statement: str, *arguments: str) -> None:
    await connection.execute(await connection.fetchval(statement, *arguments))
