"""Errands: asked, done once, answered or refused; whoever is lost, the errand is not."""

import pytest

from helpers import work
from kithline_core import errands as performing
from kithline_core import privacy
from kithline_core.db import Database, errands, grounds
from kithline_core.errors import Conflict, Invalid, NotFound, Unavailable
from kithline_core.model.rights import AskedRight
from kithline_core.settings import Settings

pytestmark = pytest.mark.anyio
QUICK = Settings(lease_seconds=0.5, heartbeat_seconds=0.05, max_attempts=2)


@pytest.fixture
async def db(database_urls):
    async with Database.open(database_urls.app) as opened:
        yield opened


@pytest.fixture
async def dispatch(database_urls):
    async with Database.open(database_urls.dispatcher) as opened:
        yield opened


@pytest.fixture
async def tenant(db):
    return await work.provision(db)


async def ask(db, tenant, kind="said", keep_seconds=60.0):
    async with db.tenant(tenant) as tx:
        return (await errands.insert(tx, kind, {"word": "hello"}, keep_seconds)).id


async def look(db, tenant, errand):
    async with db.tenant(tenant) as tx:
        return await errands.get(tx, errand)


async def perform(db, tenant, errand, work):
    await performing.perform(db, None, QUICK, tenant, errand, {"said": work})


async def said(db, sandbox, settings, tenant, asked):
    return asked["word"].encode()


async def refused(*_):
    raise Invalid("no such word", pointer="/word")


async def broken(*_):
    raise ZeroDivisionError


async def away(*_):
    raise Unavailable("gone")


async def test_an_errand_is_answered_once(db, tenant):
    errand = await ask(db, tenant)

    await perform(db, tenant, errand, said)
    await perform(db, tenant, errand, broken)

    found = await look(db, tenant, errand)
    assert (found.answer, found.problem) == (b"hello", None)


async def test_a_refusal_is_kept_in_its_words(db, tenant):
    errand = await ask(db, tenant)

    await perform(db, tenant, errand, refused)

    assert (await look(db, tenant, errand)).problem == {"code": "invalid", "detail": "no such word", "pointer": "/word"}


async def test_what_fails_for_a_reason_of_ours_is_tried_again_and_then_given_up(db, tenant):
    errand = await ask(db, tenant)

    await perform(db, tenant, errand, broken)
    assert (await look(db, tenant, errand)).finished_at is None
    await perform(db, tenant, errand, broken)

    assert (await look(db, tenant, errand)).problem == performing.GAVE_UP


async def test_an_errand_of_a_lost_worker_is_left_to_its_lease(db, tenant):
    errand = await ask(db, tenant)

    with pytest.raises(Unavailable):
        await perform(db, tenant, errand, away)

    async with db.tenant(tenant) as tx:
        assert await errands.claim(tx, errand, 1.0) is None


async def test_a_late_twin_is_fenced_out(db, tenant):
    errand = await ask(db, tenant)
    async with db.tenant(tenant) as tx:
        late = await errands.claim(tx, errand, 0.0)
    await perform(db, tenant, errand, said)

    async with db.tenant(tenant) as tx:
        assert not await errands.heartbeat(tx, late, 1.0)
        assert not await errands.finish(tx, late, b"late")
        assert not await errands.release(tx, late)

    assert (await look(db, tenant, errand)).answer == b"hello"


async def test_a_tenant_may_have_so_many_waiting_and_no_more(db, tenant):
    for _ in range(errands.WAITING_MOST):
        await ask(db, tenant)

    with pytest.raises(Conflict, match="being worked on"):
        await ask(db, tenant)


async def test_the_dispatcher_tells_of_what_nobody_works_on_and_forgets_what_is_over(db, dispatch, tenant):
    errand, over = await ask(db, tenant), await ask(db, tenant, keep_seconds=-1.0)
    async with dispatch.dispatcher() as tx:
        told = {one.task_id: one.kind for one in await errands.nudge(tx, 60.0)}
        again = {one.task_id for one in await errands.nudge(tx, 60.0)}
        await errands.sweep(tx)

    assert told[errand] == "errand"
    assert errand not in again
    with pytest.raises(NotFound):
        await look(db, tenant, over)


async def test_another_tenant_sees_no_errand(db, tenant):
    errand, other = await ask(db, tenant), await work.provision(db)

    with pytest.raises(NotFound):
        await look(db, other, errand)


async def test_answers_are_gone_when_what_they_rest_on_may_be_read_no_longer(db, tenant):
    errand, waiting = await ask(db, tenant), await ask(db, tenant)
    await perform(db, tenant, errand, said)
    async with db.tenant(tenant) as tx:
        (ground,) = await grounds.in_force(tx)
        await grounds.end(tx, ground.id)

    with pytest.raises(NotFound):
        await look(db, tenant, errand)
    assert (await look(db, tenant, waiting)).finished_at is None


async def test_answers_are_gone_when_somebody_objects(db, tenant):
    errand = await ask(db, tenant)
    await perform(db, tenant, errand, said)
    async with db.tenant(tenant) as tx:
        await privacy.request(tx, "object", AskedRight(person="ann", reason="they asked"))

    with pytest.raises(NotFound):
        await look(db, tenant, errand)
