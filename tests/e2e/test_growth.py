"""A tenant grows tenfold and tenfold again: what it costs follows pairs and days, and a late event redoes its day only."""

import pytest

from helpers import growth
from kithline_core.db import Database, grants, grounds, partners, tenants
from kithline_core.model.grounds import from_template
from kithline_core.model.tenants import NewGrant, NewPartner, NewTenant

pytestmark = [pytest.mark.anyio, pytest.mark.slow, pytest.mark.timeout(900)]


async def a_tenant(db, name):
    async with db.platform() as tx:
        partner = await partners.create(tx, NewPartner(title=name))
        await grants.create(tx, partner.id, NewGrant(given_by="the tenant"))
        tenant, _ = await tenants.provision(tx, partner.id, name, NewTenant(title=name))
    async with db.tenant(tenant.id) as tx:
        await grounds.create(tx, from_template("synthetic", "a test"))
    return tenant.id


async def test_ten_thousand_a_hundred_thousand_a_million(database_urls, capsys):
    grown = []
    async with Database.open(database_urls.app) as db:
        for count in (10_000, 100_000, 1_000_000):
            tenant = await a_tenant(db, str(count))
            grown.append(await growth.grow(db, tenant, count))
    with capsys.disabled():
        print(f"\n{growth.table(grown)}")  # noqa: T201 - figures that a reader wants

    late = (growth.LATE - growth.START).days + (growth.START - growth.START.fromtimestamp(0, growth.START.tzinfo)).days
    assert [one.redone for one in grown] == [[late]] * 3
    assert {one.days for one in grown} == {growth.DAYS}
    _, middle, large = grown
    assert large.pairs == middle.pairs == growth.PEOPLE * growth.CONTACTS
    # Ten times the events, but only as many more rows of ties as pairs met on more days.
    assert large.ties < 3.5 * middle.ties
    assert large.snapshot < 6 * max(middle.snapshot, 0.1)
    # Generous, since machines are shared: on one of its own it stays within a fifth.
    assert large.rate > middle.rate / 2
    assert large.late < 2 + 10 * middle.late
