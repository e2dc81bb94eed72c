"""The doorway: what is no message is dropped, what is one is done, and a database that is away harms nobody."""

from uuid import uuid4

import msgspec
import pytest

from helpers import work
from kithline_core.db import Database, results, runs
from kithline_worker import runtime, tasks
from kithline_worker.runtime import Runtime


@pytest.fixture
def here(settings):
    Runtime.begin(settings)
    yield runtime.here[0]
    Runtime.end()


async def _ordered(settings, *scorers):
    async with Database.of(settings) as db:
        tenant = await work.provision(db)
        run = await work.order(db, tenant, scorers)
        async with db.tenant(tenant) as tx:
            return tenant, run, await runs.tasks(tx, run.id)


async def _results(db, tenant, run):
    async with db.tenant(tenant) as tx:
        return await results.page(tx, run_id=run.id)


def test_a_message_is_done_once_however_often_it_comes(here, settings):
    tenant, run, (task,) = here.run(_ordered(settings, "steady"))

    tasks.score(str(tenant), str(task.id), 1)
    tasks.score(str(tenant), str(task.id), 1)

    (result,) = here.run(_results(here.db, tenant, run))
    assert (result.scorer, result.status, result.score) == ("hostile.steady", "ok", 50.0)
    assert result.tier == here.sandbox.tier


@pytest.mark.parametrize(
    "message",
    [(), ("a", "b", 1), (None, None), (str(uuid4()),), (["x"] * 1000, {"a": {}}), (str(uuid4()), "x", 1, 2, 3)],
)
def test_what_names_no_task_is_dropped(message):
    assert tasks.score(*message) is None


def test_an_unknown_task_is_nothing_to_do(here):
    assert tasks.score(str(uuid4()), str(uuid4()), 1) is None


def test_a_database_that_is_away_leaves_the_task_to_its_lease(here, settings):
    gone = msgspec.structs.replace(settings, database_url="postgresql://nobody@127.0.0.1:1/none")
    Runtime.end()
    Runtime.begin(gone)

    assert tasks.score(str(uuid4()), str(uuid4()), 1) is None


def test_a_child_of_the_pool_holds_two_connections_at_most(here):
    assert here.db._pool.get_max_size() == 2


def test_ending_twice_is_no_error():
    Runtime.end()

    assert runtime.here == []
