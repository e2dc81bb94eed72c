"""What-if: a result as it would be, told beside it and never stored."""

from litestar import Response, post
from litestar.params import JSONBody

from kithline_api.deps import Answers, Db, TenantId
from kithline_api.routers import router as router_of
from kithline_core.model.overlays import Supposed, WhatIf
from kithline_core.questions import supposing


@post(
    "/what-if",
    operation_id="createWhatIf",
    needs="results:read",
    status_code=200,
    statuses=[200, 202],
    answer_headers=["Location", "Retry-After"],
    refusals=["not_found", "withheld", "inputs_gone", "conflict", "too_few"],
)
async def ask(data: JSONBody[WhatIf], db: Db, tenant_id: TenantId, answered: Answers) -> Response[Supposed]:
    """Return what a result would be with other answers, contacts between groups, purposes, ceilings or interfaces.

    It starts from the stored snapshot of the result, takes the same way through the engine, and is no result: hypothetical,
    and forgotten within an hour. 202: it is being computed, and Location tells when it was.
    """
    async with db.tenant(tenant_id) as tx:
        errand = await supposing.ask(tx, data)
    return await answered(errand)


router = router_of("Results", "tenant", [ask])
