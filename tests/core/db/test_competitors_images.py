"""Competitors' people: what imports, withdrawals, disputes and rights kept of them goes with their rows."""

import asyncpg
import msgspec
import pytest

from helpers import planting
from kithline_core import privacy
from kithline_core.db import batches, corrections, disputes, identities, people, ties, undoing
from kithline_core.model.corrections import RowsWithdrawal
from kithline_core.model.disputes import NewDispute
from kithline_core.model.identities import IdentityRow
from kithline_core.model.rights import AskedRight
from kithline_core.model.rows import PersonRow, TieRow

pytestmark = pytest.mark.anyio
CLAIM = {"person": "rival-1", "group": "customer", "claimed": {"group": "partner"}}


@pytest.fixture
async def look(database_urls):
    connection = await asyncpg.connect(database_urls.superuser)
    yield connection
    await connection.close()


@pytest.fixture
async def met(db, tenant):
    """A tenant that took two people of a competitor for customers, and the correction that withdrew one of them."""
    async with db.tenant(tenant) as tx:
        await batches.under(tx, "march")
        named = [PersonRow(person=one, group="customer", manager="rival-1") for one in ("rival-1", "rival-2", "bob")]
        await people.upsert(tx, named)
        await ties.upsert(tx, [TieRow(actor="bob", target="rival-1"), TieRow(actor="bob", target="cleo")])
        await people.upsert(tx, [PersonRow(person="dora", group="customer", manager="rival-1")])
    async with db.tenant(tenant) as tx:
        await batches.under(tx, "april")
        await people.upsert(tx, [PersonRow(person="dora", group="customer", manager="boss")])
        await identities.upsert(tx, [IdentityRow(kind="organisation", id="rival-1", same_as="rivals")])
        claim = {"reason": "no", "opened_by": "rival-1", "membership": CLAIM}
        await disputes.open_(tx, msgspec.convert(claim, NewDispute))
        await privacy.request(tx, "object", AskedRight(person="rival-1", reason="asked"))
        asked = RowsWithdrawal(
            reason="wrong", rows=[{"person": one, "group": "customer"} for one in ("rival-2", "bob")]
        )
        withdrawn = await corrections.withdraw_rows(tx, "people", asked, "me")
    async with db.tenant(tenant) as tx:
        await people.upsert(tx, [PersonRow(person=one, group="competitor") for one in ("rival-1", "rival-2")])
    return withdrawn.id


async def holding(look, tenant, needle):
    """Return the tables of a tenant in which a text stands."""
    sql = "select count(*) from {} as had where tenant_id = $1 and strpos(had::text, $2) > 0"
    tables = sorted({column["table"] for column in await planting.columns(look)})
    return [table for table in tables if await look.fetchval(sql.format(table), tenant, needle)]


async def test_nothing_that_was_kept_of_them_is_left(met, tenant, look):
    assert await holding(look, tenant, '"rival-2"') == []
    # An organisation of that name is an organisation; the job of the request forgets whom it was about when it is over.
    assert set(await holding(look, tenant, "rival-1")) == {"identities", "batch_rows", "jobs"}
    rows = await look.fetch("select file, before, after from batch_rows where tenant_id = $1", tenant)
    assert {row["file"] for row in rows if "rival-1" in repr(row)} == {"identities"}
    assert sorted(row["file"] for row in rows) == ["identities", "people", "people", "people", "ties"]


async def test_taking_a_withdrawal_back_brings_none_of_them_back(db, tenant, met):
    async with db.tenant(tenant) as tx:
        await corrections.restore(tx, met, "it was right", "me")

        assert [(row.person, row.manager) for row in (await people.page(tx)).rows] == [("bob", None), ("dora", "boss")]


async def test_undoing_the_import_brings_none_of_them_back(db, tenant, met):
    async with db.tenant(tenant) as tx:
        await undoing.undo(tx, "april", "wrong", "me")
        assert [(row.person, row.manager) for row in (await people.page(tx)).rows] == [("dora", None)]
        await undoing.undo(tx, "march", "wrong", "me")

        assert (await people.page(tx)).rows == []
        assert (await ties.page(tx)).rows == []
