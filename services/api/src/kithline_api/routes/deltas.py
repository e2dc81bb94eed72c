"""Why results differ: two of them split into stages, and two versions of a scorer bridged."""

from typing import Annotated

from litestar import Response, get
from litestar.params import FromPath, QueryParameter

from kithline_api.auth import JSON
from kithline_api.deps import Answers, Db, TenantId
from kithline_api.paths import ScorerKey
from kithline_api.routers import router as router_of
from kithline_core import ids
from kithline_core.db import bridges, explanations
from kithline_core.model.deltas import Delta
from kithline_core.questions import bridging, explaining
from kithline_core.questions.bridging import Bridge

From = Annotated[
    str, QueryParameter(name="from", max_length=40, pattern=r"^[^\x00]+$", description="The older version")
]
To = Annotated[
    str,
    QueryParameter(max_length=40, pattern=r"^[^\x00]+$", description="The newer version, which has to be installed"),
]


@get(
    "/results/{before:str}/delta/{after:str}",
    operation_id="readDelta",
    needs="results:read",
    statuses=[200, 202],
    answer_headers=["Location", "Retry-After"],
    refusals=["invalid", "withheld", "inputs_gone", "conflict"],
)
async def delta(
    before: FromPath[str], after: FromPath[str], db: Db, tenant_id: TenantId, answered: Answers
) -> Response[Delta]:
    """Split the difference of two results of a scorer, later minus earlier, into parts that add up to it exactly.

    202: it is being computed, and Location tells when it was.
    """
    one, other = ids.read("result", before), ids.read("result", after)
    async with db.tenant(tenant_id) as tx:
        told = await explaining.asked(tx, one, other)
        asked = {"before": str(one), "after": str(other)}
        errand = None if told else await explanations.ask(tx, explanations.KIND, asked)
    if told or not errand:
        return Response(told, media_type=JSON)  # type: ignore[arg-type]  # encoded already
    return await answered(errand)


@get(
    "/scorers/{scorer:str}/bridge",
    operation_id="readBridge",
    needs="results:read",
    statuses=[200, 202],
    answer_headers=["Location", "Retry-After"],
    refusals=["unknown_scorer", "conflict"],
)
async def bridge(
    scorer: ScorerKey, since: From, to: To, db: Db, tenant_id: TenantId, answered: Answers
) -> Response[Bridge]:
    """Tell for stored results of two versions what the newer rule makes of the old data, apart from what the data changed.

    202: it is being computed, and Location tells when it was.
    """
    bridging.newer(scorer, to)
    async with db.tenant(tenant_id) as tx:
        if not await bridges.chosen(tx, scorer, [since, to], 1):
            return Response(Bridge(scorer=scorer, from_version=since, to=to, spans=[]))
        errand = await explanations.ask(tx, bridging.KIND, {"scorer": scorer, "from": since, "to": to})
    return await answered(errand)


router = router_of("Results", "tenant", [delta, bridge])
