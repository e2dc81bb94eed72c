"""How often a task is tried, and what is counted of the last attempt."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from kithline_core.db import counters, runs, tasks
from kithline_core.model.runs import NewRun, Pinned

pytestmark = pytest.mark.anyio
START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
UNLESS_TOLD = 5


@pytest.fixture
async def task(db, tenant):
    pinned = Pinned(
        scorer="a", version="1.0.0", plugin=f"acme-{uuid4().hex[:8]}", plugin_version="1.0.0", window_start=START,
        window_end=END,
    )  # fmt: skip
    async with db.tenant(tenant) as tx:
        run = await runs.insert(tx, NewRun(intended_use="learning", tasks=[pinned], requested={}))
        (one,) = await runs.tasks(tx, run.id)
    return one


async def claim(db, tenant, task, lease=30.0):
    async with db.tenant(tenant) as tx:
        return await tasks.claim(tx, task.id, "w", lease)


async def test_a_task_whose_workers_vanish_is_claimed_five_times_unless_told_otherwise(db, tenant, task):
    claimed = [await claim(db, tenant, task, lease=-1.0) for _ in range(UNLESS_TOLD + 1)]

    assert [one is None for one in claimed] == [False] * UNLESS_TOLD + [True]


async def test_a_task_that_is_given_back_is_tried_five_times_unless_told_otherwise(db, tenant, task):
    states = []
    for _ in range(UNLESS_TOLD):
        claimed = await claim(db, tenant, task)
        async with db.tenant(tenant) as tx:
            await tasks.give_back(tx, claimed, "tired")
            states.append((await tasks.get(tx, task.id)).state)

    assert states == ["queued"] * (UNLESS_TOLD - 1) + ["dead"]


async def test_the_last_attempt_is_counted_as_dead_and_no_other(db, tenant, task):
    for _ in range(2):
        claimed = await claim(db, tenant, task)
        async with db.tenant(tenant) as tx:
            await tasks.give_back(tx, claimed, "tired", 2)

    async with db.platform() as tx:
        day = await counters.today(tx)
        found = await counters.read(tx, day - timedelta(days=1), day + timedelta(days=1), "all", task.plugin)
    assert {one.name: one.attempts for one in found if one.kind == "outcome"} == {
        "given_back": 1,
        "given_back:dead": 1,
    }
