"""Evidence: what the figures of a result came from, down to the ids, for an auditor who counts them again."""

from typing import Annotated

from litestar import Response, get
from litestar.params import FromPath, QueryParameter

from kithline_api.deps import Answers, Db, Paging, TenantId
from kithline_api.paging import Page
from kithline_api.paths import TableName
from kithline_api.routers import router as router_of
from kithline_core import ids
from kithline_core.model.evidence import Evidence, Source
from kithline_core.questions import listing, recounting

Measure = Annotated[
    str | None,
    QueryParameter(
        min_length=1,
        max_length=500,
        pattern=r"^[^\x00]+$",
        description="Only what this measure of the finding came from, where it is one of a community, department or group",
    ),
]


@get(
    "/results/{result:str}/evidence",
    operation_id="readEvidence",
    needs="evidence:read",
    statuses=[200, 202],
    answer_headers=["Location", "Retry-After"],
    refusals=["withheld", "conflict"],
)
async def read(
    result: FromPath[str], db: Db, tenant_id: TenantId, answered: Answers, measure: Measure = None
) -> Response[Evidence]:
    """Return what a result's figures came from, counted again: `same`, `changed` with a reason, or `gone`.

    Per table the filter, window, count and the hash of the sorted ids, as they were and as they are now. 202: it is being
    counted, and Location tells when it was.
    """
    async with db.tenant(tenant_id) as tx:
        errand = await recounting.ask(tx, ids.read("result", result), measure)
    return await answered(errand)


@get(
    "/results/{result:str}/evidence/{table:str}",
    operation_id="listEvidence",
    needs="evidence:read",
    refusals=["withheld", "too_few", "inputs_gone"],
)
async def listed(
    result: FromPath[str], table: TableName, page: Paging, db: Db, tenant_id: TenantId, measure: Measure = None
) -> Response[Page[Source]]:
    """Return the ids that a table's rows came from, in a stable order: no text, and nobody's name.

    None are listed where fewer people than the floor stand behind them, or behind what would be left beside them.
    """
    result_id = ids.read("result", result)
    found = await listing.listed(db, tenant_id, result_id, table, measure, page.after, page.size)
    shown = found[: page.limit]
    return page.answer([one.source for one in shown], shown[-1].behind if len(found) > page.limit else None)


router = router_of("Results", "tenant", [read, listed])
