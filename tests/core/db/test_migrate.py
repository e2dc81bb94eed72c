"""The migration runner: forward only, one at a time, and nothing applied is edited."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import asyncpg
import msgspec
import pytest

from kithline_core.db import migrate
from kithline_core.errors import Conflict, Invalid
from kithline_core.settings import Settings

pytestmark = pytest.mark.anyio

ONE = "create table one (id int); select pg_sleep(0.2);"
TWO = "create table two (id int)"


def folder_of(place: Path, **files: str) -> Path:
    for name, sql in files.items():
        (place / f"{name[1:]}.sql").write_text(sql)
    return place


@pytest.fixture
async def url(postgres_server, bare_database_urls):
    """The bare database, emptied."""
    connection = await asyncpg.connect(bare_database_urls.owner)
    await connection.execute("drop owned by kithline_owner cascade")
    await connection.close()
    return bare_database_urls.owner


async def test_the_shipped_migrations_apply_twice_and_verify(url):
    first = await migrate.apply(url)
    again = await migrate.apply(url)

    assert first == again
    assert {step.state for step in first} == {"applied"}
    assert await migrate.verify(url) == first


async def test_two_at_once_both_succeed(url, tmp_path):
    known = migrate.read(folder_of(tmp_path, _0001_one=ONE, _0002_two=TWO))

    both = await asyncio.gather(migrate.apply(url, known), migrate.apply(url, known))

    assert [[step.state for step in steps] for steps in both] == [["applied", "applied"]] * 2


async def test_an_edited_migration_is_refused(url, tmp_path):
    await migrate.apply(url, migrate.read(folder_of(tmp_path, _0001_one=TWO)))
    edited = migrate.read(folder_of(tmp_path, _0001_one=TWO + " -- a second thought"))

    with pytest.raises(Conflict, match="0001_one; write a new one"):
        await migrate.apply(url, edited)
    with pytest.raises(Conflict, match="0001_one: edited"):
        await migrate.verify(url, edited)


async def test_status_says_what_is_pending_and_what_is_not_ours(url, tmp_path):
    known = migrate.read(folder_of(tmp_path, _0001_one=TWO, _0002_two=ONE))
    assert [step.state for step in await migrate.status(url, known)] == ["pending", "pending"]

    await migrate.apply(url, known)

    assert [step.state for step in await migrate.status(url, known[:1])] == ["applied", "unknown"]


async def test_a_migration_that_fails_leaves_nothing_behind(url, tmp_path):
    known = migrate.read(folder_of(tmp_path, _0001_one=TWO, _0002_bad="create table half (id int); select nothing;"))

    with pytest.raises(asyncpg.UndefinedColumnError):
        await migrate.apply(url, known)

    assert [step.state for step in await migrate.status(url, known)] == ["applied", "pending"]
    connection = await asyncpg.connect(url)
    assert await connection.fetchval("select to_regclass('half')") is None
    await connection.close()


async def test_statements_outside_a_transaction_run_one_by_one(url, tmp_path):
    outside = "-- no-transaction\ncreate index concurrently if not exists a on two (id);\n-- then\nvacuum two;\n"
    known = migrate.read(folder_of(tmp_path, _0001_two=TWO, _0002_index=outside))

    assert {step.state for step in await migrate.apply(url, known)} == {"applied"}


def test_a_gap_in_the_numbers_is_refused(tmp_path):
    with pytest.raises(Invalid, match="without a gap"):
        migrate.read(folder_of(tmp_path, _0001_one=ONE, _0003_two=TWO))


def test_a_misnamed_migration_is_refused(tmp_path):
    with pytest.raises(Invalid, match="not named like"):
        migrate.read(folder_of(tmp_path, _first=ONE))


def test_every_shipped_migration_opens_with_its_reason_and_bounds_its_lock():
    for migration in migrate.read():
        assert migration.sql.startswith("-- ")
        alone = migration.sql.startswith("-- no-transaction")
        assert f"set {'' if alone else 'local '}lock_timeout = '4s';" in migration.sql


def test_the_command_prints_steps(bare_database_urls, capsys, monkeypatch):
    settings = Settings(owner_database_url=bare_database_urls.owner)

    assert migrate.main(["status", "--json"], settings) == 0
    steps = json.loads(capsys.readouterr().out)
    assert migrate.main(["status"], settings) == 0

    assert "0001_principals" in capsys.readouterr().out
    assert steps[0]["version"] == 1


def test_the_command_says_what_is_wrong(bare_database_urls, capsys, monkeypatch):
    settings = Settings(owner_database_url=bare_database_urls.owner)
    monkeypatch.setattr(migrate, "read", lambda: [migrate.Migration(1, "0001_never", "select 1", "x")])

    assert migrate.main(["verify"], settings) == 1
    assert "0001_never: " in capsys.readouterr().err
    assert migrate.main(["retreat"], settings) == 2
    assert migrate.main(["apply"], Settings()) == 2


def test_the_module_runs_by_name(bare_database_urls):
    done = subprocess.run(
        [sys.executable, "-m", "kithline_core.db.migrate", "status", "--json"],
        env={**os.environ, "KITHLINE_OWNER_DATABASE_URL": bare_database_urls.owner},
        capture_output=True, check=True, text=True,
    )  # fmt: skip

    assert [step["version"] for step in msgspec.json.decode(done.stdout)][:2] == [1, 2]


def test_squawk_finds_nothing_dangerous():
    lint = Path(sys.executable).with_name("squawk")
    # `if not exists` would hide a migration that ran half; days, attempts and levels stay small.
    rules = "prefer-robust-stmts,prefer-bigint-over-int"
    files = sorted(str(path) for path in migrate.FOLDER.glob("*.sql"))

    done = subprocess.run(
        [str(lint), f"--exclude={rules}", "--assume-in-transaction", *files],
        capture_output=True, text=True, check=False, env={**os.environ, "HOME": "/nonexistent"},
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
