"""The ledger writes down what came of what was said, once and when it can be known; pooled figures show nobody's alone."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import asyncpg
import pytest

from helpers import work
from helpers.foretold import FIRST, SUPPLY, said
from kithline_core import calibrating
from kithline_core.db import Database, curve_points, grounds, pooling, predictions, replays, scopes
from kithline_core.engine.document import ShownDriver
from kithline_core.model.calibration import Control
from kithline_core.model.pooling import NewPooling
from kithline_core.model.scopes import NewScope

pytestmark = pytest.mark.anyio
ROWS = "select * from predictions where tenant_id = $1 order by result_id"
TODAY = date(2026, 1, 1)


@pytest.fixture(scope="module")
async def db(database_urls):
    async with Database.open(database_urls.app, secret="pepper", pool_max=4) as opened:
        yield opened


@pytest.fixture(scope="module")
async def dispatch(database_urls):
    async with Database.open(database_urls.dispatcher, pool_max=2) as opened:
        yield opened


@pytest.fixture
async def tenant(db):
    return await work.provision(db)


async def resolved(db, tenant):
    """Let a night pass and return the ledger: which result, by which, and whether it came."""
    async with db.tenant(tenant) as tx:
        await predictions.resolve(tx)
        return [(row["result_id"], row["resolved_by"], row["came"]) for row in await tx.rows(ROWS)]


async def test_a_level_came_when_the_window_90_days_later_shows_the_same(db, tenant):
    first = await said(db, tenant, 0, 2)
    held = await said(db, tenant, 90, 2)
    fallen = await said(db, tenant, 180, 1)
    risen = await said(db, tenant, 270, 2)

    assert await resolved(db, tenant) == [(first, held, True), (held, fallen, False), (fallen, risen, False)]


async def test_of_several_windows_the_one_nearest_to_90_days_decides_and_of_it_the_newest_result(db, tenant):
    first = await said(db, tenant, 0)
    await said(db, tenant, 60, 1)
    await said(db, tenant, 92, 1)
    newest = await said(db, tenant, 92, 2)
    await said(db, tenant, 119, 1)

    assert (await resolved(db, tenant))[0] == (first, newest, True)


@pytest.mark.parametrize(("days", "known"), [(59.9, False), (60, True), (120, True), (120.1, False)])
async def test_windows_that_end_60_to_120_days_later_count(db, tenant, days, known):
    first = await said(db, tenant, 0)
    later = await said(db, tenant, days)

    assert await resolved(db, tenant) == ([(first, later, True)] if known else [])


@pytest.mark.parametrize("more", [{"version": "2.0.0"}, {"parameters": "b"}, {"word_lists": "b"}, {"length": 30}])
async def test_another_version_parameter_or_length_of_window_shows_nothing(db, tenant, more):
    await said(db, tenant, 0)
    await said(db, tenant, 90, **more)

    assert await resolved(db, tenant) == []


async def test_another_engine_shows_as_much(db, tenant):
    await said(db, tenant, 0)
    await said(db, tenant, 90, engine="2")

    assert len(await resolved(db, tenant)) == 1


async def test_another_scope_shows_nothing(db, tenant):
    async with db.tenant(tenant) as tx:
        scope = await scopes.create(tx, NewScope(scope="south", owner="sales", reason="a test"))
    await said(db, tenant, 0)
    await said(db, tenant, 90, scope=scope.id)

    assert await resolved(db, tenant) == []


async def test_nothing_is_resolved_before_every_window_that_could_show_it_is_over(db, tenant):
    now = (datetime.now(UTC) - FIRST) / timedelta(days=1)
    await said(db, tenant, now - 119)
    await said(db, tenant, now - 29)

    assert await resolved(db, tenant) == []


async def test_of_a_month_one_result_says_something_and_one_without_level_or_probability_nothing(db, tenant):
    await said(db, tenant, 0, level=None)
    await said(db, tenant, 1, probability=None)
    first = await said(db, tenant, 2, 1)
    await said(db, tenant, 3, 2)
    later = await said(db, tenant, 92, 1)

    assert await resolved(db, tenant) == [(first, later, True)]


async def test_what_was_written_down_stays_whatever_comes_in_late(db, tenant):
    await said(db, tenant, 0, 2)
    await said(db, tenant, 95, 2)
    before = await resolved(db, tenant)
    await said(db, tenant, 90, 1)

    assert [one for one in await resolved(db, tenant) if one[0] == before[0][0]] == before


async def test_nobody_may_change_the_ledger(db, tenant):
    await said(db, tenant, 0)
    await said(db, tenant, 90)
    await resolved(db, tenant)

    for statement in ("update predictions set came = false", "delete from predictions", "delete from curve_points"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with db.tenant(tenant) as tx:
                await tx.connection.execute(statement)


async def test_only_an_operator_announces_control_points(db):
    new = Control(median=1.0, ninetieth=2.0, tenants=21, announced_on=TODAY)

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with db.platform() as tx:
            await curve_points.announce(tx, "s", "1", "d", new)


async def test_what_rests_on_a_ground_that_ended_counts_no_longer(db, tenant):
    async with db.tenant(tenant) as tx:
        (ground,) = [one.id for one in await grounds.page(tx)]
    await said(db, tenant, 0, grounds=[ground])
    await said(db, tenant, 90)
    await said(db, tenant, 180)
    await resolved(db, tenant)
    async with db.tenant(tenant) as tx:
        before = len(await predictions.resolved(tx))
        await grounds.end(tx, ground)
        after = len(await predictions.resolved(tx))
        waiting = await predictions.waiting(tx)

    assert (before, after) == (2, 1)
    assert waiting == {(SUPPLY, "1.0.0"): 1}


async def test_a_tenant_sees_its_own_ledger_and_what_is_unknown(db, tenant):
    for days in (0, 90, 180):
        await said(db, tenant, days)
    await resolved(db, tenant)
    async with db.tenant(tenant) as tx:
        found = {(one.scorer, one.version): one for one in (await calibrating.own(tx)).scorers}
    async with db.tenant(await work.provision(db)) as tx:
        others = (await calibrating.own(tx)).scorers

    mine = found[SUPPLY, "1.0.0"]
    assert (mine.n, mine.waiting, mine.why) == (2, 1, None)
    assert mine.brier == pytest.approx(0.01)
    assert next(one for (key, _), one in found.items() if key == "maturity.depth").why == (
        "unknown: 0 predictions so far; 0 wait for a later window to show what came"
    )
    assert {one.n for one in others} == {0}


async def test_a_night_writes_the_ledger(db, dispatch, tenant, database_urls):
    from kithline_worker import dispatcher  # noqa: PLC0415 - of another member

    owner = await asyncpg.connect(database_urls.superuser)
    await said(db, tenant, 0)
    await said(db, tenant, 90)
    await dispatcher.look_back(dispatch, db)
    before = await owner.fetchval("select count(*) from predictions where tenant_id = $1", tenant)
    await owner.execute("update replay_rounds set next_at = now() where tenant_id = $1", tenant)
    async with dispatch.dispatcher() as tx:
        assert tenant in await replays.due(tx, 1000)
    await dispatcher.look_back(dispatch, db)

    assert before == 0
    assert await owner.fetchval("select count(*) from predictions where tenant_id = $1", tenant) == 1
    await owner.close()


def driver(name, raw):
    return ShownDriver(name=name, raw=raw, sub_score=0.5, weight=1.0, contribution=50.0, gain=None)


async def pooled_tenant(db, number, *, agreed=True, version="7.0.0", resolve=True):
    tenant = await work.provision(db)
    drivers = [driver("reach", float(number + 1)), driver("name", "x"), driver("flag", raw=True)]
    for days, level in ((0, 2), (90, 2), (180, 1), (270, 1)) if resolve else ((0, 2),):
        await said(db, tenant, days, level, version=version, drivers=drivers)
    async with db.tenant(tenant) as tx:
        if resolve:
            await predictions.resolve(tx)
        await pooling.put(tx, NewPooling(agreed=agreed, reason="a test"))
    return tenant


async def test_pooled_figures_take_ten_tenants_that_agreed_and_points_are_announced_once_a_year(db, dispatch):
    made = [await pooled_tenant(db, number) for number in range(9)]
    await pooled_tenant(db, 99, agreed=False)

    async def over_all(today=TODAY):
        found = await calibrating.over_all(dispatch, db, today)
        return ([one for one in found.scorers if one.version == "7.0.0"],
                [one for one in found.points if one.version == "7.0.0"], found)  # fmt: skip

    ((few,), none, _) = await over_all()
    await pooled_tenant(db, 9)
    ((enough,), (early,), _) = await over_all()
    for number in range(10, 21):
        await pooled_tenant(db, number, resolve=False)
    (_, (points,), ledger) = await over_all()
    announced = await calibrating.announce(db, ledger)
    (_, (held,), again) = await over_all()

    assert (few.n, few.tenants, none) == (0, None, [])
    assert few.why.startswith("unknown: no bin has predictions of 10 tenants")
    assert (enough.n, enough.tenants, enough.why) == (30, 10, None)
    # Nine of ten were promised, two of three came.
    assert enough.flagged
    assert [(one.low, one.fitted) for one in enough.refit] == [(0.9, 0.67)]
    assert (early.proposed, early.why) == (None, "10 tenants have the figure; 21 are needed")
    assert (points.driver, points.kept, points.why) == ("reach", [], None)
    assert (points.proposed.median, points.proposed.ninetieth, points.proposed.tenants) == (11.0, 19.0, 21)
    assert announced >= 1
    assert (held.kept, held.proposed) == ([points.proposed], None)
    assert "once a year" in held.why
    assert await calibrating.announce(db, again) == 0
    (_, (later,), next_year) = await over_all(date(2027, 1, 1))
    assert await calibrating.announce(db, next_year) >= 1
    (_, (both,), _) = await over_all(date(2027, 1, 2))
    assert both.kept == [points.proposed, later.proposed]
    async with db.tenant(made[0]) as tx:
        await pooling.put(tx, NewPooling(agreed=False, reason="no longer"))
    assert [one.n for one in (await over_all(date(2027, 1, 2)))[0]] == [0]


async def test_the_ledger_of_a_long_series_is_written_at_once(db, tenant):
    for month in range(24):
        await said(db, tenant, (datetime(2024 + month // 12, month % 12 + 1, 1, tzinfo=UTC) - FIRST).days)
    async with asyncio.timeout(10):
        found = await resolved(db, tenant)

    assert len(found) == 22
