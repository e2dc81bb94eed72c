"""What a score hangs on."""

from litestar import Response, get
from litestar.params import FromPath

from kithline_api.deps import Answers, Db, TenantId
from kithline_api.routers import router as router_of
from kithline_core import ids
from kithline_core.model.sensitivity import Sensitivity
from kithline_core.questions import varying


@get(
    "/results/{result:str}/sensitivity",
    operation_id="readSensitivity",
    needs="results:read",
    statuses=[200, 202],
    answer_headers=["Location", "Retry-After"],
    refusals=["invalid", "withheld", "inputs_gone", "conflict"],
)
async def sensitivity(
    result: FromPath[str], db: Db, tenant_id: TenantId, answered: Answers
) -> Response[Sensitivity]:  # fmt: skip
    """Return what a score hangs on: its ranges with one thing left out at a time, and what each gate does by itself.

    Questions, communities, organisations and departments are named where they matter most; of people only bounds are told.
    202: it is being computed, and Location tells when it was.
    """
    async with db.tenant(tenant_id) as tx:
        errand = await varying.ask(tx, ids.read("result", result))
    return await answered(errand)


router = router_of("Results", "tenant", [sensitivity])
