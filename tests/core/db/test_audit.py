"""What was done, written down."""

import asyncio
from uuid import UUID

import asyncpg
import pytest

from kithline_core.db import audit
from kithline_core.db.database import Database


async def test_acts_are_read_back_newest_first_and_by_action(db: Database, bare: UUID) -> None:
    async with db.tenant(bare) as tx:
        await audit.record(tx, "ground.created", "ground_1")
        await asyncio.sleep(0.002)  # ids sort by the millisecond
        await audit.record(tx, "ground.ended", "ground_1", {"reason": "over"})
    async with db.tenant(bare) as tx:
        assert [act.action for act in await audit.page(tx)] == ["ground.ended", "ground.created"]
        assert [act.details for act in await audit.page(tx, action="ground.ended")] == [{"reason": "over"}]


async def test_nobody_changes_what_was_written_down(db: Database, tenant: UUID) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with db.tenant(tenant) as tx:
            await tx.run("delete from audit_events where tenant_id = $1")
