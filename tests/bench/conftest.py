"""One durable server and one migrated database for a session of measurements."""

import asyncio
import os

import asyncpg
import pytest

from bench import yard
from conftest import PASSWORD, _database, migrate
from kithline_core.stack import roles


@pytest.fixture(scope="session")
def bench_database():
    """A migrated database on a server whose acknowledged rows survive, as it is deployed."""
    with yard.durable() as server:

        async def admit():
            connection = await asyncpg.connect(server.url)
            await roles.create(connection, dict.fromkeys(roles.ROLES, PASSWORD))
            await connection.close()

        asyncio.run(admit())
        with _database(server.url, f"bench_{os.getpid()}", "template1") as urls:
            migrate(urls)
            yield urls
