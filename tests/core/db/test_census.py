"""What there is, counted without rolling anything up."""

from datetime import UTC, datetime, timedelta

import pytest

from kithline_core.db import census, events
from kithline_core.model.rows import EventRow

pytestmark = pytest.mark.anyio
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def test_events_count_in_their_window_and_in_their_tenant(db, tenant, other):
    rows = [
        EventRow(id="1", occurred_at=AT, actor="a", target="b", verb="posted", kind="practice"),
        EventRow(id="2", occurred_at=AT + timedelta(days=1), actor="a", verb="posted"),
        EventRow(id="3", occurred_at=AT + timedelta(days=9), actor="a", verb="posted"),
    ]
    async with db.tenant(tenant) as tx:
        await events.ingest(tx, rows)
        counted = await census.counts(tx, AT, AT + timedelta(days=2))
        span = await census.span(tx)
    async with db.tenant(other) as tx:
        assert await census.span(tx) is None
        assert set((await census.counts(tx, AT, AT + timedelta(days=2))).values()) == {0}

    assert [counted[name] for name in ("activity_day", "tie_day", "item_use", "event_day")] == [2, 1, 1, 2]
    assert span == (AT, AT + timedelta(days=9))
