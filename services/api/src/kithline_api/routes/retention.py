"""How long data stay: what holds, what would go now, and a run."""

from litestar import Response, get, post, put
from litestar.params import JSONBody

from kithline_api.deps import Db, Once, TenantId
from kithline_api.duties import Job, Leaving, Retention
from kithline_api.routers import router as router_of
from kithline_api.views import show
from kithline_core import expiry, ids
from kithline_core.db import TenantTx, retention
from kithline_core.model.retention import AskedRetention, Policy


@get("/retention", operation_id="readRetention", needs="retention:read")
async def read(db: Db, tenant_id: TenantId) -> Retention:
    """Return how long data stay, what a run would remove now, and when the next one is due."""
    async with db.tenant(tenant_id, frozen=True) as tx:
        return await _whole(tx, await retention.policy(tx))


@put("/retention", operation_id="putRetention", needs="retention:write")
async def keep(data: JSONBody[AskedRetention], db: Db, tenant_id: TenantId) -> Retention:
    """Set how long data stay; null is for ever. Grounds in force can only shorten it. Nothing goes before the next run."""
    async with db.tenant(tenant_id) as tx:
        return await _whole(tx, await expiry.change(tx, data))


async def _whole(tx: TenantTx, policy: Policy) -> Retention:
    leaving = [show(Leaving, one) for one in await retention.estimate(tx, policy)]
    grounds = [ids.show("ground", one) for one in policy.shortened_by]
    return show(Retention, policy, shortened_by=grounds, estimate=leaving)


@post(
    "/retention/run", operation_id="createRetentionRun", needs="retention:write", status_code=202,
    answer_headers=["Location", "Retry-After"], refusals=["conflict"],
)  # fmt: skip
async def run(once: Once) -> Response[Job]:
    """Remove what has had its time now, instead of at the next daily run."""
    return await once(_run, lambda job: {"location": f"/v1/jobs/{job.id}", "retry-after": "1"})


async def _run(tx: TenantTx) -> Job:
    return show(Job, await expiry.ask(tx))


router = router_of("Retention", "tenant", [read, keep, run])
