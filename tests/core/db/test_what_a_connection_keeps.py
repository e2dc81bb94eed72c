"""A connection goes back to its pool as a transaction left it: nothing of one tenant may wait there for the next."""

import asyncio
from datetime import UTC, datetime

import asyncpg
import pytest

from kithline_core.db import arrivals, events, keys
from kithline_core.db.database import Database
from kithline_core.errors import Unauthenticated
from kithline_core.model.rows import EventRow

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
# What the session has set for itself, as far as PostgreSQL tells.
OWN_SETTINGS = "select name, setting from pg_settings where source = 'session' order by name"
CARRIED = """
    select nullif(current_setting(name, true), '') as value
      from unnest(array['app.tenant', 'app.key', 'app.partner', 'app.operator']) as told (name)
"""
LEFT = """
    select (select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid())
         + (select count(*) from pg_listening_channels())
         + (select count(*) from pg_cursors where is_holdable)
"""


def event(name, **more):
    return EventRow(**{"id": name, "occurred_at": NOON, "actor": "ann", "verb": "posted", **more})


@pytest.fixture
async def one(database_urls):
    """A pool of a single connection: whoever comes next gets what the last one left."""
    async with Database.open(database_urls.app, secret="pepper", pool_max=1) as opened:
        yield opened


async def send(db, tenant, *names):
    async with db.tenant(tenant) as tx:
        return [verdict.status for verdict in await events.ingest(tx, [event(name) for name in names])]


async def fail(db, tenant):
    async with db.tenant(tenant) as tx:
        await events.ingest(tx, [event("lost")])
        await tx.connection.execute("select 1 / 0")


async def plant(db, tenant, other):
    async with db.tenant(tenant) as tx:
        await tx.connection.execute("insert into arrivals (source, id, day) values ('', 'planted', 0)")
        await tx.connection.execute("select take_arrivals($1, null, $1, '{}')", other)


async def stored(db, tenant):
    async with db.tenant(tenant) as tx:
        return [row.id for row in (await events.page(tx)).rows]


async def waiting(db):
    async with db.platform() as tx:
        (row,) = await tx.rows("select count(*) as rows from pg_temp.arrivals")
        return row["rows"]


async def test_settings_and_locks_end_with_their_transaction(one, tenant):
    async with one.platform() as tx:
        fresh = [tuple(row) for row in await tx.rows(OWN_SETTINGS)]
    await send(one, tenant, "a")
    async with one.tenant(tenant, frozen=True) as tx:
        await tx.connection.execute("select set_config('timezone', 'Asia/Tokyo', true)")
    async with one.presented("0123456789ab"):
        pass

    async with one.platform() as tx:
        assert [row["value"] for row in await tx.rows(CARRIED)] == [None] * 4
        assert [tuple(row) for row in await tx.rows(OWN_SETTINGS)] == fresh
        assert [tuple(row) for row in await tx.rows(LEFT)] == [(0,)]


async def test_a_batch_that_fails_behind_copy_leaves_no_row_for_the_next_tenant(one, tenant, other):
    await send(one, tenant, "first")

    with pytest.raises(asyncpg.DivisionByZeroError):
        await fail(one, tenant)

    assert await waiting(one) == 0
    assert await send(one, other, "theirs") == ["accepted"]
    assert await stored(one, other) == ["theirs"]
    assert await stored(one, tenant) == ["first"]


async def test_a_batch_that_is_cut_off_leaves_no_row_for_the_next_tenant(one, db, tenant, other):
    await send(one, tenant, "first")
    async with db.tenant(tenant) as held:
        # The name is taken, but not yet for certain: whoever sends it too has to wait.
        await events.ingest(held, [event("cut")])
        sending = asyncio.create_task(send(one, tenant, "cut", "off"))
        await asyncio.sleep(0.3)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending

    assert await send(one, other, "theirs") == ["accepted"]
    assert await waiting(one) == 0
    assert await stored(one, other) == ["theirs"]
    assert await stored(one, tenant) == ["cut", "first"]


async def test_two_batches_in_one_transaction_are_two_batches(one, tenant):
    async with one.tenant(tenant) as tx:
        first = await events.ingest(tx, [event("a"), event("b")])
        second = await events.ingest(tx, [event("b"), event("c", occurred_at=NOON.replace(day=2))])
        days = [row["day"] for row in await tx.rows("select day from dirty_days where tenant_id = $1 order by day")]

    assert [one.status for one in first] == ["accepted", "accepted"]
    assert [one.status for one in second] == ["duplicate", "accepted"]
    assert len(days) == 2


async def test_no_tenant_takes_rows_in_for_another(one, tenant, other):
    await send(one, tenant, "ours")

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await plant(one, tenant, other)

    assert await stored(one, other) == []


async def test_what_cannot_be_a_key_never_travels_with_begin(one):
    with pytest.raises(ValueError, match="letters and digits"):
        async with one.presented("'; drop table events; --"):
            pass
    with pytest.raises(Unauthenticated):
        await keys.authenticate(one, "kithline_live_'; drop table events; --")


def test_the_temporary_table_has_every_column_that_is_sent():
    assert all(f"{name} " in arrivals.MAKE for name in arrivals.COLUMNS)
