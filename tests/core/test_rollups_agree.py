"""The roll-ups of the two doors: the same events give the same rows, in whatever order and batches they arrive."""

import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kithline_core.db import corrections, events, expired_days, grants, grounds, partners, rollups, sources, tenants
from kithline_core.db.database import Database
from kithline_core.engine.rollups import roll_up
from kithline_core.model.corrections import EventsWithdrawal
from kithline_core.model.grounds import from_template
from kithline_core.model.rows import EventRow
from kithline_core.model.tenants import NewGrant, NewPartner, NewTenant
from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.snapshot import DAY, Window

pytestmark = pytest.mark.anyio
FIRST = datetime(2026, 2, 27, tzinfo=UTC)
ALWAYS = Window(0, 40_000 * DAY)


@pytest.fixture(scope="module")
async def db(database_urls: Any) -> AsyncIterator[Database]:
    async with Database.open(database_urls.app, pool_max=2) as opened:
        yield opened


async def a_tenant(db):
    async with db.platform() as tx:
        partner = await partners.create(tx, NewPartner(title="a partner"))
        await grants.create(tx, partner.id, NewGrant(given_by="the tenant"))
        tenant, _ = await tenants.provision(tx, partner.id, str(uuid4()), NewTenant(title="a tenant"))
    async with db.tenant(tenant.id) as tx:
        await grounds.create(tx, from_template("synthetic", "a test"))
    return tenant.id


def maybe(*values):
    return st.sampled_from([None, *values])


def sayable(row):
    """Return a row whose text the doors take."""
    return row if row.visibility == "public" else msgspec.structs.replace(row, text=None)


IDS = ["1", "2", "3", "4", "é", "a\tb", "a", "\U0001f600", "\uffff"]
# Few values, so that texts, messages, days, instants, threads, parents and replacements meet often; one text is too short
# to answer anything.
EVENTS = st.lists(
    st.builds(
        EventRow,
        id=st.sampled_from(IDS),
        source=maybe("s", "t"),
        occurred_at=(st.integers(0, 5) | st.integers(0, 4 * 24 * 4)).map(
            lambda n: FIRST + n * timedelta(minutes=15, microseconds=1)
        ),
        actor=st.sampled_from("abc"),
        verb=st.sampled_from(["posted", "posted", "replied", "reacted", "custom:x.y"]),
        target=maybe("a", "b", "c"),
        community=maybe("c1", "c2"),
        channel=maybe("mail"),
        thread=maybe("t1", "t2"),
        parent=maybe("1", "2", "3"),
        object=maybe("o1", "o2"),
        kind=maybe("practice", "question"),
        visibility=maybe("public", "public", "members"),
        text=maybe("", "good morning", "hello"),
        count=maybe(1, 5, 1_000_000_000),
        supersedes=maybe(None, None, *IDS),
    ).map(sayable),
    max_size=30,
    unique_by=lambda row: (row.source or "", row.id),
)
# Talk alone: nothing in it takes the long way in (practices, replacements, texts said twice).
TALK = st.lists(
    st.builds(
        EventRow,
        id=st.sampled_from("123456789"),
        source=maybe("s"),
        occurred_at=(st.integers(0, 3) | st.integers(0, 40)).map(lambda n: FIRST + n * timedelta(hours=6)),
        actor=st.sampled_from("abc"),
        verb=st.sampled_from(["posted", "posted", "replied", "viewed"]),
        community=maybe("c1"),
        thread=maybe("t1", "t2"),
        parent=maybe(None, "1", "2"),
        kind=maybe(None, "question"),
    ),
    max_size=14,
    unique_by=lambda row: (row.source or "", row.id),
)
CUTS = st.lists(st.integers(0, 30), max_size=3)
ROLLS = st.lists(st.booleans(), min_size=4, max_size=4)


def as_rows(data):
    return {
        name: sorted(map(repr, zip(*(data[name][c] for c in CATALOGUE[name]), strict=True)))
        for name in expired_days.ROLLUPS
    }


async def read(db, tenant):
    async with db.tenant(tenant) as tx:
        return as_rows((await sources.load(tx, expired_days.ROLLUPS, ALWAYS)).data)


async def arrive(db, rows, cuts, rolled):
    """Let events arrive in batches, rolled up in between or not; return the roll-ups and what would be exported."""
    tenant = await a_tenant(db)
    edges = [0, *sorted(cuts), len(rows)]
    for start, stop, now in zip(edges, edges[1:], rolled, strict=False):
        async with db.tenant(tenant) as tx:
            await events.ingest(tx, rows[start:stop])
            if now:
                await rollups.refresh(tx)
    async with db.tenant(tenant) as tx:
        await rollups.refresh(tx)
        assert await rollups.refresh(tx) == 0
        exported = (await events.page(tx)).rows
    return await read(db, tenant), exported


async def agree(db, rows, cuts, rolled):
    found, exported = await arrive(db, rows, cuts, rolled)

    assert found == as_rows(roll_up(rows))
    assert as_rows(roll_up(exported)) == found


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=EVENTS, cuts=CUTS, rolled=ROLLS)
async def test_sql_and_memory_roll_up_alike_whatever_arrives_late(rows, cuts, rolled, db):
    await agree(db, rows, cuts, rolled)


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=TALK, cuts=CUTS, rolled=ROLLS)
async def test_an_answer_that_comes_late_is_counted_on_the_day_of_what_it_answers(rows, cuts, rolled, db):
    await agree(db, rows, cuts, [True, *rolled])


@pytest.mark.slow
@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=EVENTS, cuts=CUTS, rolled=ROLLS)
async def test_sql_and_memory_agree_on_five_hundred_folders(rows, cuts, rolled, db):
    await agree(db, rows, cuts, rolled)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=EVENTS, cuts=CUTS, rolled=ROLLS, seed=st.integers(0, 1_000))
async def test_order_of_arrival_and_batching_change_nothing(rows, cuts, rolled, seed, db):
    shuffled = random.Random(seed).sample(rows, len(rows))

    together, _ = await arrive(db, rows, [], [False])
    apart, _ = await arrive(db, shuffled, cuts, rolled)

    assert apart == together


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=EVENTS, cuts=CUTS, taken=st.sets(st.sampled_from(IDS)), source=maybe("s", "t"))
async def test_what_is_withdrawn_leaves_no_trace_and_comes_back_as_it_was(rows, cuts, taken, source, db):
    await withdrawn(db, rows, cuts, taken, source)


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=TALK, cuts=CUTS, taken=st.sets(st.sampled_from("123456789"), max_size=4), source=maybe("s"))
async def test_whoever_began_a_thread_may_be_withdrawn_and_come_back(rows, cuts, taken, source, db):
    await withdrawn(db, rows, cuts, taken, source)


async def withdrawn(db, rows, cuts, taken, source):
    """Withdraw events and restore them: what is rolled up is what is left, then what it was."""
    tenant = await a_tenant(db)
    edges = [0, *sorted(cuts), len(rows)]
    for start, stop in pairwise(edges):
        async with db.tenant(tenant) as tx:
            await events.ingest(tx, rows[start:stop])
            await rollups.refresh(tx)
    before = await read(db, tenant)

    async with db.tenant(tenant) as tx:
        asked = EventsWithdrawal(reason="a test", source=source, ids=sorted(taken))
        made = await corrections.withdraw_events(tx, asked, "a key")
        await rollups.refresh(tx)
        left = (await events.page(tx)).rows
    assert await read(db, tenant) == as_rows(roll_up(left))

    async with db.tenant(tenant) as tx:
        await corrections.restore(tx, made.id, "a test", "a key")
        await rollups.refresh(tx)
    assert await read(db, tenant) == before


async def test_a_day_outside_the_window_is_left_out(db):
    tenant = await a_tenant(db)
    rows = [
        EventRow(id=str(n), occurred_at=FIRST + timedelta(days=n), actor="a", target="b", verb="posted")
        for n in range(5)
    ]
    async with db.tenant(tenant) as tx:
        await events.ingest(tx, rows)
        await rollups.refresh(tx)
        first = FIRST.toordinal() - events.EPOCH_DAY
        data = (await sources.load(tx, expired_days.ROLLUPS, Window((first + 1) * DAY, (first + 3) * DAY))).data

    assert [sorted(set(data[name]["day"])) for name in ("activity_day", "tie_day", "event_day")] == [
        [first + 1, first + 2]
    ] * 3
