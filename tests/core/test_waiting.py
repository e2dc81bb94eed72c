"""A task that needs a stronger wall than a worker has waits: it never runs, costs nothing, and says why."""

import msgspec
import pytest

from helpers import work
from kithline_core import scoring
from kithline_core.db import Database, admission, runs
from kithline_core.plugins import Installed
from kithline_core.sandbox import Sandbox
from kithline_core.sandbox.policy import Policy
from kithline_core.settings import Settings

pytestmark = pytest.mark.anyio
NOW, LATER = Settings(renudge_seconds=0.0), Settings(renudge_seconds=3600.0)


@pytest.fixture
def demand(monkeypatch):
    """Let the plugin demand a tier."""

    def put(tier):
        plugin = work.hostile()
        manifest = msgspec.structs.replace(plugin.manifest, minimum_tier=tier)
        here = Installed([msgspec.structs.replace(plugin, manifest=manifest)], [])
        monkeypatch.setattr("kithline_core.plugins.installed", lambda: here)

    put("none")
    return put


@pytest.fixture
async def db(database_urls):
    async with Database.open(database_urls.app) as opened:
        yield opened


@pytest.fixture
async def dispatch(database_urls):
    async with Database.open(database_urls.dispatcher) as opened:
        yield opened


async def ordered(db):
    tenant = await work.provision(db)
    run = await work.order(db, tenant, ["steady"])
    (task,) = await look(db, tenant, run)
    return tenant, run, task.id


async def look(db, tenant, run):
    async with db.tenant(tenant) as tx:
        return await runs.tasks(tx, run.id)


async def admitted(dispatch, task):
    async with dispatch.dispatcher() as tx:
        return task in {nudge.task_id for nudge in await admission.admit(tx, 1000)}


@pytest.mark.parametrize(("plugins", "operators"), [("vm", "none"), ("none", "vm"), ("process", "vm")])
async def test_a_task_below_the_demanded_tier_waits_at_no_cost_and_says_why(db, demand, plugins, operators):
    demand(plugins)
    tenant, run, task = await ordered(db)
    async with Sandbox.open(policy=Policy(minimum=operators)) as sandbox:
        assert await scoring.perform(db, sandbox, NOW, tenant, task) is None
        assert await scoring.perform(db, sandbox, NOW, tenant, task) is None
        assert not sandbox._processes  # nothing of the plugin was started

    (waiting,) = await look(db, tenant, run)
    assert (waiting.state, waiting.attempt, waiting.waits_for) == ("queued", 0, "vm")
    assert "it runs in tier vm or a stronger one; here is" in waiting.reason


async def test_a_waiting_task_runs_as_soon_as_a_worker_is_strong_enough(db, demand):
    demand("vm")
    tenant, run, task = await ordered(db)
    async with Sandbox.open() as weak:
        await scoring.perform(db, weak, NOW, tenant, task)

    async with Sandbox.open(policy=Policy(vm=True)) as strong:
        result = await scoring.perform(db, strong, NOW, tenant, task)

    (done,) = await look(db, tenant, run)
    assert (result.status, result.tier, result.attempt) == ("ok", "vm", 1)
    assert (done.state, done.waits_for, done.reason) == ("done", None, None)


async def test_a_waiting_task_is_asked_again_later_and_takes_no_turn_until_then(db, dispatch, demand):
    tenant, _, task = await ordered(db)
    async with Sandbox.open(policy=Policy(minimum="vm")) as sandbox:
        await scoring.perform(db, sandbox, LATER, tenant, task)
        assert not await admitted(dispatch, task)

        await scoring.perform(db, sandbox, NOW, tenant, task)
        assert await admitted(dispatch, task)


async def test_a_task_of_a_plugin_that_is_not_installed_is_no_matter_of_walls(db, demand, monkeypatch):
    tenant, run, task = await ordered(db)
    monkeypatch.setattr("kithline_core.plugins.installed", lambda: Installed([], []))
    async with Sandbox.open(policy=Policy(minimum="vm")) as sandbox:
        await scoring.perform(db, sandbox, NOW, tenant, task)

    (given_back,) = await look(db, tenant, run)
    assert (given_back.attempt, given_back.waits_for) == (1, None)


async def test_a_cancelled_or_unknown_task_does_not_wait(db, demand):
    tenant, run, task = await ordered(db)
    async with db.tenant(tenant) as tx:
        await runs.cancel(tx, run.id)
    async with Sandbox.open(policy=Policy(minimum="vm")) as sandbox:
        assert await scoring.perform(db, sandbox, NOW, tenant, task) is None
        assert await scoring.perform(db, sandbox, NOW, tenant, run.id) is None

    (cancelled,) = await look(db, tenant, run)
    assert (cancelled.state, cancelled.waits_for) == ("cancelled", None)
