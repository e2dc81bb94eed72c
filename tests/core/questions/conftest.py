"""A tenant whose people talk, and a sandbox for what is asked about its results."""

import pytest

from helpers.explained import talking
from kithline_core.db import Database
from kithline_core.sandbox import Sandbox


@pytest.fixture(scope="module")
async def db(database_urls):
    async with Database.open(database_urls.app, pool_max=4) as opened:
        yield opened


@pytest.fixture(scope="module")
async def sandbox(anyio_backend):
    async with Sandbox.open() as opened:
        yield opened


@pytest.fixture
async def tenant(db):
    return await talking(db)
