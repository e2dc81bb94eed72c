"""Retention: what has had its time goes, in batches; what is gone is never counted as if it had not been."""

import asyncio
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from helpers.jobs import SETTINGS, done
from kithline_core import expiry
from kithline_core import jobs as performing
from kithline_core.db import (
    audit,
    batches,
    corrections,
    datasets,
    events,
    expired_days,
    grounds,
    jobs,
    people,
    populations,
    retention,
    rollups,
)
from kithline_core.errors import Conflict, Invalid
from kithline_core.model.corrections import RowsWithdrawal
from kithline_core.model.datasets import Dataset
from kithline_core.model.grounds import TEMPLATES, from_template
from kithline_core.model.retention import AskedRetention
from kithline_core.model.rows import EventRow, PersonRow, PopulationRow
from kithline_core.plugins import Input
from kithline_sdk.snapshot import DAY, Window

pytestmark = pytest.mark.anyio
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
FIRST = START.toordinal() - events.EPOCH_DAY
ROLLED = "select day, actor, count from activity_day where tenant_id = $1 order by day, actor"
LEFT = "select id from events where tenant_id = $1 order by id"


@pytest.fixture
async def look(database_urls):
    connection = await asyncpg.connect(database_urls.superuser)
    yield connection
    await connection.close()


@pytest.fixture
async def private(db, tenant):
    async with db.tenant(tenant) as tx:
        await datasets.put(tx, Dataset(nature="private"))
    return tenant


def event(day, number=1, actor="ann"):
    at = START + timedelta(days=day, minutes=number)
    return EventRow(id=f"{day}-{number}", occurred_at=at, actor=actor, verb="posted", visibility="public")


async def take(db, tenant, *rows):
    async with db.tenant(tenant) as tx:
        verdicts = await events.ingest(tx, rows)
        await rollups.refresh(tx)
    return [verdict.code or verdict.status for verdict in verdicts]


async def age(look, tenant, days, *names):
    """Have events come in so many days earlier than they did."""
    await look.execute(
        "update events set received_at = received_at - make_interval(days => $2)"
        " where tenant_id = $1 and (cardinality($3::text[]) = 0 or id = any($3))", tenant, days, list(names),
    )  # fmt: skip
    await look.execute(
        "update expired_days set received_at = received_at - make_interval(days => $2) where tenant_id = $1",
        tenant,
        days,
    )


async def run(db, tenant, settings=SETTINGS):
    async with db.tenant(tenant) as tx:
        job = await expiry.ask(tx)
    return await done(db, tenant, job.id, settings)


async def column(look, sql, tenant):
    return [row[0] for row in await look.fetch(sql, tenant)]


async def test_events_go_after_90_days_and_their_counts_stay(db, private, look):
    await take(db, private, event(0), event(0, 2), event(1))
    await age(look, private, 91, "0-1", "0-2")
    before = await look.fetch(ROLLED, private)

    job = await run(db, private)

    assert job.state == "succeeded"
    assert (job.done, job.total, job.receipt["rows"], job.receipt["days"]) == (2, 2, {"events": 2}, 1)
    assert await column(look, LEFT, private) == ["1-1"]
    assert await look.fetch(ROLLED, private) == before


async def test_a_second_run_does_nothing(db, private, look):
    await take(db, private, event(0), event(1))
    await age(look, private, 91)
    await run(db, private)

    job = await run(db, private)

    assert (job.state, job.done, job.receipt["rows"], job.receipt["days"]) == ("succeeded", 0, {}, 0)


async def test_what_comes_late_for_such_a_day_is_refused(db, private, look):
    await take(db, private, event(0), event(1))
    await age(look, private, 91, "0-1")
    await run(db, private)

    assert await take(db, private, event(0, 7), event(1, 7)) == ["expired_day", "accepted"]
    async with db.tenant(private) as tx:
        assert await expired_days.expired(tx, [FIRST, FIRST + 1]) == {FIRST}


async def test_a_day_that_is_dirty_is_rolled_up_before_it_is_emptied_and_never_after(db, private, look):
    async with db.tenant(private) as tx:
        await events.ingest(tx, [event(0), event(0, 2)])
    await age(look, private, 91)

    await run(db, private)
    await look.execute("insert into dirty_days (tenant_id, day) values ($1, $2)", private, FIRST)
    async with db.tenant(private) as tx:
        await rollups.refresh(tx)

    assert [tuple(row) for row in await look.fetch(ROLLED, private)] == [(FIRST, "ann", 2)]
    assert await column(look, "select day from dirty_days where tenant_id = $1", private) == []


async def test_batches_are_bounded_and_told(db, private, look, monkeypatch):
    monkeypatch.setattr(expired_days, "BATCH", 3)
    monkeypatch.setattr(expiry, "DAYS", 2)
    monkeypatch.setattr(performing, "SLICE_SECONDS", 0.0)
    await take(db, private, *(event(day, number) for day in range(5) for number in range(1, 5)))
    await age(look, private, 91)
    async with db.tenant(private) as tx:
        job = await expiry.ask(tx)
    told, left = [], [20]
    async with asyncio.timeout(60):
        while job.finished_at is None:
            await performing.perform(db, SETTINGS, private, job.id)
            async with db.tenant(private) as tx:
                job = await jobs.get(tx, job.id)
            told.append((job.done, job.total))
            left.append(len(await column(look, LEFT, private)))
            assert 0 <= left[-2] - left[-1] <= 3

    assert told[-1] == (20, 20)
    assert told == sorted(told)
    assert left[-1] == 0


async def test_roll_ups_go_13_months_after_their_last_event_came_in(db, private, look):
    await take(db, private, event(0), event(1))
    await age(look, private, 91)
    await run(db, private)
    await age(look, private, 306)
    await look.execute(
        "update expired_days set received_at = now() where tenant_id = $1 and day = $2", private, FIRST + 1
    )

    job = await run(db, private)

    assert job.receipt["rows"] == {"activity_day": 1, "tie_day": 0, "item_use": 0, "opening": 1, "event_day": 1}
    assert (job.done, job.total) == (3, 3)
    assert await column(look, "select day from activity_day where tenant_id = $1", private) == [FIRST + 1]
    assert await column(look, "select day from event_day where tenant_id = $1", private) == [FIRST + 1]


async def test_history_that_is_imported_today_stays_as_long_as_any(db, private, look):
    await take(db, private, event(-3000))

    assert (await run(db, private)).receipt["rows"] == {}
    assert len(await column(look, LEFT, private)) == 1


async def test_the_estimate_says_what_a_run_then_takes(db, private, look):
    await take(db, private, event(0), event(0, 2), event(1))
    await age(look, private, 91, "0-1", "0-2")
    async with db.tenant(private) as tx:
        leaving = {one.table: one for one in await retention.estimate(tx, await retention.policy(tx))}

    job = await run(db, private)

    assert {table: one.rows for table, one in leaving.items() if one.rows} == job.receipt["rows"]
    assert (datetime.now(UTC) - leaving["events"].oldest).days == 91
    assert leaving["tie_day"].oldest is None


async def test_what_rows_were_before_an_import_goes_with_its_time(db, private, look):
    async with db.tenant(private) as tx:
        await batches.under(tx, "monday")
        await populations.upsert(tx, [PopulationRow(group="employee", count=9)])
        asked = RowsWithdrawal(reason="wrong", rows=[{"group": "employee"}])
        await corrections.withdraw_rows(tx, "populations", asked, "a key")
    for table in ("batch_rows", "corrected_rows"):
        await look.execute(f"update {table} set noted_at = noted_at - interval '91 days' where tenant_id = $1", private)

    job = await run(db, private)

    assert job.receipt["rows"] == {"batch_rows": 1, "corrected_rows": 1}
    assert await column(look, "select count(*) from batch_rows where tenant_id = $1", private) == [0]


@pytest.mark.parametrize("nature", ["public", "synthetic"])
async def test_public_and_synthetic_data_stay_unless_somebody_says_otherwise(db, tenant, look, nature):
    async with db.tenant(tenant) as tx:
        await datasets.put(tx, Dataset(nature=nature))
    await take(db, tenant, event(0))
    await age(look, tenant, 4000)

    async with db.tenant(tenant) as tx:
        assert await retention.estimate(tx, await retention.policy(tx)) == []
        assert await expiry.due(tx) is None
    assert (await run(db, tenant)).receipt["rows"] == {}
    async with db.tenant(tenant) as tx:
        await expiry.change(tx, AskedRetention(events_days=30, rollups_days=None, reason="we want to"))
    assert (await run(db, tenant)).receipt["rows"] == {"events": 1}


async def test_a_ground_shortens_what_was_asked(db, private):
    async with db.tenant(private) as tx:
        made = await grounds.create(tx, from_template("suppliers", "x"))
        policy = await retention.policy(tx)
        assert (policy.holds, policy.shortened_by) == (policy.asked, [])
        await expiry.change(tx, AskedRetention(events_days=None, rollups_days=None, reason="for ever"))
        policy = await retention.policy(tx)

    assert (policy.chosen, policy.asked.events_days, policy.holds.events_days) == (True, None, 396)
    assert (policy.holds.rollups_days, policy.shortened_by) == (396, [made.id])
    assert TEMPLATES["suppliers"].retention_days == 396


@pytest.mark.parametrize(("events_days", "rollups_days"), [(90, 89), (None, 400)])
async def test_roll_ups_never_go_before_the_events_they_are_made_of(db, private, events_days, rollups_days):
    with pytest.raises(Invalid) as refused:
        async with db.tenant(private) as tx:
            await expiry.change(tx, AskedRetention(events_days=events_days, rollups_days=rollups_days, reason="r"))

    assert refused.value.pointer == "/rollups_days"


async def test_a_change_is_written_down(db, private):
    async with db.tenant(private) as tx:
        await expiry.change(tx, AskedRetention(events_days=30, rollups_days=60, reason="the works council asked"))
        (act,) = await audit.page(tx, action="retention.changed")

    assert act.details == {
        "before": {"events_days": 90, "rollups_days": 396}, "after": {"events_days": 30, "rollups_days": 60},
        "reason": "the works council asked",
    }  # fmt: skip


async def test_two_runs_at_once_are_one_too_many(db, private):
    async with db.tenant(private) as tx:
        await expiry.ask(tx)
        with pytest.raises(Conflict, match="job_"):
            await expiry.ask(tx)
        assert await expiry.due(tx) is None


async def test_the_daily_look_queues_a_run_when_something_is_due_and_looks_again_tomorrow(db, dispatch, private, look):
    await take(db, private, event(0))
    async with dispatch.dispatcher() as tx:
        assert private in await retention.due(tx)
    async with db.tenant(private) as tx:
        assert await expiry.due(tx) is None
    async with dispatch.dispatcher() as tx:
        assert private not in await retention.due(tx)
    await age(look, private, 91)
    async with db.tenant(private) as tx:
        job = await expiry.due(tx)
        policy = await retention.policy(tx)

    assert job is not None
    assert policy.next_at > datetime.now(UTC) + timedelta(hours=23)
    assert (await done(db, private, job.id)).receipt["rows"] == {"events": 1}


async def test_a_day_is_not_emptied_while_somebody_may_be_adding_to_it(db, private, look, monkeypatch):
    await take(db, private, event(0))
    await age(look, private, 91)
    async with db.tenant(private) as late:
        await late.rows("select $1::uuid as tenant_id")
        async with db.tenant(private) as tx:
            job = await expiry.ask(tx)
        await performing.perform(db, SETTINGS, private, job.id)
        await asyncio.sleep(0.3)
        await performing.perform(db, SETTINGS, private, job.id)
        assert await column(look, LEFT, private) == ["0-1"]
        monkeypatch.setattr(expiry, "PATIENCE_SECONDS", 0.0)
        assert (await done(db, private, job.id)).receipt["rows"] == {"events": 1}


class Spec:
    """As much of a scorer's manifest as decides."""

    def __init__(self, *tables, look_back=0):
        self.key, self.lookback_days = "some.scorer", look_back
        self.inputs = [Input(table=table, columns=[]) for table in tables]


async def test_a_run_over_days_that_are_gone_is_refused_with_the_first_day_that_is_not(db, private, look):
    await take(db, private, event(0), event(1))
    await age(look, private, 91)
    await run(db, private)
    await age(look, private, 400)
    await run(db, private)
    window = {"some.scorer": Window((FIRST + 2) * DAY, (FIRST + 9) * DAY)}

    async with db.tenant(private) as tx:
        await expiry.require_inputs(tx, [Spec("tie_day")], window)
        await expiry.require_inputs(tx, [Spec("answers", look_back=5)], window)
        with pytest.raises(expiry.InputsExpired, match="2026-03-08") as refused:
            await expiry.require_inputs(tx, [Spec("tie_day", look_back=5)], window)

    assert (refused.value.code, refused.value.pointer) == ("inputs_expired", "/from")


async def test_a_competitors_person_leaves_roll_ups_whose_events_are_gone_and_is_counted(db, private, look):
    await take(db, private, event(0, 1, "rival"), event(0, 2, "rival"), event(0, 3), event(1, 4, "rival"))
    await age(look, private, 91, "0-1", "0-2", "0-3")
    await run(db, private)

    async with db.tenant(private) as tx:
        await people.upsert(tx, [PersonRow(person="rival", group="competitor")])
        await rollups.refresh(tx)

    assert [tuple(row) for row in await look.fetch(ROLLED, private)] == [(FIRST, "ann", 1)]
    counted = await look.fetch("select day, count from competitor_day where tenant_id = $1 order by day", private)
    assert [tuple(row) for row in counted] == [(FIRST, 2), (FIRST + 1, 1)]
