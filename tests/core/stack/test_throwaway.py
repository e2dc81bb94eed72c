import asyncpg
import pytest


@pytest.mark.anyio
async def test_each_role_reaches_the_modules_database_as_itself(bare_database_urls):
    for role in ("owner", "app", "dispatcher"):
        connection = await asyncpg.connect(getattr(bare_database_urls, role))
        try:
            assert await connection.fetchval("select current_user") == f"kithline_{role}"
        finally:
            await connection.close()
