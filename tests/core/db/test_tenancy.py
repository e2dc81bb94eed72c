"""The four belts: what a tenant's transaction sees, and what nobody sees without one."""

import asyncio
import random

import asyncpg
import pytest

from kithline_core import ids
from kithline_core.db import bulk, keys, organisations, tenants
from kithline_core.db.database import Database
from kithline_core.errors import NotFound, Unavailable
from kithline_core.model.rows import OrganisationRow
from kithline_core.model.tenants import NewTenant

pytestmark = pytest.mark.anyio

# The statement as a tired person writes it: no filter.
FORGOTTEN = "select organisation from organisations where $1::uuid is not null"
TENANT_TABLES = """
    select attrelid::regclass::text as name
      from pg_attribute
      join pg_class on pg_class.oid = attrelid
     where attname = 'tenant_id' and relnamespace = 'public'::regnamespace and relkind = 'r'
"""


async def sent(db, tenant, name):
    async with db.tenant(tenant) as tx:
        await organisations.upsert(tx, [OrganisationRow(organisation=name)])


async def test_a_forgotten_filter_returns_no_foreign_row(db, tenant, other):
    await sent(db, tenant, "ours")
    await sent(db, other, "theirs")

    async with db.tenant(tenant) as tx:
        seen = await tx.rows(FORGOTTEN)

    assert [row["organisation"] for row in seen] == ["ours"]


async def test_without_a_tenant_no_table_shows_a_row(db, tenant):
    await sent(db, tenant, "ours")
    async with db.tenant(tenant) as tx:
        await keys.issue(tx, "a key", ["runs:read"])
        names = [row["name"] for row in await tx.rows(TENANT_TABLES.replace("where", "where $1::uuid is not null and"))]

    async with db.platform() as tx:
        seen = [name for name in names if await tx.rows(f"select 1 from {name} limit 1")]

    assert len(names) > 25
    assert seen == []


async def test_a_pooled_connection_never_carries_the_last_tenant(database_urls, tenant, other):
    async with Database.open(database_urls.app, pool_max=1) as one:
        await sent(one, tenant, "ours")
        for wanted in (tenant, other, tenant):
            async with one.tenant(wanted) as tx:
                assert len(await tx.rows(FORGOTTEN)) == (1 if wanted == tenant else 0)
            async with one.platform() as tx:
                assert await tx.rows("select 1 from organisations") == []


async def test_twenty_tenants_on_two_connections_with_cancels_see_only_their_own(db, database_urls, provision):
    names = [await provision() for _ in range(20)]
    for name in names:
        await sent(db, name, str(name))
    chance = random.Random(7)

    async def ask(two, name):
        async with two.tenant(name) as tx:
            return name, [row["organisation"] for row in await tx.rows(FORGOTTEN)]

    async with Database.open(database_urls.app, pool_max=2, acquire_seconds=30) as two:
        asked = [asyncio.ensure_future(ask(two, chance.choice(names))) for _ in range(1000)]
        for task in chance.sample(asked, 100):
            asyncio.get_running_loop().call_later(chance.random(), task.cancel)
        answers = await asyncio.gather(*asked, return_exceptions=True)

    assert sum(isinstance(answer, tuple) for answer in answers) >= 800
    assert all(answer[1] == [str(answer[0])] for answer in answers if isinstance(answer, tuple))


async def test_nobody_writes_for_another_tenant(db, tenant, other):
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
        async with db.tenant(tenant) as tx:
            await tx.connection.execute(
                "insert into organisations (tenant_id, row_id, organisation) values ($1, $1, 'planted')", other
            )


async def test_nobody_moves_a_row_to_another_tenant(db, tenant, other):
    await sent(db, tenant, "ours")

    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
        async with db.tenant(tenant) as tx:
            await tx.connection.execute("update organisations set tenant_id = $1", other)


async def test_a_partner_sees_its_own_tenants_only(db, tenant, other):
    async with db.tenant(tenant) as tx:
        mine = await tenants.get(tx)
    async with db.tenant(other) as tx:
        theirs = await tenants.get(tx)

    async with db.platform() as tx:
        assert [one.id for one in await tenants.page(tx, mine.partner_id)] == [tenant]
        assert [row["tenant_id"] for row in await tx.rows("select tenant_id from tenants")] == [tenant]
        with pytest.raises(NotFound):
            await tenants.find(tx, mine.partner_id, theirs.external_id)


async def test_a_tenant_cannot_make_a_tenant(db, tenant, other):
    async with db.tenant(other) as tx:
        partner = (await tenants.get(tx)).partner_id

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with db.tenant(tenant) as tx:
            await tx.connection.execute(tenants.INSERT, ids.new(), partner, "x", "x", b"x")


async def test_the_tenant_is_a_uuid_or_nothing(db):
    with pytest.raises(ValueError, match="badly formed"):
        async with db.tenant("'; drop table events; --"):
            pass


async def test_an_error_rolls_back(db, tenant):
    async def half():
        async with db.tenant(tenant) as tx:
            await organisations.upsert(tx, [OrganisationRow(organisation="half")])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await half()

    async with db.tenant(tenant) as tx:
        assert (await organisations.page(tx)).rows == []


async def test_a_frozen_transaction_writes_nothing(db, tenant):
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        async with db.tenant(tenant, frozen=True) as tx:
            await organisations.upsert(tx, [OrganisationRow(organisation="x")])


async def test_no_free_connection_is_said_so_in_time(database_urls, tenant):
    async with Database.open(database_urls.app, pool_max=1, acquire_seconds=0.05) as one, one.tenant(tenant):
        with pytest.raises(Unavailable, match="became free"):
            await one.ping()


async def test_a_server_that_is_not_there_is_unavailable():
    async with Database.open("postgresql://nobody@127.0.0.1:1/none") as nowhere:
        with pytest.raises(Unavailable, match="does not answer"):
            await nowhere.ping()


async def test_a_connection_that_dies_is_unavailable_and_the_next_call_works(db, database_urls):
    killer = await asyncpg.connect(database_urls.superuser)

    async def cut_off():
        async with db.platform() as tx:
            await killer.execute("select pg_terminate_backend($1)", tx.connection.get_server_pid())
            await asyncio.sleep(0.05)
            await tx.run("select 1")

    with pytest.raises(Unavailable):
        await cut_off()
    await killer.close()

    await db.ping()


async def test_an_argument_of_the_wrong_type_is_our_mistake(db, tenant):
    with pytest.raises(asyncpg.DataError):
        async with db.tenant(tenant) as tx:
            await tx.rows("select $1::uuid, $2::integer", "no number")


async def test_external_ids_are_renamed_not_doubled(db, tenant):
    async with db.tenant(tenant) as tx:
        mine = await tenants.get(tx)
    async with db.platform() as tx:
        again, new = await tenants.provision(tx, mine.partner_id, mine.external_id, NewTenant(title="renamed"))
        found = await tenants.find(tx, mine.partner_id, mine.external_id)

    assert (again.id, new, found.title) == (tenant, False, "renamed")


async def test_a_deadlock_is_tried_again_and_both_get_through(db, tenant):
    touch = "update organisations set name = coalesce(name, '') || 'x' where tenant_id = $1 and organisation = $2"
    await sent(db, tenant, "a")
    await sent(db, tenant, "b")

    async def both(first, second):
        async with db.tenant(tenant) as tx:

            async def work():
                await tx.run(touch, first)
                await asyncio.sleep(0.1)
                return await tx.run(touch, second)

            return await bulk.patiently(tx, work)

    assert await asyncio.gather(both("a", "b"), both("b", "a")) == [1, 1]
    async with db.tenant(tenant) as tx:
        assert [row.name for row in (await organisations.page(tx)).rows] == ["xx", "xx"]


async def test_an_error_that_is_no_deadlock_is_not_tried_again(db, tenant):
    tried = []
    async with db.tenant(tenant) as tx:

        async def work():
            tried.append(1)
            await tx.rows("select $1::uuid, 1 / 0")

        with pytest.raises(asyncpg.DivisionByZeroError):
            await bulk.patiently(tx, work)
        assert await tx.rows("select $1::uuid")

    assert tried == [1]


async def test_sorted_batches_in_any_order_do_not_deadlock(db, tenant):
    rows = [OrganisationRow(organisation=str(number)) for number in range(200)]

    async def send(seed):
        for tier in range(5):
            changed = [OrganisationRow(organisation=row.organisation, tier=seed * 10 + tier) for row in rows]
            random.Random(seed).shuffle(changed)
            async with db.tenant(tenant) as tx:
                await organisations.upsert(tx, changed)

    await asyncio.gather(*(send(seed) for seed in range(4)))

    async with db.tenant(tenant) as tx:
        assert len((await organisations.page(tx)).rows) == 200
