"""How the installation stands: the dispatcher counts every tenant's states, the app reads numbers."""

from datetime import UTC, datetime

import asyncpg
import pytest

from kithline_core.db import admission, errands, figures, jobs, runs, tasks
from kithline_core.metrics import standing
from kithline_core.metrics.text import text
from kithline_core.model.results import NewResult
from kithline_core.model.runs import NewRun, Pinned

pytestmark = pytest.mark.anyio
START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)


async def queue(db, tenant, *scorers):
    tasks_ = [
        Pinned(scorer=one, version="1", plugin="acme", plugin_version="1.0.0", window_start=START, window_end=END)
        for one in scorers
    ]
    async with db.tenant(tenant) as tx:
        run = await runs.insert(tx, NewRun(intended_use="learning", tasks=tasks_))
        return await runs.tasks(tx, run.id)


async def told(db, dispatch):
    async with dispatch.dispatcher() as tx:
        await figures.tell(tx)
    async with db.platform() as tx:
        return (await figures.last(tx)).told


async def test_nothing_is_known_before_a_dispatcher_counted(db):
    async with db.platform() as tx:
        assert await figures.last(tx) is None
        assert "kithline_runs" not in text(await standing.read(tx))


async def test_what_is_open_is_counted_over_all_tenants(db, dispatch, tenant, other):
    before = await told(db, dispatch)
    first, second = await queue(db, tenant, "a", "b")
    await queue(db, other, "a")
    async with db.tenant(tenant) as tx:
        await tasks.claim(tx, first.id, "w", 30.0, tier="full")
        await tasks.postpone(tx, second, "vm", "it wants more", 60.0)
        await errands.insert(tx, "a.test", {})
        held = await errands.insert(tx, "a.test", {})
        await errands.claim(tx, held.id, 30.0)
        await jobs.insert(tx, "a.test")

    found = await told(db, dispatch)

    assert (before.runs, before.tasks, before.oldest_seconds, before.jobs) == ({}, {}, 0.0, {})
    assert (found.runs, found.tasks) == ({"running": 1, "queued": 1}, {"leased": 1, "queued": 2})
    assert (found.held, found.errands, found.jobs) == ({"vm": 1}, {"waiting": 1, "leased": 1}, {"queued": 1})
    assert 0 < found.oldest_seconds < 60


async def test_what_ended_today_is_told_by_plugin_and_no_tenant_is_named(db, dispatch, tenant, other):
    for one, seconds in ((tenant, 0.2), (other, 700.0)):
        (task,) = await queue(db, one, "z")
        async with db.tenant(one) as tx:
            claimed = await tasks.claim(tx, task.id, "w", 30.0, tier="full")
            new = NewResult(scorer="z", version="1", status="ok", key="k", document=b"{}", seconds=seconds)
            await tasks.finish(tx, claimed, new)
    (task,) = await queue(db, other, "z")
    async with db.tenant(other) as tx:
        await tasks.claim(tx, task.id, "w", -1.0, tier="full")
    async with dispatch.dispatcher() as tx:
        await admission.reap(tx, 1)

    found = await told(db, dispatch)
    async with db.platform() as tx:
        scraped = text(await standing.read(tx)).splitlines()

    assert {(one.outcome, one.reason): one.attempts for one in found.attempts if one.scorer == "z"} == {
        ("ok", ""): 2, ("lost", "dead"): 1,
    }  # fmt: skip
    scorer = 'plugin="acme",version="1.0.0",scorer="z"'
    assert f'kithline_plugin_attempts_total{{{scorer},outcome="lost",reason="dead"}} 1' in scraped
    assert f'kithline_plugin_run_seconds_bucket{{{scorer},le="0.25"}} 1' in scraped
    assert f'kithline_plugin_run_seconds_bucket{{{scorer},le="+Inf"}} 2' in scraped
    assert not [line for line in scraped if str(tenant) in line or str(other) in line]


async def test_figures_of_another_version_of_ours_are_none(db, dispatch, database_urls):
    await told(db, dispatch)
    connection = await asyncpg.connect(database_urls.superuser)
    await connection.execute("""update figures set told = '{"runs": 7}'""")
    await connection.close()

    async with db.platform() as tx:
        assert await figures.last(tx) is None
