"""The dispatcher does jobs and looks daily for data that have had their time."""

import asyncio
from datetime import UTC, datetime, timedelta

import asyncpg
import msgspec
import pytest

from helpers import work
from kithline_core import expiry, ids, privacy
from kithline_core import jobs as performing
from kithline_core.db import datasets, errands, events, figures, jobs, people, replays
from kithline_core.errors import Conflict, Unavailable
from kithline_core.model.datasets import Dataset
from kithline_core.model.rights import AskedRight
from kithline_core.model.rows import EventRow, PersonRow
from kithline_core.questions import replaying
from kithline_worker import dispatcher

pytestmark = pytest.mark.anyio


async def asked(db, tenant, person="ann-77", right="object"):
    async with db.tenant(tenant) as tx:
        await people.upsert(tx, [PersonRow(person=person, group="employee")])
        return await privacy.request(tx, right, AskedRight(person=person, reason="asked"))


async def read(db, tenant, job):
    async with db.tenant(tenant) as tx:
        return await jobs.get(tx, job.id)


async def test_jobs_are_done_and_leave_a_receipt_that_names_nobody(db, dispatch, tenant, settings, database_urls):
    job = await asked(db, tenant)

    await dispatcher.do_jobs(dispatch, db, settings)

    done = await read(db, tenant, job)
    assert (done.state, done.receipt) == (
        "succeeded",
        {"ids": 1, "rows": {"memberships": 1, "person_rights": 1}, "held": True},
    )
    assert done.done == done.total
    connection = await asyncpg.connect(database_urls.superuser)
    stored = await connection.fetchval("select jobs::text from jobs where job_id = $1", job.id)
    await connection.close()
    assert "ann-77" not in stored


async def test_a_job_that_is_asked_for_is_done_at_once(db, tenant, settings):
    patient = msgspec.structs.replace(settings, reaper_seconds=30.0)
    serving = asyncio.create_task(dispatcher.serve(patient, lambda _: None))
    await asyncio.sleep(0.5)

    job = await asked(db, tenant)
    async with asyncio.timeout(10):
        while (await read(db, tenant, job)).state != "succeeded":  # noqa: ASYNC110 - nobody rings this test
            await asyncio.sleep(0.02)
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


async def test_a_job_whose_dispatcher_died_is_taken_up_where_it_stood(db, dispatch, tenant, settings, monkeypatch):
    job = await asked(db, tenant)
    monkeypatch.setattr(performing, "SLICE_SECONDS", 0.0)
    await performing.perform(db, settings, tenant, job.id)
    async with db.tenant(tenant) as tx:
        lost = await jobs.claim(tx, job.id, 0.0)
    assert (lost.done, lost.attempt) == (1, 1)

    await dispatcher.do_jobs(dispatch, db, settings)

    assert (await read(db, tenant, job)).state == "succeeded"


async def test_whoever_lost_the_lease_keeps_nothing(db, tenant, settings, monkeypatch):
    job = await asked(db, tenant)
    true = performing.STEPS["privacy.object"]

    async def robbed(tx, held):
        async with db.tenant(tenant) as thief:
            await thief.run("update jobs set token = gen_random_uuid() where tenant_id = $1")
        return await true(tx, held)

    monkeypatch.setitem(performing.STEPS, "privacy.object", robbed)
    await performing.perform(db, settings, tenant, job.id)

    found = await read(db, tenant, job)
    assert (found.state, found.done, found.receipt) == ("running", 0, {})


async def test_a_job_that_fails_is_tried_again_and_then_gives_up_with_a_reason_that_names_nobody(
    db, dispatch, tenant, settings, monkeypatch, capsys
):
    calls = []

    async def broken(tx, held):
        if tx.tenant_id == tenant:
            calls.append(held.attempt)
        raise ValueError("ann-77 is the trouble")

    monkeypatch.setitem(performing.STEPS, "privacy.object", broken)
    hasty = msgspec.structs.replace(settings, reaper_seconds=0.0, max_attempts=3)
    job = await asked(db, tenant)
    await dispatcher.do_jobs(dispatch, db, hasty)

    found = await read(db, tenant, job)
    assert (calls, found.state, found.reason) == ([1, 2, 3], "failed", "ValueError")
    assert "ann-77" not in "".join(capsys.readouterr())


async def test_a_refusal_is_told_in_its_words_and_progress_gives_the_attempts_back(
    db, dispatch, tenant, settings, monkeypatch
):
    true, calls = performing.STEPS["privacy.object"], []

    async def shaky(tx, held):
        if tx.tenant_id != tenant:
            return await true(tx, held)
        calls.append(held.attempt)
        if len(calls) % 2:
            raise Conflict("not yet")
        return await true(tx, held)

    monkeypatch.setitem(performing.STEPS, "privacy.object", shaky)
    monkeypatch.setattr(performing, "SLICE_SECONDS", 0.0)
    hasty = msgspec.structs.replace(settings, reaper_seconds=0.0, max_attempts=2)
    job = await asked(db, tenant)
    await performing.perform(db, hasty, tenant, job.id)
    assert (await read(db, tenant, job)).reason == "not yet"

    await dispatcher.do_jobs(dispatch, db, hasty)

    found = await read(db, tenant, job)
    assert (found.state, found.reason) == ("succeeded", None)
    assert max(calls) == 2


async def test_a_database_that_is_away_costs_nothing_but_time(db, tenant, settings, monkeypatch):
    async def away(tx, held):
        raise Unavailable("away")

    monkeypatch.setitem(performing.STEPS, "privacy.object", away)
    job = await asked(db, tenant)

    with pytest.raises(Unavailable):
        await performing.perform(db, settings, tenant, job.id)

    found = await read(db, tenant, job)
    assert (found.state, found.reason) == ("running", None)


async def test_the_lease_is_extended_while_a_step_takes_long(db, tenant, settings, monkeypatch):
    true = performing.STEPS["privacy.object"]

    async def slow(tx, held):
        await asyncio.sleep(0.5)
        async with db.tenant(tenant) as other:
            assert await jobs.claim(other, held.id, 1.0) is None
        return await true(tx, held)

    monkeypatch.setitem(performing.STEPS, "privacy.object", slow)
    monkeypatch.setattr(performing, "SLICE_SECONDS", 0.0)
    job = await asked(db, tenant)

    await performing.perform(db, msgspec.structs.replace(settings, lease_seconds=0.3), tenant, job.id)

    assert (await read(db, tenant, job)).done == 1


async def test_a_job_that_is_over_is_not_taken_up_again(db, tenant, settings):
    job = await asked(db, tenant)
    async with db.tenant(tenant) as tx:
        await jobs.cancel(tx, job.id, ["privacy.object"])
        with pytest.raises(Conflict, match="cancelled"):
            await jobs.cancel(tx, job.id, ["privacy.object"])

    await performing.perform(db, settings, tenant, job.id)

    found = await read(db, tenant, job)
    assert (found.state, found.done) == ("cancelled", 0)


async def test_what_has_had_its_time_is_looked_for_daily(db, dispatch, tenant, settings, database_urls):
    async with db.tenant(tenant) as tx:
        await datasets.put(tx, Dataset(nature="private"))
        at = datetime.now(UTC) - timedelta(days=100)
        await events.ingest(tx, [EventRow(id="1", occurred_at=at, actor="a", verb="posted", visibility="public")])
    connection = await asyncpg.connect(database_urls.superuser)
    await connection.execute("update events set received_at = now() - interval '91 days' where tenant_id = $1", tenant)

    await dispatcher.look(dispatch, db, settings)
    await dispatcher.look(dispatch, db, settings)
    await dispatcher.do_jobs(dispatch, db, settings)

    async with db.tenant(tenant) as tx:
        (job,) = await jobs.page(tx, kind=expiry.KIND)
    left = await connection.fetchval("select count(*) from events where tenant_id = $1", tenant)
    await connection.close()
    assert (job.state, job.receipt["rows"]["events"], left) == ("succeeded", 1, 0)


PUT_REPLAY = """
    insert into replays (tenant_id, replay_id, result_id, outcome, engine, nightly, replayed_at)
    values ($1, $2, $3, 'identical', 'e', true, now() - make_interval(days => $4))
"""
PUT_COUNT = """
    insert into plugin_counts
    values ($1, (now() at time zone 'UTC')::date - $2::integer, 'p', '1', 's', 'ok', '', 'full', 3, 1, 0.1)
"""
LEFT_REPLAYS = "select replay_id from replays where tenant_id = $1"
LEFT_COUNTS = "select (now() at time zone 'UTC')::date - day from plugin_counts where tenant_id = $1"


async def test_what_came_of_replays_long_ago_is_forgotten_but_the_last_of_each_result(
    db, dispatch, tenant, settings, database_urls
):
    wanted = msgspec.structs.replace(settings, replays_days=30, counters_days=30)
    result, other = ids.new(), ids.new()
    days_ago = [(result, 90), (result, 31), (result, 29), (other, 90), (other, 60)]
    # Ids are in the order of time, but for those of one millisecond.
    replayed = dict(zip(days_ago, sorted(ids.new() for _ in days_ago), strict=True))
    connection = await asyncpg.connect(database_urls.superuser)
    await connection.execute("set session_replication_role = replica")  # no result is needed for this
    for (one, days), name in replayed.items():
        await connection.execute(PUT_REPLAY, tenant, name, one, days)
    for days in (29, 30, 31):
        await connection.execute(PUT_COUNT, tenant, days)

    await dispatcher.look(dispatch, db, wanted)

    left = {row["replay_id"] for row in await connection.fetch(LEFT_REPLAYS, tenant)}
    counted = {row[0] for row in await connection.fetch(LEFT_COUNTS, tenant)}
    await connection.close()
    assert left == {replayed[result, 29], replayed[other, 60]}
    assert counted == {29, 30}


async def test_old_replays_go_a_bounded_number_at_a_time_and_only_the_tenants(db, tenant, database_urls):
    result, another = ids.new(), await work.provision(db)
    connection = await asyncpg.connect(database_urls.superuser)
    await connection.execute("set session_replication_role = replica")
    for one in (tenant, another):
        for _ in range(4):
            await connection.execute(PUT_REPLAY, one, ids.new(), result, 9)
    async with db.tenant(tenant) as tx:
        gone = [await replays.sweep(tx, 8, 2) for _ in range(3)]

    left = await connection.fetch(LEFT_REPLAYS, another)
    await connection.close()
    assert (gone, len(left)) == ([2, 1, 0], 4)


async def test_how_the_installation_stands_is_written_down_in_the_background(db, tenant, settings, monkeypatch):
    monkeypatch.setattr(dispatcher, "FIGURES_SECONDS", 0.05)
    await work.order(db, tenant, ["steady"])
    serving = asyncio.create_task(dispatcher.serve(settings, lambda _: None))
    try:
        async with asyncio.timeout(10):
            while True:
                async with db.platform() as tx:
                    if (last := await figures.last(tx)) is not None and last.told.runs.get("queued"):
                        break
                await asyncio.sleep(0.02)
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


async def test_the_dispatcher_sees_that_there_is_work_and_nothing_of_it(db, dispatch, tenant):
    await asked(db, tenant)

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with dispatch.dispatcher() as tx:
            await tx.rows("select parameters from jobs")


async def test_retention_is_looked_at_in_the_background(db, tenant, settings, monkeypatch):
    monkeypatch.setattr(dispatcher, "RETENTION_SECONDS", 0.05)
    serving = asyncio.create_task(dispatcher.serve(settings, lambda _: None))
    async with asyncio.timeout(10):
        while True:
            async with db.tenant(tenant) as tx:
                if (await expiry.retention.policy(tx)).next_at is not None:
                    break
            await asyncio.sleep(0.02)
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


async def test_a_nightly_round_of_replays_is_asked_for_once_and_one_that_finds_no_room_comes_later(
    db, dispatch, tenant, database_urls
):
    connection = await asyncpg.connect(database_urls.superuser)

    async def rounds():
        await dispatcher.look_back(dispatch, db)
        return await connection.fetchval(
            "select count(*) from errands where tenant_id = $1 and kind = $2", tenant, replaying.ROUND
        )

    first = await rounds()
    await connection.execute("update replay_rounds set next_at = now() where tenant_id = $1", tenant)
    async with db.tenant(tenant) as tx:
        waiting = [await errands.insert(tx, "said", {}) for _ in range(errands.WAITING_MOST)]
    full = await rounds()
    await connection.execute("delete from errands where errand_id = any($1::uuid[])", [one.id for one in waiting])

    assert (first, full, await rounds(), await rounds()) == (0, 0, 1, 1)
    await connection.close()
