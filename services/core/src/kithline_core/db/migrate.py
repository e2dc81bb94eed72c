"""Applies numbered SQL files, forward only: `python -m kithline_core.db.migrate apply|status|verify [--json]`.

A file runs in one transaction, with its own line in `kithline_migrations`. A file whose first line is
`-- no-transaction` (create index concurrently) runs statement by statement, cut at lines that say `-- then`.
"""

import asyncio
import hashlib
import os
import re
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Final, TypeAlias

import asyncpg
import msgspec

from kithline_core.errors import Conflict, Invalid
from kithline_core.settings import Settings

FOLDER: Final = Path(__file__).with_name("migrations")
NAME: Final = re.compile(r"^(\d{4})_[a-z0-9_]+\.sql$")
LOCK: Final = 0x6B6974686C696E65  # "kithline"
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

LEDGER = """
    create table if not exists kithline_migrations (
        version integer primary key,
        name text not null,
        checksum text not null,
        applied_at timestamptz not null default now()
    );
    grant select on kithline_migrations to public
"""
KNOWN = "select version, name, checksum, applied_at from kithline_migrations order by version"
RECORD = "insert into kithline_migrations (version, name, checksum) values ($1, $2, $3)"
EXISTS = "select to_regclass('kithline_migrations') is not null"
SEIZE = "select pg_advisory_lock($1)"


class Migration(msgspec.Struct, frozen=True):
    """One file: its number, name, text and the sha256 of the text."""

    version: int
    name: str
    sql: str
    checksum: str


class Step(msgspec.Struct, frozen=True):
    """Where a migration stands: pending, applied, changed since (edited), or missing here (unknown)."""

    version: int
    name: str
    state: str
    applied_at: datetime | None = None


def read(folder: Path = FOLDER) -> list[Migration]:
    """Return the migrations in order. Raises Invalid when a number is missing, doubled or misnamed."""
    found = []
    for path in sorted(folder.glob("*.sql")):
        if not (named := NAME.match(path.name)):
            raise Invalid(f"migration {path.name!r} is not named like 0001_what_it_does.sql")
        text = path.read_text(encoding="utf-8")
        found.append(Migration(int(named[1]), path.stem, text, hashlib.sha256(text.encode()).hexdigest()))
    if [one.version for one in found] != list(range(1, len(found) + 1)):
        raise Invalid(f"migrations are not numbered 1 to {len(found)} without a gap")
    return found


async def apply(url: str, migrations: Sequence[Migration] | None = None) -> list[Step]:
    """Apply what is pending; a second caller waits for the first. Raises Conflict when an applied file was edited."""
    known = read() if migrations is None else migrations
    async with _connected(url) as connection:
        await connection.execute(SEIZE, LOCK)
        await connection.execute(LEDGER)
        steps = _compare(known, await connection.fetch(KNOWN))
        _refuse_edits(steps)
        pending = {step.version for step in steps if step.state == "pending"}
        for migration in known:
            if migration.version in pending:
                await _apply_one(connection, migration)
        return _compare(known, await connection.fetch(KNOWN))


async def status(url: str, migrations: Sequence[Migration] | None = None) -> list[Step]:
    """Say where each migration stands; changes nothing."""
    known = read() if migrations is None else migrations
    async with _connected(url) as connection:
        applied = await connection.fetch(KNOWN) if await connection.fetchval(EXISTS) else []
        return _compare(known, applied)


async def verify(url: str, migrations: Sequence[Migration] | None = None) -> list[Step]:
    """Raise Conflict unless every migration is applied as it stands here, and nothing else."""
    steps = await status(url, migrations)
    wrong = [f"{step.name}: {step.state}" for step in steps if step.state != "applied"]
    if wrong:
        raise Conflict("; ".join(wrong))
    return steps


async def _apply_one(connection: Connection, migration: Migration) -> None:
    values = (migration.version, migration.name, migration.checksum)
    if migration.sql.startswith("-- no-transaction"):
        # Repeated after a crash: such statements say `if not exists`.
        for statement in re.split(r"(?m)^-- then$", migration.sql):
            await connection.execute(statement)
        await connection.execute(RECORD, *values)
        return
    async with connection.transaction():
        await connection.execute(migration.sql)
        await connection.execute(RECORD, *values)


def _compare(known: Sequence[Migration], applied: Sequence[asyncpg.Record]) -> list[Step]:
    done = {row["version"]: row for row in applied}
    steps = []
    for migration in known:
        row = done.pop(migration.version, None)
        if row is None:
            steps.append(Step(migration.version, migration.name, "pending"))
            continue
        state = "applied" if row["checksum"] == migration.checksum else "edited"
        steps.append(Step(migration.version, migration.name, state, row["applied_at"]))
    return steps + [Step(row["version"], row["name"], "unknown", row["applied_at"]) for row in done.values()]


def _refuse_edits(steps: Sequence[Step]) -> None:
    edited = [step.name for step in steps if step.state == "edited"]
    if edited:
        raise Conflict(f"applied migrations were edited: {', '.join(edited)}; write a new one instead")


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[Connection]:
    # Closing the connection gives the lock back, whatever happened.
    connection = await asyncpg.connect(url, timeout=10)
    try:
        yield connection
    finally:
        await connection.close(timeout=10)


def main(arguments: Sequence[str], settings: Settings) -> int:
    """Run one command and print its steps; 0 when it holds, 1 when it does not, 2 for a wrong call."""
    command = next((word for word in arguments if not word.startswith("-")), "")
    work = {"apply": apply, "status": status, "verify": verify}.get(command)
    if work is None or not settings.owner_database_url:
        sys.stderr.write("usage: KITHLINE_OWNER_DATABASE_URL=... migrate apply|status|verify [--json]\n")
        return 2
    try:
        steps = asyncio.run(work(settings.owner_database_url))
    except (Conflict, Invalid) as error:
        sys.stderr.write(f"{error.detail}\n")
        return 1
    if "--json" in arguments:
        sys.stdout.write(msgspec.json.encode(steps).decode() + "\n")
    else:
        sys.stdout.writelines(f"{step.state:8} {step.name}\n" for step in steps)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Settings.from_env(os.environ)))
