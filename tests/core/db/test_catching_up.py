"""Dirty days are rolled up a few at a time, by whoever comes, and nobody takes another's work for the end of it."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from kithline_core.db import events, rollups
from kithline_core.model.rows import EventRow

pytestmark = pytest.mark.anyio
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
ROLLED = "select count(*) as count from event_day where tenant_id = $1"


async def test_whoever_catches_up_beside_another_waits_for_these_days_and_does_the_rest(db, tenant):
    rows = [EventRow(id=str(n), occurred_at=AT + timedelta(days=n), actor="ada", verb="posted") for n in range(20)]
    async with db.tenant(tenant) as tx:
        await events.ingest(tx, rows)

    async with db.tenant(tenant) as tx:
        first = AT.toordinal() - events.EPOCH_DAY
        taken = await tx.rows(rollups.TAKE, list(range(first, first + 8)))
        catching_up = asyncio.create_task(rollups.catch_up(db, tenant))
        await asyncio.sleep(0.2)
        waited = not catching_up.done()

    assert (len(taken), waited, await catching_up) == (8, True, 12)
    async with db.tenant(tenant) as tx:
        assert (await tx.rows(ROLLED))[0]["count"] == 12
