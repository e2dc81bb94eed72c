"""Replays: a result computed again from what it was computed from."""

from litestar import Response, post
from litestar.params import FromPath

from kithline_api.deps import Answers, Db, TenantId
from kithline_api.routers import router as router_of
from kithline_core import ids
from kithline_core.db import explanations
from kithline_core.questions import replaying
from kithline_core.questions.replaying import Replay


@post(
    "/results/{result:str}/replay",
    operation_id="createReplay",
    needs="results:write",
    statuses=[200, 202],
    answer_headers=["Location", "Retry-After"],
    refusals=["withheld", "conflict"],
)
async def replay(result: FromPath[str], db: Db, tenant_id: TenantId, answered: Answers) -> Response[Replay]:
    """Compute a result again with the version that computed it, and say whether it is the same, byte for byte.

    202: it is being computed, and Location tells when it was.
    """
    result_id = ids.read("result", result)
    async with db.tenant(tenant_id) as tx:
        await replaying.shown(tx, result_id)
        errand = await explanations.ask(tx, replaying.KIND, {"result": str(result_id)})
    return await answered(errand)


router = router_of("Results", "tenant", [replay])
