"""From when to when there are events, and of how many people."""

from datetime import UTC, datetime, timedelta

import pytest

from kithline_core.db import census, events, rollups
from kithline_core.model.rows import EventRow

pytestmark = pytest.mark.anyio
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = (AT - datetime(1970, 1, 1, tzinfo=UTC)).days


async def test_events_reach_from_the_first_to_the_last_of_their_tenant(db, tenant, other):
    rows = [
        EventRow(id="1", occurred_at=AT, actor="a", target="b", verb="posted", kind="practice"),
        EventRow(id="2", occurred_at=AT + timedelta(days=1), actor="b", verb="posted"),
        EventRow(id="3", occurred_at=AT + timedelta(days=9), actor="a", verb="posted"),
    ]
    async with db.tenant(tenant) as tx:
        await events.ingest(tx, rows)
        await rollups.refresh(tx)
        span = await census.span(tx)
        people = [await census.actors(tx, day, day + 1, most) for day, most in ((DAY, 9), (DAY, 1), (DAY + 1, 9))]
    async with db.tenant(other) as tx:
        assert await census.span(tx) is None

    assert span == (AT, AT + timedelta(days=9))
    assert people == [2, 1, 1]
