"""Does jobs, step by step, whatever drives it: claim, step, commit, until done or until others should have a turn."""

import asyncio
import time
import traceback
from collections.abc import Awaitable, Callable, Mapping
from typing import Final
from uuid import UUID

from kithline_core import expiry, observe, privacy
from kithline_core.db import Database, TenantTx, jobs
from kithline_core.errors import DomainError, Unavailable
from kithline_core.model.jobs import Advance, Held
from kithline_core.settings import Settings

Step = Callable[[TenantTx, Held], Awaitable[Advance]]

STEPS: Final[Mapping[str, Step]] = {**privacy.STEPS, **expiry.STEPS}
# What may be stopped half-way: a name that is half erased may not.
STOPPABLE: Final = ("retention", "privacy.access")
# After so long another job gets its turn.
SLICE_SECONDS: Final = 5.0

log = observe.logger(__name__)


class Fenced(Exception):
    """The lease was lost to somebody else; the step must not be kept."""


async def perform(db: Database, settings: Settings, tenant_id: UUID, job_id: UUID) -> None:
    """Do a job for a while. Raises Unavailable when the database goes away; its lease then runs out."""
    async with db.tenant(tenant_id) as tx:
        held = await jobs.claim(tx, job_id, settings.lease_seconds)
        if held is None:
            return
        if held.attempt > settings.max_attempts:
            await jobs.end(tx, held, "failed", f"it died {settings.max_attempts} times at the same place")
            return
    try:
        await _while_leased(db, settings, tenant_id, held)
    except Fenced:
        log.info("lease lost", job=str(job_id))
    except Unavailable:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, it costs an attempt and is kept as the reason
        await _give_back(db, settings, tenant_id, held, error)


async def _while_leased(db: Database, settings: Settings, tenant_id: UUID, held: Held) -> None:
    beating = asyncio.create_task(_beat(db, settings, tenant_id, held))
    try:
        await _go_on(db, tenant_id, held)
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)


async def _beat(db: Database, settings: Settings, tenant_id: UUID, held: Held) -> None:
    """Extend the lease beside the work; the fence of each step tells when it was lost."""
    while True:
        await asyncio.sleep(settings.heartbeat_seconds)
        async with db.tenant(tenant_id) as tx:
            await jobs.heartbeat(tx, held, settings.lease_seconds)


async def _go_on(db: Database, tenant_id: UUID, held: Held) -> None:
    until = time.monotonic() + SLICE_SECONDS
    while True:
        async with db.tenant(tenant_id) as tx:
            step = await STEPS[held.kind](tx, held)
            found = await jobs.advance(tx, held, step)
            if found is None:
                raise Fenced
            held = found
            if step.over:
                await jobs.end(tx, held, "succeeded")
                return
            if step.wait or time.monotonic() > until:
                await jobs.release(tx, held, step.wait)
                return


async def _give_back(db: Database, settings: Settings, tenant_id: UUID, held: Held, error: Exception) -> None:
    """Let a job be tried again. What a foreign error says may hold an id, as its frames do: only kind and places are told."""
    reason = error.detail if isinstance(error, DomainError) else type(error).__name__
    frames = [f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
    log.error(
        "job failed", job=str(held.id), kind=held.kind, attempt=held.attempt, error=type(error).__name__, frames=frames
    )
    async with db.tenant(tenant_id) as tx:
        await jobs.release(tx, held, settings.reaper_seconds, reason[:500])
