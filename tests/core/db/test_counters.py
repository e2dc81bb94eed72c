"""Counters of plugin versions: once per attempt, never by a late twin, and over tenants for operators alone."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest

from kithline_core.db import admission, counters, runs, tasks
from kithline_core.errors import NotFound
from kithline_core.model.counters import BOUNDS, bucket, quantile
from kithline_core.model.results import NewResult
from kithline_core.model.runs import Claimed, NewRun, Pinned

pytestmark = pytest.mark.anyio


@pytest.fixture
def plugin():
    """A plugin that no other test counts."""
    return f"acme-{uuid4().hex[:8]}"


@pytest.fixture
def queue(db, plugin, days):
    start, end = days

    async def queued(tenant, scorer="a"):
        task = Pinned(
            scorer=scorer, version="1.0.0", plugin=plugin, plugin_version="1.0.0", window_start=start, window_end=end
        )
        async with db.tenant(tenant) as tx:
            run = await runs.insert(tx, NewRun(intended_use="learning", tasks=[task]))
            return (await runs.tasks(tx, run.id))[0]

    return queued


@pytest.fixture
def days():
    return datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)


async def claim(db, tenant, task, lease=30.0):
    async with db.tenant(tenant) as tx:
        return await tasks.claim(tx, task.id, "worker-1", lease, tier="process")


async def finish(db, tenant, claimed, **more):
    told = {"status": "ok", "seconds": 0.25, "tier": "process"} | more
    async with db.tenant(tenant) as tx:
        return await tasks.finish(
            tx, claimed, NewResult(scorer=claimed.scorer, version="1.0.0", key="k", document=b"{}", **told)
        )


async def figures(db, plugin, period="all", kind="outcome"):
    async with db.platform() as tx:
        today = await counters.today(tx)
        found = await counters.read(tx, today - timedelta(days=1), today + timedelta(days=1), period, plugin)
    return {one.name: one for one in found if one.kind == kind}


async def test_an_attempt_that_ends_is_counted_with_its_outcome_tier_and_duration(db, tenant, queue, plugin):
    await finish(db, tenant, await claim(db, tenant, await queue(tenant)))
    await finish(db, tenant, await claim(db, tenant, await queue(tenant)), seconds=700.0)

    everything = (await figures(db, plugin, kind="all"))[""]
    assert (everything.attempts, everything.seconds, everything.tenants, everything.largest) == (2, 700.25, 1, 2)
    assert {name: one.attempts for name, one in (await figures(db, plugin)).items()} == {"ok": 2}
    assert {name: one.attempts for name, one in (await figures(db, plugin, kind="tier")).items()} == {"process": 2}
    assert {name: one.attempts for name, one in (await figures(db, plugin, kind="bucket")).items()} == {
        str(BOUNDS.index(0.25)): 1,
        str(len(BOUNDS)): 1,
    }


async def test_a_late_twin_is_not_counted(db, dispatch, tenant, queue, plugin):
    task = await queue(tenant)
    late = await claim(db, tenant, task, lease=-1.0)
    again = await claim(db, tenant, task)
    first = await finish(db, tenant, again)

    assert first is not None
    assert await finish(db, tenant, late) is None
    assert await finish(db, tenant, again) is None
    assert {name: one.attempts for name, one in (await figures(db, plugin)).items()} == {"lost": 1, "ok": 1}


async def test_a_retry_is_an_attempt(db, dispatch, tenant, queue, plugin):
    task = await queue(tenant)
    async with db.tenant(tenant) as tx:
        assert await tasks.give_back(tx, await tasks.claim(tx, task.id, "w", 30.0), "of ours")
        assert not await tasks.give_back(tx, await tasks.claim(tx, task.id, "w", 30.0, 1) or _nobody(task), "twice")
    await claim(db, tenant, task, lease=-1.0)
    async with dispatch.dispatcher() as tx:
        await admission.reap(tx, 5)
    await finish(db, tenant, await claim(db, tenant, task))

    assert {name: one.attempts for name, one in (await figures(db, plugin)).items()} == {
        "given_back": 1, "lost": 1, "ok": 1,
    }  # fmt: skip
    assert {name: one.attempts for name, one in (await figures(db, plugin, kind="tier")).items()} == {
        "": 1, "process": 2,
    }  # fmt: skip
    assert (await figures(db, plugin, kind="bucket"))["-1"].attempts == 2


def _nobody(task):
    return Claimed(
        task.id, task.run_id, None, "learning", task.scorer, task.version, task.plugin, task.plugin_version, {}, [],
        task.window_start, task.window_end, 1, uuid4(),
    )  # fmt: skip


@pytest.mark.parametrize(("reason", "told"), [("timeout", "error:timeout"), ("acme knows tenant 7", "error:other")])
async def test_an_error_is_told_by_words_of_ours(db, tenant, queue, plugin, reason, told):
    await finish(db, tenant, await claim(db, tenant, await queue(tenant)), status="error", error=reason)

    assert set(await figures(db, plugin)) == {told}


async def test_what_is_no_error_has_no_kind_of_one(db, tenant, queue, plugin):
    await finish(db, tenant, await claim(db, tenant, await queue(tenant)), status="insufficient", error="no_data")

    assert set(await figures(db, plugin)) == {"insufficient"}


async def test_tenants_are_counted_and_not_named(db, tenant, other, queue, plugin):
    for one in (tenant, tenant, other):
        await finish(db, one, await claim(db, one, await queue(one)))

    by_day = await figures(db, plugin, "day", "all")
    by_week = await figures(db, plugin, "week", "all")

    assert [(one.tenants, one.largest, one.attempts) for one in by_day.values()] == [(2, 2, 3)]
    assert [one.began.isoweekday() for one in by_week.values()] == [1]
    assert str(tenant) not in str(by_day)


async def test_a_tenant_gets_its_own_and_nobody_without_one_anything(db, tenant, other, queue, plugin):
    for one in (tenant, other):
        await finish(db, one, await claim(db, one, await queue(one)))

    async with db.platform() as tx:
        today = await counters.today(tx)
    async with db.tenant(tenant) as tx:
        rows = await tx.connection.fetch(counters.READ, today, today + timedelta(days=1), "all", plugin, None)
    async with db.platform() as tx:
        none = await tx.connection.fetch(counters.READ, today, today + timedelta(days=1), "all", plugin, None)
        bare = await tx.connection.fetchval("select count(*) from plugin_counts")

    assert {(row["attempts"], row["tenants"]) for row in rows} == {(1, 1)}
    assert (none, bare) == ([], 0)


async def test_a_count_is_never_taken_back_by_the_app(db, tenant, queue, plugin):
    await finish(db, tenant, await claim(db, tenant, await queue(tenant)))

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with db.tenant(tenant) as tx:
            await tx.connection.execute("update plugin_counts set outcome = 'ok'")


async def test_one_plugin_or_version_can_be_asked_for(db, tenant, queue, plugin):
    await finish(db, tenant, await claim(db, tenant, await queue(tenant)))

    async with db.platform() as tx:
        today = await counters.today(tx)
        named = [
            await counters.read(tx, today, today + timedelta(days=1), "all", plugin, one) for one in ("1.0.0", "2")
        ]

    assert [len(found) for found in named] == [5, 0]


async def test_counts_of_long_ago_are_forgotten(db, database_urls, tenant, other, queue, plugin):
    for one in (tenant, other):
        await finish(db, one, await claim(db, one, await queue(one)))
    connection = await asyncpg.connect(database_urls.superuser)
    await connection.execute("update plugin_counts set day = day - 11 where plugin = $1", plugin)
    await connection.close()

    async with db.tenant(tenant) as tx:
        swept = [await counters.sweep(tx, days) for days in (11, 10)]
    async with db.platform() as tx:
        today = await counters.today(tx)
        left = await counters.read(tx, today - timedelta(days=20), today, "all", plugin)

    assert swept == [0, 1]
    assert {one.tenants for one in left} == {1}


async def test_an_attempt_and_its_task_say_in_which_tier(db, tenant, other, queue):
    task = await queue(tenant)
    before = task.tier
    await claim(db, tenant, task)

    async with db.tenant(tenant) as tx:
        now = (await tasks.get(tx, task.id)).tier
        (listed,) = await runs.tasks(tx, task.run_id)
        stored = await tx.connection.fetchval("select tier from attempts where task_id = $1", task.id)
    async with db.tenant(other) as tx:
        with pytest.raises(NotFound):
            await tasks.get(tx, task.id)

    assert (before, now, listed.tier, stored) == (None, "process", "process", "process")


@pytest.mark.parametrize(("seconds", "place"), [(0.0, 0), (0.01, 0), (0.011, 1), (600.0, 14), (600.1, 15)])
def test_a_bound_belongs_to_the_bucket_it_ends(seconds, place):
    assert bucket(seconds) == place


@pytest.mark.parametrize(
    ("buckets", "share", "told"),
    [
        ({0: 1, 4: 9}, 0.05, (0.0, 0.01)),
        ({0: 1, 4: 9}, 0.5, (0.1, 0.25)),
        ({0: 10, 1: 0, 15: 10}, 0.5, (0.0, 0.01)),
        ({0: 10, 15: 10}, 0.95, (600.0, None)),
        ({}, 0.5, None),
    ],
)
def test_a_quantile_lies_between_two_bounds(buckets, share, told):
    assert quantile(buckets, share) == told
