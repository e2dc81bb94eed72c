"""A tenant that grows: the same people, pairs and days however many events there are, and what each size costs."""

import random
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from kithline_core.db import Database, events, rollups, sources
from kithline_core.model.rows import EventRow
from kithline_sdk.snapshot import DAY, Window

START = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = 90
PEOPLE = 500
CONTACTS = 6
BATCH = 5_000
VERBS = ("posted", "replied")
TABLES = ("activity_day", "tie_day", "item_use", "event_day")
ROLLED = "select day, xmin::text as made from event_day where tenant_id = $1 order by day"
SIZES = """
    select (select count(*) from tie_day where tenant_id = $1) as ties,
           (select count(distinct (actor, target)) from tie_day where tenant_id = $1) as pairs,
           (select count(*) from event_day where tenant_id = $1) as days,
           (select sum(count) from event_day where tenant_id = $1) as events
"""


class Grown(msgspec.Struct, frozen=True):
    """What one size took, in seconds and rows.

    `calm`: rows a second of the batch that only a fifth was quicker than, `last` the same of the last tenth: what else
    a machine has to do hits some batches and not all.
    """

    events: int
    pairs: int
    days: int
    ties: int
    ingest: float
    calm: float
    last: float
    roll_up: float
    snapshot: float
    late: float
    redone: list[int]

    @property
    def rate(self) -> float:
        """Return rows a second over all batches."""
        return self.events / self.ingest


def batches(count: int, seed: int = 1) -> Iterator[list[EventRow]]:
    """Yield events of a quarter in the order they happened; everybody talks to the same few."""
    chance, step = random.Random(seed), DAYS * 86_400 / count
    for start in range(0, count, BATCH):
        yield [_event(chance, number, step) for number in range(start, min(start + BATCH, count))]


def _event(chance: random.Random, number: int, step: float) -> EventRow:
    actor = chance.randrange(PEOPLE)
    target = (actor + 1 + chance.randrange(CONTACTS)) % PEOPLE
    return EventRow(
        id=f"{number:09d}", source="chat", occurred_at=START + timedelta(seconds=int(number * step)),
        actor=f"person-{actor}", verb=VERBS[target % 2], target=f"person-{target}", community=f"community-{actor % 20}",
        visibility="public", text=f"message {number} of many" if chance.random() < 0.3 else None,
    )  # fmt: skip


async def grow(db: Database, tenant: Any, count: int) -> Grown:
    """Take so many events in, roll them up, cut a snapshot, and let one event come late."""
    await _warmed(db, tenant)
    spent = []
    for batch in batches(count):
        began = time.perf_counter()
        async with db.tenant(tenant) as tx:
            told = await events.ingest(tx, batch)
        spent.append(time.perf_counter() - began)
        assert {verdict.status for verdict in told} == {"accepted"}
    roll_up = await _timed(rollups.catch_up(db, tenant))
    before = await _rolled(db, tenant)
    snapshot = await _timed(_cut(db, tenant))
    late = await _timed(_arrive_late(db, tenant))
    after = await _rolled(db, tenant)
    async with db.tenant(tenant) as tx:
        (sizes,) = await tx.rows(SIZES)
    assert sizes["events"] == count + 1
    tenth = max(len(spent) // 10, 1)
    calm, late_calm = (sorted(part)[len(part) // 5] for part in (spent, spent[-tenth:]))
    return Grown(
        events=count, pairs=sizes["pairs"], days=sizes["days"], ties=sizes["ties"], ingest=sum(spent),
        calm=min(count, BATCH) / calm, last=min(count, BATCH) / late_calm, roll_up=roll_up, snapshot=snapshot, late=late,
        redone=[day for day, made in after.items() if before.get(day) != made],
    )  # fmt: skip


async def _warmed(db: Database, tenant: Any) -> None:
    """Make the connection, its temporary table and its plans, which settle at the fifth call; nothing stays."""
    for _ in range(5):
        with suppress(_Undone):
            async with db.tenant(tenant) as tx:
                await events.ingest(tx, next(batches(BATCH)))
                raise _Undone


class _Undone(Exception):
    """Leaves a transaction without COMMIT."""


async def _timed(work: Any) -> float:
    began = time.perf_counter()
    await work
    return time.perf_counter() - began


async def _rolled(db: Database, tenant: Any) -> dict[int, str]:
    """Return each day with the transaction that rolled it up."""
    async with db.tenant(tenant) as tx:
        return {row["day"]: row["made"] for row in await tx.rows(ROLLED)}


async def _cut(db: Database, tenant: Any) -> None:
    first = (START - datetime(1970, 1, 1, tzinfo=UTC)).days
    async with db.tenant(tenant, frozen=True) as tx:
        await sources.load(tx, TABLES, Window(first * DAY, (first + DAYS) * DAY))


async def _arrive_late(db: Database, tenant: Any) -> None:
    late = EventRow(
        id="late", source="chat", occurred_at=LATE, actor="person-1", verb="posted", target="person-2",
        visibility="public", text="what nobody said before",
    )  # fmt: skip
    async with db.tenant(tenant) as tx:
        await events.ingest(tx, [late])
    await rollups.catch_up(db, tenant)


LATE = START + timedelta(days=40, hours=3)


def table(grown: list[Grown]) -> str:
    """Return the figures as lines."""
    head = "    events  rows/s  calm rows/s  of the last tenth  pairs  days  tie rows  roll-up s  snapshot s  a late event s"
    lines = [
        f"{one.events:10,} {one.rate:7,.0f} {one.calm:12,.0f} {one.last:18,.0f} {one.pairs:6,} {one.days:5} {one.ties:9,} "
        f"{one.roll_up:10.2f} {one.snapshot:11.2f} {one.late:15.3f}"
        for one in grown
    ]
    return "\n".join([head, *lines])
