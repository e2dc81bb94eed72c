"""Rows of every file can be looked at before they change, and put back exactly."""

import asyncpg
import pytest

from kithline_core.db import images
from kithline_core.model.rows import FILES, IDENTITY

pytestmark = pytest.mark.anyio
STEMS = sorted(set(FILES) - {"events"})


@pytest.fixture
async def connection(database_urls):
    opened = await asyncpg.connect(database_urls.app)
    yield opened
    await opened.close()


@pytest.mark.parametrize("stem", STEMS)
async def test_every_files_statements_prepare_and_name_their_tenant(stem, connection):
    told = images.statements(stem)

    for sql in (told.named, told.numbered, told.remove, told.restore):
        await connection.prepare(sql)
        assert "tenant_id = $1" in sql or "'tenant_id', $1" in sql


@pytest.mark.parametrize("stem", STEMS)
async def test_the_app_may_do_all_of_it(stem, connection):
    table = images.table_of(stem)

    allowed = [
        await connection.fetchval("select has_table_privilege($1, $2)", table, right)
        for right in ("select", "insert", "update", "delete")
    ]

    assert all(allowed)


def test_what_identifies_a_row_is_what_its_sender_called_it():
    image = {"person": "ada", "rank": "1", "valid_from": "2026-01-01T00:00:00+00:00"}

    assert images.shown("people", image) == {"person": "ada", "valid_from": "2026-01-01T00:00:00+00:00"}
    assert set(images.shown("people", image)) <= set(IDENTITY["people"])
