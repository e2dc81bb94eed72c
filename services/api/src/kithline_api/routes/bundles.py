"""Failure bundles: what a plugin's author needs to see a failure again, without anybody's data."""

from litestar import Response, post
from litestar.params import FromPath, JSONBody

from kithline_api.deps import Answers, Db, TenantId
from kithline_api.routers import router as router_of
from kithline_core import ids
from kithline_core.questions import bundling
from kithline_core.questions.bundling import NewBundle, Released


@post(
    "/results/{result:str}/bundle",
    operation_id="createBundle",
    needs="privacy:write",
    status_code=200,
    statuses=[200, 202],
    answer_headers=["Location", "Retry-After"],
    refusals=["not_failed", "withheld", "inputs_gone", "conflict"],
)
async def release(
    result: FromPath[str], data: JSONBody[NewBundle], db: Db, tenant_id: TenantId, answered: Answers
) -> Response[Released]:
    """Release a failure bundle of a result that is an error: a synthetic twin of what was read, and how the scorer failed.

    The body names what is released, and the act is audited. Nothing is sent anywhere: who gets the file is up to whoever
    asked. 202: it is being made, and Location tells when it was.
    """
    result_id = ids.read("result", result)
    async with db.tenant(tenant_id) as tx:
        errand = await bundling.ask(tx, result_id, data)
    return await answered(errand)


router = router_of("Results", "tenant", [release])
