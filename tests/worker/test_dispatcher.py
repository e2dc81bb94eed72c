"""The dispatcher: admits, rings, reaps and rolls up; nothing that is away stops it."""

import asyncio
import os
import signal
from uuid import uuid4

import asyncpg
import msgspec
import pytest

from helpers import work
from kithline_core.db import events, idempotency, runs
from kithline_core.db import tasks as stored
from kithline_core.errors import Invalid, Unavailable
from kithline_core.model.rows import EventRow
from kithline_core.model.runs import Nudge
from kithline_worker import dispatcher
from kithline_worker.publishing import Ringer

pytestmark = pytest.mark.anyio


class Bells:
    """A broker that remembers instead of sending, and may be away."""

    def __init__(self):
        self.rung, self.away = [], False

    def __call__(self, nudge):
        if self.away:
            raise ConnectionRefusedError("nobody there")
        self.rung.append(nudge.task_id)


async def _tasks(db, tenant, run):
    async with db.tenant(tenant) as tx:
        return await runs.tasks(tx, run.id)


async def test_waiting_tasks_are_admitted_and_rung_in_the_order_of_their_needs(db, dispatch, tenant, settings):
    bells = Bells()
    run = await work.order(db, tenant, ["steady", "well"])
    first, second = await _tasks(db, tenant, run)  # by name

    await dispatcher.move(dispatch, Ringer(bells), settings)

    assert bells.rung == [first.id]
    assert second.after == ["hostile.steady"]


async def test_what_could_not_be_rung_is_rung_when_the_broker_is_back(db, dispatch, tenant, settings):
    bells = Bells()
    ringer = Ringer(bells)
    run = await work.order(db, tenant, ["steady"])
    (task,) = await _tasks(db, tenant, run)
    bells.away = True
    await dispatcher.move(dispatch, ringer, settings)
    assert task.id in ringer.backlog

    bells.away = False
    await dispatcher.move(dispatch, ringer, settings)

    assert bells.rung.count(task.id) == 1
    assert ringer.backlog == {}


async def test_a_task_that_nobody_heard_of_is_rung_again(db, dispatch, tenant, settings):
    bells = Bells()
    run = await work.order(db, tenant, ["steady"])
    (task,) = await _tasks(db, tenant, run)
    await dispatcher.move(dispatch, Ringer(bells), settings)
    await asyncio.sleep(settings.renudge_seconds + 0.1)

    await dispatcher.move(dispatch, Ringer(bells), settings)

    assert bells.rung.count(task.id) == 2


async def test_a_lease_that_ran_out_is_reaped_and_the_task_rung_again(db, dispatch, tenant, settings):
    bells = Bells()
    run = await work.order(db, tenant, ["steady"])
    (task,) = await _tasks(db, tenant, run)
    async with db.tenant(tenant) as tx:
        await stored.claim(tx, task.id, "a worker that dies", 0.0)

    await dispatcher.move(dispatch, Ringer(bells), settings)

    assert task.id in bells.rung
    assert (await _tasks(db, tenant, run))[0].state == "queued"


async def test_the_backlog_forgets_the_oldest_rather_than_grow_for_ever(monkeypatch):
    monkeypatch.setattr("kithline_worker.publishing.BACKLOG", 2)
    bells = Bells()
    bells.away = True
    nudges = [Nudge(tenant_id=uuid4(), task_id=uuid4(), attempt=0) for _ in range(3)]
    ringer = Ringer(bells)

    assert await ringer.ring(nudges) == 2
    assert list(ringer.backlog) == [nudge.task_id for nudge in nudges[1:]]


async def test_touched_days_are_rolled_up_in_the_background(db, dispatch, tenant, database_urls):
    async with db.tenant(tenant) as tx:
        await events.ingest(tx, [EventRow(id="1", occurred_at=work.END, actor="a", verb="posted", visibility="public")])

    await dispatcher.roll_up(dispatch, db)

    connection = await asyncpg.connect(database_urls.superuser)
    count = await connection.fetchval("select count(*) from activity_day where tenant_id = $1", tenant)
    dirty = await connection.fetchval("select count(*) from dirty_days where tenant_id = $1", tenant)
    await connection.close()
    assert (count, dirty) == (1, 0)


async def test_idempotency_keys_that_are_over_are_swept_once_a_minute(
    db, dispatch, tenant, settings, database_urls, monkeypatch
):
    monkeypatch.setattr(dispatcher, "SWEEP_SECONDS", 0.05)
    left = "select array_agg(idempotency_key order by idempotency_key) from idempotency_keys where tenant_id = $1"
    serving = asyncio.create_task(dispatcher.serve(settings, Bells()))
    connection = await asyncpg.connect(database_urls.superuser)
    async with db.tenant(tenant) as tx:
        for name in ("old", "new"):
            await idempotency.begin(tx, "op", name, b"body")
        await tx.run(
            "update idempotency_keys set expires_at = now() - interval '1 s'"
            " where tenant_id = $1 and idempotency_key = 'old'"
        )

    async with asyncio.timeout(5):
        while await connection.fetchval(left, tenant) != ["new"]:  # noqa: ASYNC110 - nobody rings this test
            await asyncio.sleep(0.02)
    await connection.close()
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


async def test_a_database_that_is_away_is_waited_for(monkeypatch):
    monkeypatch.setattr(dispatcher, "AWAY_SECONDS", 0.0)
    seen = []

    async def work_once():
        seen.append(len(seen))
        if len(seen) < 3:
            raise Unavailable("away")
        raise KeyboardInterrupt

    async def pause():
        seen.append("pause")

    with pytest.raises(KeyboardInterrupt):
        await dispatcher.repeat(work_once, pause)

    assert seen == [0, "pause", 2]


async def test_a_run_that_is_asked_for_is_rung_at_once(db, tenant, settings, tmp_path):
    bells, file = Bells(), tmp_path / "alive"
    patient = msgspec.structs.replace(settings, reaper_seconds=30.0, heartbeat_file=str(file))
    serving = asyncio.create_task(dispatcher.serve(patient, bells))
    await asyncio.sleep(0.5)

    run = await work.order(db, tenant, ["steady"])
    (task,) = await _tasks(db, tenant, run)
    async with asyncio.timeout(5):
        while task.id not in bells.rung:  # noqa: ASYNC110 - nobody rings this test
            await asyncio.sleep(0.02)
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)

    assert file.exists()


async def test_a_signal_ends_it():
    async def for_ever():
        await asyncio.sleep(3600)

    asyncio.get_running_loop().call_later(0.1, os.kill, os.getpid(), signal.SIGTERM)
    async with asyncio.timeout(5):
        await dispatcher.until_signalled(for_ever())


async def test_without_a_database_it_says_which_setting_is_missing():
    with pytest.raises(Invalid, match="KITHLINE_DISPATCHER_DATABASE_URL"):
        dispatcher.main({})
