"""The life of a run: claimed once, fenced, reaped, admitted fairly, closed by its last task."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import asyncpg
import pytest

from kithline_core.db import admission, outbox, results, runs, tasks
from kithline_core.db.bell import Bell
from kithline_core.errors import Conflict, NotFound
from kithline_core.model.results import NewResult
from kithline_core.model.runs import NewRun, Pinned

pytestmark = pytest.mark.anyio
START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
ATTEMPTS = (
    "select attempt, worker, outcome, ended_at is null as open from attempts where tenant_id = $1 order by started_at"
)


def pinned(scorer, after=()):
    return Pinned(
        scorer=scorer, version="1.0.0", plugin="p", plugin_version="1.0.0", window_start=START, window_end=END,
        parameters={"floor": 5}, after=list(after),
    )  # fmt: skip


def finding(scorer="a", status="ok", **more):
    return NewResult(
        scorer=scorer, version="1.0.0", status=status, key="sha256:k", document=b'{"b":1,"a":2}', score=61.5, level=2,
        tier="full", seconds=0.25, **more,
    )  # fmt: skip


async def queued(db, tenant, *scorers):
    """A run with these tasks; returns it and its tasks by scorer."""
    chosen = [one if isinstance(one, Pinned) else pinned(one) for one in scorers]
    async with db.tenant(tenant) as tx:
        run = await runs.insert(tx, NewRun(intended_use="learning", tasks=chosen, requested={"asked": True}))
        return run, {task.scorer: task for task in await runs.tasks(tx, run.id)}


async def claim(db, tenant, task, lease=30.0, most=5):
    async with db.tenant(tenant) as tx:
        return await tasks.claim(tx, task.id, "worker-1", lease, most)


async def finish(db, tenant, claimed, **more):
    async with db.tenant(tenant) as tx:
        return await tasks.finish(tx, claimed, finding(claimed.scorer, **more))


async def look(db, tenant, run):
    async with db.tenant(tenant) as tx:
        return await runs.get(tx, run.id), {task.scorer: task for task in await runs.tasks(tx, run.id)}


async def reap(dispatch, most=5):
    async with dispatch.dispatcher() as tx:
        return await admission.reap(tx, most)


async def admit(dispatch, per_tenant=100, in_flight=1_000_000):
    async with dispatch.dispatcher() as tx:
        return await admission.admit(tx, per_tenant, in_flight)


@pytest.fixture(autouse=True)
async def quiet(database_urls):
    """Nothing of an earlier test waits for admission."""
    connection = await asyncpg.connect(database_urls.superuser)
    await connection.execute(
        "update run_tasks set state = 'cancelled', token = null, lease_until = null, finished_at = now()"
        " where state in ('queued', 'leased')"
    )
    await connection.close()


async def test_a_run_lives_from_queued_to_succeeded(db, tenant):
    run, by = await queued(db, tenant, "a", "b")
    first = await claim(db, tenant, by["a"])
    running, _ = await look(db, tenant, run)
    await finish(db, tenant, first)
    half, _ = await look(db, tenant, run)
    result = await finish(db, tenant, await claim(db, tenant, by["b"]), status="error")
    done, by = await look(db, tenant, run)

    assert (run.state, running.state, half.state, done.state) == ("queued", "running", "running", "succeeded")
    assert {scorer: task.state for scorer, task in by.items()} == {"a": "done", "b": "error"}
    assert done.created_at <= done.started_at <= done.finished_at
    assert (result.scorer, result.attempt, result.tier) == ("b", 1, "full")
    assert run.requested == {"asked": True}


async def test_a_claim_carries_what_was_pinned(db, tenant):
    _, by = await queued(db, tenant, pinned("z", after=["a"]))

    claimed = await claim(db, tenant, by["z"])

    assert (claimed.window_start, claimed.window_end) == (START, END)
    assert (claimed.parameters, claimed.after, claimed.intended_use) == ({"floor": 5}, ["a"], "learning")


async def test_the_finding_is_stored_as_the_bytes_that_were_written(db, tenant, other):
    run, by = await queued(db, tenant, "a")
    result = await finish(db, tenant, await claim(db, tenant, by["a"]), published={"score": 61.5})

    async with db.tenant(tenant) as tx:
        stored = await results.finding_bytes(tx, result.id)
        assert stored.document == b'{"b":1,"a":2}'
        assert stored.sha256 == result.sha256
        assert await results.get(tx, result.id) == result
        assert await results.page(tx, run_id=run.id, scorer="a") == [result]
        assert await results.page(tx, before=result.id) == []
        assert [one.document for one in await results.earlier(tx, run.id, ["a", "missing"])] == [stored.document]
        assert result.published == {"score": 61.5}
    async with db.tenant(other) as tx:
        with pytest.raises(NotFound):
            await results.finding_bytes(tx, result.id)


async def test_the_last_task_tells_the_outbox_once(db, tenant):
    run, by = await queued(db, tenant, "a", "b")
    both = [await claim(db, tenant, task) for task in by.values()]
    await asyncio.gather(*(finish(db, tenant, claimed) for claimed in both))

    async with db.tenant(tenant) as tx:
        (notice,) = await outbox.page(tx)

    assert (notice.kind, notice.subject_id, notice.payload) == ("run.succeeded", run.id, {"state": "succeeded"})


async def test_tasks_that_end_at_the_same_moment_close_the_run(db, tenant):
    for _ in range(10):
        run, by = await queued(db, tenant, "a", "b", "c", "d")
        claimed = [await claim(db, tenant, task) for task in by.values()]
        await asyncio.gather(*(finish(db, tenant, one) for one in claimed))

        assert (await look(db, tenant, run))[0].state == "succeeded"


async def test_a_second_message_finds_nothing_to_claim(db, tenant):
    _, by = await queued(db, tenant, "a")

    twins = await asyncio.gather(*(claim(db, tenant, by["a"]) for _ in range(4)))

    assert sum(one is not None for one in twins) == 1


async def test_a_message_about_nothing_is_dropped(db, tenant, other):
    _, by = await queued(db, tenant, "a")

    assert await claim(db, other, by["a"]) is None


async def test_a_late_twin_is_fenced_out(db, tenant):
    run, by = await queued(db, tenant, "a")
    late = await claim(db, tenant, by["a"], lease=-1)
    second = await claim(db, tenant, by["a"])

    assert await finish(db, tenant, late) is None
    async with db.tenant(tenant) as tx:
        assert not await tasks.heartbeat(tx, late, 30)
        assert not await tasks.give_back(tx, late, "too late")
        assert await tasks.heartbeat(tx, second, 30)
    assert (await finish(db, tenant, second)).attempt == 2
    assert (await look(db, tenant, run))[0].state == "succeeded"


async def test_a_heartbeat_keeps_the_lease(db, dispatch, tenant):
    _, by = await queued(db, tenant, "a")
    claimed = await claim(db, tenant, by["a"], lease=0.2)
    async with db.tenant(tenant) as tx:
        assert await tasks.heartbeat(tx, claimed, 30)
    await asyncio.sleep(0.3)

    assert await reap(dispatch) == []
    assert await finish(db, tenant, claimed) is not None


async def test_a_dead_workers_task_is_queued_again_and_admitted_again(db, dispatch, tenant):
    run, by = await queued(db, tenant, "a")
    assert len(await admit(dispatch)) == 1
    await claim(db, tenant, by["a"], lease=-1)

    (reaped,) = await reap(dispatch)
    (nudge,) = await admit(dispatch)

    assert (reaped.state, reaped.run_id, nudge.task_id, nudge.attempt) == ("queued", run.id, by["a"].id, 1)
    async with db.tenant(tenant) as tx:
        (attempt,) = await tx.rows(ATTEMPTS)
    assert (attempt["outcome"], attempt["open"]) == ("lost", False)


async def test_a_poisoned_task_is_dead_after_five_attempts_and_its_run_fails(db, dispatch, tenant):
    run, by = await queued(db, tenant, "a", "b")
    await finish(db, tenant, await claim(db, tenant, by["b"]))
    for _ in range(5):
        assert await claim(db, tenant, by["a"], lease=-1) is not None
        reaped = await reap(dispatch)

    ended, by = await look(db, tenant, run)
    async with db.tenant(tenant) as tx:
        (notice,) = await outbox.page(tx)

    assert reaped[0].state == "dead"
    assert (ended.state, by["a"].attempt, notice.kind) == ("failed", 5, "run.failed")
    assert by["a"].reason == "the worker was lost in each of 5 attempts"
    assert await claim(db, tenant, by["a"]) is None


async def test_a_task_out_of_attempts_waits_for_the_reaper_not_for_a_worker(db, tenant):
    _, by = await queued(db, tenant, "a")
    await claim(db, tenant, by["a"], lease=-1, most=1)

    assert await claim(db, tenant, by["a"], most=1) is None


async def test_a_worker_that_cannot_go_on_gives_its_task_back(db, dispatch, tenant):
    run, by = await queued(db, tenant, "a")
    for state in ("queued", "dead"):
        claimed = await claim(db, tenant, by["a"])
        async with db.tenant(tenant) as tx:
            assert await tasks.give_back(tx, claimed, "shutting down", 2)
            assert (await tasks.get(tx, by["a"].id)).state == state

    ended, by = await look(db, tenant, run)
    assert (ended.state, by["a"].reason) == ("failed", "shutting down")


async def test_a_run_of_nothing_succeeds_at_once(db, tenant):
    run, _ = await queued(db, tenant)

    assert run.state == "succeeded"


async def test_a_cancelled_run_stays_cancelled(db, tenant):
    run, by = await queued(db, tenant, "a", "b")
    claimed = await claim(db, tenant, by["a"])
    async with db.tenant(tenant) as tx:
        cancelled = await runs.cancel(tx, run.id)

    assert cancelled.state == "cancelled"
    assert await finish(db, tenant, claimed) is None
    assert await claim(db, tenant, by["b"]) is None
    assert {task.state for task in (await look(db, tenant, run))[1].values()} == {"cancelled"}
    with pytest.raises(Conflict, match="cancelled already"):
        async with db.tenant(tenant) as tx:
            await runs.cancel(tx, run.id)


async def test_runs_page_from_the_newest(db, tenant, other):
    made = [(await queued(db, tenant, "a"))[0].id for _ in range(3)]

    async with db.tenant(tenant) as tx:
        page = [run.id for run in await runs.page(tx, size=2)]
        rest = [run.id for run in await runs.page(tx, before=page[-1])]
    async with db.tenant(other) as tx:
        assert await runs.page(tx) == []

    assert sorted([*page, *rest]) == sorted(made)


async def test_admission_is_fair_among_tenants(db, dispatch, provision):
    greedy, modest = await provision(), await provision()
    for _ in range(5):
        await queued(db, greedy, "a", "b", "c")
    await queued(db, modest, "a", "b")

    first = await admit(dispatch, per_tenant=4, in_flight=4)
    rest = await admit(dispatch, per_tenant=4)

    assert sorted([nudge.tenant_id for nudge in first]) == sorted([greedy, greedy, modest, modest])
    assert [nudge.tenant_id for nudge in rest] == [greedy, greedy]
    assert await admit(dispatch, per_tenant=4) == []


async def test_a_finished_task_makes_room_for_the_next(db, dispatch, tenant):
    await queued(db, tenant, "a", "b")
    (nudge,) = await admit(dispatch, per_tenant=1)
    async with db.tenant(tenant) as tx:
        claimed = await tasks.claim(tx, nudge.task_id, "worker-1", 30)
    assert await admit(dispatch, per_tenant=1) == []
    await finish(db, tenant, claimed)

    assert len(await admit(dispatch, per_tenant=1)) == 1


async def test_a_task_waits_for_the_scorers_it_reads(db, dispatch, tenant):
    _, by = await queued(db, tenant, pinned("verdict", after=["a", "b", "not asked for"]), "a", "b")

    assert {nudge.task_id for nudge in await admit(dispatch)} == {by["a"].id, by["b"].id}
    await finish(db, tenant, await claim(db, tenant, by["a"]))
    assert await admit(dispatch) == []
    await claim(db, tenant, by["b"], lease=-1, most=1)
    await reap(dispatch, most=1)

    assert [nudge.task_id for nudge in await admit(dispatch)] == [by["verdict"].id]


async def test_only_one_dispatcher_admits_at_a_time(db, dispatch, tenant):
    await queued(db, tenant, "a")

    async with dispatch.dispatcher() as one, dispatch.dispatcher() as two:
        assert len(await admission.admit(one, 1)) == 1
        assert await admission.admit(two, 1) == []


async def test_an_unheard_task_is_nudged_again(db, dispatch, tenant):
    _, by = await queued(db, tenant, "a", "b")
    await admit(dispatch)
    await claim(db, tenant, by["b"])

    async with dispatch.dispatcher() as tx:
        early = await admission.renudge(tx, 60)
        again = await admission.renudge(tx, -1)

    assert early == []
    assert [nudge.task_id for nudge in again] == [by["a"].id]


async def test_the_dispatcher_sees_tasks_and_no_findings(db, dispatch, tenant):
    await queued(db, tenant, "a")

    async with dispatch.dispatcher() as tx:
        assert await tx.rows("select 1 from run_tasks") != []
    for read in ("1 from results", "1 from events", "1 from memberships", "1 from answers", "1 from api_keys",
                 "title from tenants"):  # fmt: skip
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with dispatch.dispatcher() as tx:
                await tx.rows(f"select {read}")


async def test_a_bell_rings_after_commit(db, tenant):
    async with db.listen("runs") as bell:
        assert await bell.wait(0.01) == []
        async with db.tenant(tenant) as tx:
            run = await runs.insert(tx, NewRun(intended_use="learning", tasks=[pinned("a")]))
            await tx.notify("runs", run.id)
            assert await bell.wait(0.01) == []
        assert await bell.wait(5) == [str(run.id)]


async def test_a_bell_that_lost_its_line_rings_and_calls_again(db, database_urls):
    killer = await asyncpg.connect(database_urls.superuser)
    async with db.listen("runs") as bell:
        await killer.execute("select pg_terminate_backend($1)", bell._connection.get_server_pid())
        assert await bell.wait(5) == []
        assert await bell.wait(0.01) == []
        async with db.platform() as tx:
            await tx.notify("runs", "here")
        assert await bell.wait(5) == ["here"]
    await killer.close()


async def test_a_bell_without_a_server_only_waits():
    async with Bell("postgresql://nobody@127.0.0.1:1/none", "runs") as bell:
        assert await bell.wait(0.01) == []


async def test_a_lease_that_another_reaper_ended_is_left_alone(db, dispatch, tenant):
    run, by = await queued(db, tenant, "a")
    await claim(db, tenant, by["a"])

    async with dispatch.dispatcher() as tx:
        assert await admission._reap_run(tx, tenant, run.id, 5) == []


async def test_two_reapers_and_a_late_worker_never_wait_in_a_circle(db, dispatch, tenant):
    for _ in range(5):
        run, by = await queued(db, tenant, "a", "b")
        held = [await claim(db, tenant, task, lease=-1) for task in by.values()]
        await asyncio.gather(reap(dispatch), reap(dispatch), *(finish(db, tenant, one) for one in held))
        for task in by.values():
            if (again := await claim(db, tenant, task)) is not None:
                await finish(db, tenant, again)

        assert (await look(db, tenant, run))[0].state == "succeeded"


async def test_a_run_of_a_scope_that_is_not_ours_is_refused(db, tenant):
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        async with db.tenant(tenant) as tx:
            await runs.insert(tx, NewRun(intended_use="learning", tasks=[], scope_id=uuid4()))
