"""A database with two tenants of two partners, and a dispatcher beside it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from kithline_core.db import grants, grounds, partners, tenants
from kithline_core.db.database import Database
from kithline_core.model.grounds import from_template
from kithline_core.model.tenants import NewGrant, NewPartner, NewTenant


@pytest.fixture(scope="module")
async def db(database_urls: Any) -> AsyncIterator[Database]:
    async with Database.open(database_urls.app, secret="pepper", pool_max=4) as opened:
        yield opened


@pytest.fixture(scope="module")
async def dispatch(database_urls: Any) -> AsyncIterator[Database]:
    async with Database.open(database_urls.dispatcher, pool_max=2) as opened:
        yield opened


async def provisioned(db: Database, *, ground: bool = True) -> UUID:
    """A tenant of a partner of its own, with a ground for synthetic data."""
    async with db.platform() as tx:
        partner = await partners.create(tx, NewPartner(title="a partner"))
        await grants.create(tx, partner.id, NewGrant(given_by="the tenant"))
        tenant, _ = await tenants.provision(tx, partner.id, str(uuid4()), NewTenant(title="a tenant"))
    if ground:
        async with db.tenant(tenant.id) as tx:
            await grounds.create(tx, from_template("synthetic", "a test"))
    return tenant.id


@pytest.fixture
async def tenant(db: Database) -> UUID:
    return await provisioned(db)


@pytest.fixture
async def other(db: Database) -> UUID:
    return await provisioned(db)


@pytest.fixture
async def bare(db: Database) -> UUID:
    """A tenant without any ground."""
    return await provisioned(db, ground=False)


@pytest.fixture
def provision(db: Database) -> Callable[[], Awaitable[UUID]]:
    return lambda: provisioned(db)
