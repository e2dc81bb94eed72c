"""Takes away what has had its time: events first, roll-ups later, in batches, with an estimate before it begins.

A day is closed before it is emptied: the door takes nothing more for it, and what was on its way in is rolled up.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from kithline_core import ids
from kithline_core.db import (
    TenantTx,
    audit,
    batches,
    corrections,
    counters,
    erasure,
    expired_days,
    jobs,
    kept,
    replays,
    retention,
    rollups,
)
from kithline_core.engine.tables import moment
from kithline_core.errors import Conflict
from kithline_core.model.jobs import Advance, Held, Job
from kithline_core.model.retention import AskedRetention, Policy
from kithline_core.papers import issuing
from kithline_core.plugins import ScorerSpec
from kithline_core.settings import Settings
from kithline_sdk.snapshot import Window

KIND: Final = "retention"
# What scorers read that retention takes away.
ROLLED: Final = frozenset(expired_days.ROLLUPS)
# Seconds between looks at transactions that began before a day was closed, and for how long it looks at most.
LOOK_SECONDS: Final = 0.2
PATIENCE_SECONDS: Final = 120.0
# Days taken in hand at once; a batch takes no more rows than `expired_days.BATCH` whatever they hold.
DAYS: Final = 20


class InputsExpired(Conflict):
    """The run would count days whose roll-ups have had their time."""

    code = "inputs_expired"


async def require_inputs(tx: TenantTx, specs: Iterable[ScorerSpec], windows: Mapping[str, Window]) -> None:
    """Make sure that what these scorers read of their windows is there. Raises InputsExpired with the earliest start."""
    for spec in specs:
        if ROLLED.isdisjoint(one.table for one in spec.inputs):
            continue
        window, look_back = windows[spec.key], spec.lookback_days
        gone = await expired_days.last_forgotten(tx, window.first_day - look_back, window.last_day)
        if gone is not None:
            start = (moment(0) + timedelta(days=gone + 1 + look_back)).date()
            raise InputsExpired(
                f"{spec.key} would read days of which nothing is kept any more; its window can begin on {start} at the "
                "earliest", pointer="/from",
            )  # fmt: skip


async def ask(tx: TenantTx) -> Job:
    """Queue a run now. Raises Conflict while one is under way."""
    if (running := await jobs.under_way(tx, KIND)) is not None:
        raise Conflict(f"retention is being applied already: {ids.show('job', running.id)}")
    job = await jobs.insert(tx, KIND)
    await audit.record(tx, "retention.asked", ids.show("job", job.id))
    return job


async def due(tx: TenantTx) -> Job | None:
    """Queue the daily run when it would take anything away; either way the next look is in a day."""
    await retention.looked(tx)
    await issuing.watch(tx)  # a ground may have reached its end, or a plugin may be another since
    leaving = await retention.estimate(tx, await retention.policy(tx))
    if not any(one.rows for one in leaving) or await jobs.under_way(tx, KIND) is not None:
        return None
    return await jobs.insert(tx, KIND)


async def sweep(tx: TenantTx, settings: Settings) -> None:
    """Forget what tells of how things went and not of anybody: old replays, and counts of attempts."""
    await replays.sweep(tx, settings.replays_days)
    await counters.sweep(tx, settings.counters_days)


async def change(tx: TenantTx, asked: AskedRetention) -> Policy:
    """Set what shall hold, and write down what held before. Raises Invalid for roll-ups that go before their events."""
    before = (await retention.policy(tx)).holds
    await retention.choose(tx, asked)
    after = await retention.policy(tx)
    details = {
        "before": {"events_days": before.events_days, "rollups_days": before.rollups_days},
        "after": {"events_days": after.holds.events_days, "rollups_days": after.holds.rollups_days},
        "reason": asked.reason,
    }
    await audit.record(tx, "retention.changed", KIND, details)
    await issuing.watch(tx)  # papers say how long data stay
    return after


async def step(tx: TenantTx, held: Held) -> Advance:
    """Do one bounded part of a run."""
    place = held.place
    if not place:
        return await _begun(tx)
    if place["left"]:
        return await _emptied(tx, held)
    return await _forgotten(tx, held)


async def _begun(tx: TenantTx) -> Advance:
    """Fix what is due, and close the days it concerns."""
    policy = await retention.policy(tx)
    total = sum(one.rows for one in await retention.estimate(tx, policy))
    before = await retention.cutoffs(tx, policy.holds)
    days = await expired_days.close(tx, before.events) if before.events else []
    told = {name: at and at.isoformat() for name, at in (("events", before.events), ("rollups", before.rollups))}
    place = {"before": told, "left": days, "hand": [], "looks": 0}
    return Advance(done=0, total=total, place=place, receipt={"before": told, "days": len(days), "rows": {}})


async def _emptied(tx: TenantTx, held: Held) -> Advance:
    """Take events of some closed days away, once nobody can be adding to them."""
    # The first look's own beginning: by then everybody sees that the days are closed.
    closed_at = held.place.get("closed_at") or (await retention.now(tx)).isoformat()
    place = {**held.place, "closed_at": closed_at, "looks": held.place["looks"] + 1}
    patient = place["looks"] * LOOK_SECONDS < PATIENCE_SECONDS
    if patient and not await erasure.settled(tx, datetime.fromisoformat(closed_at)):
        return Advance(done=held.done, total=held.total, place=place, wait=LOOK_SECONDS)
    await rollups.refresh(tx)
    hand = place["left"][:DAYS]
    removed = await expired_days.remove(tx, hand, datetime.fromisoformat(place["before"]["events"]))
    left = place["left"] if removed == expired_days.BATCH else place["left"][DAYS:]
    return _counted(held, {"events": removed}, {**place, "left": left})


async def _forgotten(tx: TenantTx, held: Held) -> Advance:
    """Take roll-ups of some days away; without any left the run is over."""
    place, before = held.place, held.place["before"]["rollups"]
    if removed := await _images(tx, held.place["before"]["events"]) or await _people(tx, before):
        return _counted(held, removed, place)
    hand = place["hand"]
    if not hand and before is not None:
        hand = await expired_days.forget(tx, datetime.fromisoformat(before), DAYS)
    if not hand:
        await retention.ran(tx)
        return Advance(done=held.done, total=held.done, place=place, over=True)
    removed = await expired_days.remove_rollups(tx, hand)
    more = expired_days.BATCH in removed.values()
    return _counted(held, removed, {**place, "hand": hand if more else []})


async def _images(tx: TenantTx, before: str | None) -> dict[str, int]:
    """Forget what rows were before imports and withdrawals touched them, as long as events stay."""
    if before is None:
        return {}
    moment = datetime.fromisoformat(before)
    removed = {
        "batch_rows": await batches.expire(tx, moment, expired_days.BATCH),
        "corrected_rows": await corrections.expire(tx, moment, expired_days.BATCH),
    }
    return {table: count for table, count in removed.items() if count}


async def _people(tx: TenantTx, before: str | None) -> dict[str, int]:
    """Forget who the people are in snapshots that results were computed from, as long as roll-ups stay."""
    count = 0 if before is None else await kept.let_go(tx, datetime.fromisoformat(before))
    return {"kept_snapshots": count} if count else {}


def _counted(held: Held, removed: Mapping[str, int], place: dict[str, object]) -> Advance:
    rows = dict(held.receipt["rows"])
    for table, count in removed.items():
        rows[table] = rows.get(table, 0) + count
    return Advance(done=held.done + sum(removed.values()), total=held.total, place=place, receipt={"rows": rows})


STEPS: Final[Mapping[str, Callable[[TenantTx, Held], Awaitable[Advance]]]] = {KIND: step}
