"""A database with a tenant, and what a worker and a dispatcher hold."""

from collections.abc import AsyncIterator, Iterator
from uuid import UUID

import pytest

from helpers import broker, work
from kithline_core.db import Database
from kithline_core.settings import Settings
from kithline_core.stack.valkey import Valkey


@pytest.fixture(autouse=True)
def only_the_hostile_plugin(monkeypatch):
    monkeypatch.setattr("kithline_core.plugins.installed", work.installed)


@pytest.fixture(scope="module")
def settings(database_urls) -> Settings:
    return Settings(
        database_url=database_urls.app, dispatcher_database_url=database_urls.dispatcher, lease_seconds=3.0,
        heartbeat_seconds=0.1, reaper_seconds=0.1, renudge_seconds=0.2, broker_url="redis+socket:///nowhere/valkey.sock",
    )  # fmt: skip


@pytest.fixture
async def db(settings) -> AsyncIterator[Database]:
    async with Database.of(settings) as opened:
        yield opened


@pytest.fixture
async def dispatch(settings) -> AsyncIterator[Database]:
    async with Database.open(settings.dispatcher_database_url) as opened:
        yield opened


@pytest.fixture
async def tenant(db) -> UUID:
    return await work.provision(db)


@pytest.fixture(scope="module")
def valkey() -> Iterator[Valkey]:
    with broker.placed() as placed:
        process = broker.start(placed)
        yield placed
        process.terminate()
        process.wait(10)
