"""Jobs: watch them, and call off what may be stopped half-way."""

from typing import Annotated, Final, get_args

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, QueryParameter

from kithline_api.deps import Caller, Db, Once, Paging, TenantId
from kithline_api.duties import Job
from kithline_api.paging import Page
from kithline_api.routers import router as router_of
from kithline_api.views import show
from kithline_core import ids
from kithline_core.db import TenantTx, audit, jobs
from kithline_core.jobs import STOPPABLE
from kithline_core.model import jobs as model
from kithline_core.model.jobs import JobState
from kithline_core.model.keys import Principal

# What a right counted are rows of one person, and of two that were linked: who may not read rows could tell ties by it.
_COUNTS: Final = ("rows", "held")
Kind = Annotated[str | None, QueryParameter(max_length=40, pattern=r"^[^\x00]+$", description="Only jobs of this kind")]
# `state` is a word that the framework keeps for itself; as a pattern, it reads the word null as one that is no state.
_STATES: Final = rf"^(?:{'|'.join(get_args(JobState))})$"
Stands = Annotated[str | None, QueryParameter(name="state", pattern=_STATES, description="Only jobs in this state")]


def _shown(job: model.Job, caller: Principal) -> Job:
    if job.kind.startswith("privacy.") and "privacy:read" not in caller.scopes:
        left = {name: told for name, told in job.receipt.items() if name not in _COUNTS}
        return show(Job, msgspec.structs.replace(job, receipt=left))
    return show(Job, job)


@get("/jobs", operation_id="listJobs", needs="jobs:read")
async def listed(
    page: Paging, db: Db, tenant_id: TenantId, caller: Caller, kind: Kind = None, stands: Stands = None
) -> Response[Page[Job]]:
    """Return jobs, the newest first."""
    async with db.tenant(tenant_id) as tx:
        found = await jobs.page(tx, page.after_id, page.size, kind=kind, state=stands)
    return page.newest(found, lambda job: _shown(job, caller))


@get("/jobs/{job:str}", operation_id="readJob", needs="jobs:read")
async def read(job: FromPath[str], db: Db, tenant_id: TenantId, caller: Caller) -> Job:
    """Return one job with its progress and receipt; rows of a person are counted for `privacy:read` alone."""
    async with db.tenant(tenant_id) as tx:
        return _shown(await jobs.get(tx, ids.read("job", job)), caller)


@post("/jobs/{job:str}/cancel", operation_id="cancelJob", needs="jobs:write", status_code=200, refusals=["conflict"])
async def cancel(job: FromPath[str], once: Once, caller: Caller) -> Response[Job]:
    """Call off a retention run or a count. What it did stays done; an erasure cannot stop half-way."""
    return await once(lambda tx: _cancel(tx, job, caller))


async def _cancel(tx: TenantTx, job: str, caller: Principal) -> Job:
    stopped = await jobs.cancel(tx, ids.read("job", job), list(STOPPABLE))
    await audit.record(tx, "job.cancelled", job, {"kind": stopped.kind})
    return _shown(stopped, caller)


router = router_of("Jobs", "tenant", [listed, read, cancel])
