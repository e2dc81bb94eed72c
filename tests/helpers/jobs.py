"""Does queued jobs to their end, as a dispatcher does."""

import asyncio
from uuid import UUID

from kithline_core import jobs as performing
from kithline_core.db import Database, jobs
from kithline_core.model.jobs import Job
from kithline_core.settings import Settings

SETTINGS = Settings(lease_seconds=5.0, heartbeat_seconds=1.0, reaper_seconds=0.05, max_attempts=3)


async def done(db: Database, tenant_id: UUID, job_id: UUID, settings: Settings = SETTINGS) -> Job:
    """Perform a job until it is over and return it."""
    while True:
        await performing.perform(db, settings, tenant_id, job_id)
        async with db.tenant(tenant_id) as tx:
            job = await jobs.get(tx, job_id)
        if job.finished_at is not None:
            return job
        await asyncio.sleep(0.02)
