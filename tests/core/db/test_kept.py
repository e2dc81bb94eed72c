"""What a result was computed from is kept, can be scored again, and goes with whoever is erased."""

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from helpers.jobs import SETTINGS, done
from kithline_core import privacy
from kithline_core.db import kept, rights
from kithline_core.model import pseudonyms
from kithline_core.model.rights import AskedRight
from kithline_sdk.snapshot import Snapshot, Window

pytestmark = pytest.mark.anyio
PLUGIN = ("kithline-network", "1.0.0")
SNAPSHOT = Snapshot(Window(0, 10), []).encode()


@pytest.fixture
async def owner(database_urls):
    connection = await asyncpg.connect(database_urls.superuser)
    yield connection
    await connection.close()


async def hashes(tx, *people):
    secret = await rights.secret(tx)
    return b"".join(pseudonyms.digest(secret, one)[: kept.WIDTH] for one in people)


async def snapshots(tx):
    return [row.kept for row in await tx.all(kept._Row, kept.PAGE_OF, "", 100)]


async def keep(tx, data, people):
    new = kept.packed(data, people)
    await tx.run(kept.INSERT, new.kept, new.data, new.people)
    return new.kept


async def test_the_same_snapshot_is_kept_once(db, tenant):
    async with db.tenant(tenant) as tx:
        people = await hashes(tx, "ann")
        names = {await keep(tx, SNAPSHOT, people), await keep(tx, SNAPSHOT, people)}

        assert await snapshots(tx) == sorted(names)
        assert len(names) == 1


async def test_another_tenant_sees_none(db, tenant, other):
    async with db.tenant(tenant) as tx:
        await keep(tx, SNAPSHOT, await hashes(tx, "ann"))

    async with db.tenant(other) as tx:
        assert await snapshots(tx) == []


async def test_whoever_is_erased_takes_along_the_snapshots_they_stand_in(db, tenant):
    async with db.tenant(tenant) as tx:
        await keep(tx, SNAPSHOT, await hashes(tx, "bob", "ann-of-accounts"))
        await keep(tx, SNAPSHOT + b" owned by ann-of-accounts", await hashes(tx, "bob"))
        other = await keep(tx, SNAPSHOT, await hashes(tx, "bob"))
        job = await privacy.request(tx, "erase", AskedRight(person="ann-of-accounts", reason="she asked"))

    receipt = await done(db, tenant, job.id, SETTINGS)

    async with db.tenant(tenant) as tx:
        assert await snapshots(tx) == [other]
    assert receipt.receipt["rows"]["kept_snapshots"] == 2


async def test_a_hash_that_stands_between_two_others_is_nobody(db, tenant):
    async with db.tenant(tenant) as tx:
        one = await hashes(tx, "ann")
        name = await keep(tx, SNAPSHOT, b"\0\0\0\0" + one + b"\0\0\0\0")

        assert await kept.forget(tx, await rights.secret(tx), "ann") == 0
        assert await snapshots(tx) == [name]


async def test_who_they_were_is_forgotten_with_the_roll_ups(db, tenant):
    async with db.tenant(tenant) as tx:
        await keep(tx, SNAPSHOT, await hashes(tx, "ann"))

        assert await kept.let_go(tx, datetime.now(UTC) - timedelta(days=1)) == 0
        assert await kept.let_go(tx, datetime.now(UTC) + timedelta(days=1)) == 1
        (row,) = await tx.all(kept._Row, kept.PAGE_OF, "", 100)

    assert row.people is None
    assert kept.unpacked(row.data) == SNAPSHOT


def test_what_no_row_can_hold_is_not_kept(monkeypatch):
    monkeypatch.setattr(kept, "LARGEST", 10)

    found = kept.packed(SNAPSHOT, b"")

    assert (found.kept, found.data) == (None, None)


async def test_what_cannot_be_read_any_more_goes_with_the_first_erasure(db, tenant):
    async with db.tenant(tenant) as tx:
        await tx.run(kept.INSERT, "broken", b"broken", None)

        assert await kept.forget(tx, await rights.secret(tx), "ann-of-accounts") == 1
