"""`kill -9` of the dispatcher while it erases somebody and applies retention: each step is done once, and all are done."""

import asyncio
import random
from datetime import timedelta

import pytest

from helpers import work
from kithline_core import expiry, privacy
from kithline_core.db import datasets, events, rollups
from kithline_core.model.datasets import Dataset
from kithline_core.model.retention import AskedRetention
from kithline_core.model.rights import AskedRight
from kithline_core.model.rows import EventRow

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]
SEED, DAYS, A_DAY, KILLS = 20_260_102, 60, 400, 6
SUMS = "select sum(count)::bigint as events from activity_day where tenant_id = $1"
LEFT = "select count(*) as left from events where tenant_id = $1"
JOBS = "select kind, state, receipt from jobs where tenant_id = $1 order by kind"


async def _filled(db, tenant):
    for day in range(DAYS):
        at = work.END - timedelta(days=day)
        rows = [
            EventRow(
                id=f"{day}-{n}", occurred_at=at, actor="ann-77" if n % 3 else "bob", verb="posted", visibility="public"
            )
            for n in range(A_DAY)
        ]
        async with db.tenant(tenant) as tx:
            await events.ingest(tx, rows)
    async with db.tenant(tenant) as tx:
        await rollups.refresh(tx)
        await datasets.put(tx, Dataset(nature="private"))
        await expiry.change(tx, AskedRetention(events_days=1, rollups_days=None, reason="r"))


async def _asked(db, tenant):
    async with db.tenant(tenant) as tx:
        await privacy.request(tx, "erase", AskedRight(person="ann-77", reason="asked"))
        await expiry.ask(tx)


def test_jobs_survive_kills_of_the_dispatcher_with_every_step_done_once(stage):
    tenant = stage.tenant()
    stage._on_database(lambda db: _filled(db, tenant))
    stage.ask("update events set received_at = now() - interval '2 days' where tenant_id = $1", tenant)
    (before,) = stage.ask(SUMS, tenant)
    stage.start_broker()
    stage.start_dispatcher()
    stage._on_database(lambda db: _asked(db, tenant))
    pauses = random.Random(SEED)
    for _ in range(KILLS):
        asyncio.run(asyncio.sleep(pauses.uniform(0.1, 1.5)))
        stage.kill("dispatcher")
        stage.start_dispatcher()

    stage.until(lambda: {row["state"] for row in stage.ask(JOBS, tenant)} == {"succeeded"}, "both jobs are over", 180)

    (erased, retained) = (row["receipt"] for row in stage.ask(JOBS, tenant))
    (after,), (left,) = stage.ask(SUMS, tenant), stage.ask(LEFT, tenant)
    assert (after["events"], left["left"]) == (before["events"], 0)
    assert f'"events": {DAYS * A_DAY}' in retained
    assert f'"activity_day": {DAYS}' in erased
    assert not stage.ask("select from activity_day where tenant_id = $1 and actor = 'ann-77' limit 1", tenant)
