"""Moves runs and jobs along: admits tasks, rings the broker, reaps leases, rolls up touched days, does jobs, counts, forgets.

`python -m kithline_worker.dispatcher`. Any number may run; each survives the absence of Postgres and of the broker.
"""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Final

import asyncpg

from kithline_core import expiry, observe
from kithline_core import jobs as performing
from kithline_core.db import (
    Database,
    admission,
    errands,
    figures,
    idempotency,
    jobs,
    predictions,
    replays,
    retention,
    rollups,
)
from kithline_core.db.bell import Bell
from kithline_core.errors import Conflict, Invalid, Unavailable
from kithline_core.questions import replaying
from kithline_core.settings import Settings, adopt
from kithline_worker.app import for_publishing
from kithline_worker.publishing import Ringer, Send, sender
from kithline_worker.pulse import touch

CHANNEL: Final = "runs"
ROLL_UP_SECONDS: Final = 5.0
SWEEP_SECONDS: Final = 60.0
FIGURES_SECONDS: Final = 15.0
AWAY_SECONDS: Final = 1.0
RETENTION_SECONDS: Final = 60.0
CONNECTIONS: Final = 2
# For roll-ups, a job, its heartbeat beside it, and the look for what has had its time.
APP_CONNECTIONS: Final = 4

log = observe.logger(__name__)


async def move(dispatch: Database, ringer: Ringer, settings: Settings) -> None:
    """Do everything that is due once."""
    async with dispatch.dispatcher() as tx:
        reaped = await admission.reap(tx, settings.max_attempts)
    for one in reaped:
        log.warning("lease expired", task=str(one.task_id), state=one.state)
    async with dispatch.dispatcher() as tx:
        nudges = await admission.admit(tx, settings.tasks_per_tenant)
        nudges += await admission.renudge(tx, settings.renudge_seconds)
        nudges += await errands.nudge(tx, settings.renudge_seconds)
    # After COMMIT: a worker must find what it is told of.
    await ringer.ring(nudges)


async def roll_up(dispatch: Database, db: Database) -> None:
    """Roll up touched days of every tenant, so that a run finds little left to do."""
    async with dispatch.dispatcher() as tx:
        touched = await rollups.dirty_tenants(tx)
    for tenant_id in touched:
        await rollups.catch_up(db, tenant_id)


async def do_jobs(dispatch: Database, db: Database, settings: Settings) -> None:
    """Do what is due of every tenant's jobs, in turns, until nothing is."""
    while True:
        async with dispatch.dispatcher() as tx:
            due = await jobs.due(tx)
        if not due:
            return
        for one in due:
            await performing.perform(db, settings, one.tenant_id, one.job_id)


async def look(dispatch: Database, db: Database, settings: Settings) -> None:
    """Queue the retention of every tenant whose daily look is due, and forget what nobody has to wait for."""
    async with dispatch.dispatcher() as tx:
        due = await retention.due(tx)
    for tenant_id in due:
        async with db.tenant(tenant_id) as tx:
            await expiry.due(tx)
            await expiry.sweep(tx, settings)


async def look_back(dispatch: Database, db: Database) -> None:
    """Ask for the replays of every tenant whose nightly round is due, and write down what its predictions came to.

    One that has too much waiting comes later.
    """
    async with dispatch.dispatcher() as tx:
        due = await replays.due(tx)
    for tenant_id in due:
        with suppress(Conflict):
            async with db.tenant(tenant_id) as tx:
                if await replaying.due(tx):
                    await predictions.resolve(tx)


async def tell(dispatch: Database) -> None:
    """Write down how the installation stands, for those who may see no tenant's states."""
    async with dispatch.dispatcher() as tx:
        await figures.tell(tx)


async def sweep(dispatch: Database) -> None:
    """Forget idempotency keys and errands that are over; what is left waits for the next time."""
    async with dispatch.dispatcher() as tx:
        await idempotency.sweep(tx)
        await errands.sweep(tx)


async def repeat(work: Callable[[], Awaitable[None]], pause: Callable[[], Awaitable[object]]) -> None:
    """Do something for ever, with pauses; a database that is away is waited for."""
    while True:
        try:
            await work()
        except (Unavailable, asyncpg.PostgresError) as away:
            log.warning("database away", reason=str(away)[:200])
            await asyncio.sleep(AWAY_SECONDS)
        await pause()


async def serve(settings: Settings, send: Send) -> None:
    """Dispatch until cancelled."""
    async with (
        Database.open(settings.dispatcher_database_url, pool_max=CONNECTIONS) as dispatch,
        Database.open(settings.database_url, secret=settings.secret, pool_max=APP_CONNECTIONS) as db,
        dispatch.listen(CHANNEL) as bell,
        dispatch.listen(jobs.CHANNEL) as jobs_bell,
        asyncio.TaskGroup() as group,
    ):
        ringer = Ringer(send)
        group.create_task(repeat(lambda: move(dispatch, ringer, settings), lambda: rest(bell, settings)))
        group.create_task(repeat(lambda: roll_up(dispatch, db), lambda: asyncio.sleep(ROLL_UP_SECONDS)))
        group.create_task(
            repeat(lambda: do_jobs(dispatch, db, settings), lambda: jobs_bell.wait(settings.reaper_seconds))
        )
        group.create_task(repeat(lambda: look(dispatch, db, settings), lambda: asyncio.sleep(RETENTION_SECONDS)))
        group.create_task(repeat(lambda: look_back(dispatch, db), lambda: asyncio.sleep(RETENTION_SECONDS)))
        group.create_task(repeat(lambda: sweep(dispatch), lambda: asyncio.sleep(SWEEP_SECONDS)))
        group.create_task(repeat(lambda: tell(dispatch), lambda: asyncio.sleep(FIGURES_SECONDS)))


async def rest(bell: Bell, settings: Settings) -> None:
    """Wait until somebody rings, but not longer than until the next look for dead leases."""
    touch(settings.heartbeat_file)
    await bell.wait(settings.reaper_seconds)


async def until_signalled(work: Awaitable[None]) -> None:
    """Do the work until SIGTERM or SIGINT."""
    task = asyncio.ensure_future(work)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        log.info("dispatcher stopped")


def main(environment: Mapping[str, str]) -> None:
    """Dispatch until a signal ends it. Raises Invalid without a database."""
    settings = Settings.from_env(environment)
    adopt(settings)
    observe.configure(settings.log_format)
    if not settings.dispatcher_database_url or not settings.database_url:
        raise Invalid("KITHLINE_DISPATCHER_DATABASE_URL and KITHLINE_DATABASE_URL must be set")
    asyncio.run(until_signalled(serve(settings, sender(for_publishing(settings)))))


if __name__ == "__main__":
    main(os.environ)
