"""The shortest path to the next level."""

from litestar import Response, get
from litestar.params import FromPath

from kithline_api.deps import Answers, Db, TenantId
from kithline_api.routers import router as router_of
from kithline_core import ids
from kithline_core.model.paths import Path
from kithline_core.questions import pathing


@get(
    "/results/{result:str}/path",
    operation_id="readPath",
    needs="results:read",
    statuses=[200, 202],
    answer_headers=["Location", "Retry-After"],
    refusals=["invalid", "withheld", "conflict"],
)
async def path(result: FromPath[str], db: Db, tenant_id: TenantId, answered: Answers) -> Response[Path]:
    """Return the cheapest sets of steps to the next level by declared effort, with a proof that none is cheaper.

    Where a ceiling binds the steps are about the ceiling alone. 202: it is being computed, and Location tells when it was.
    """
    async with db.tenant(tenant_id) as tx:
        errand = await pathing.ask(tx, ids.read("result", result))
    return await answered(errand)


router = router_of("Results", "tenant", [path])
