"""Results: the envelope with the finding inside, and the finding's own bytes."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Response, get
from litestar.params import FromPath, QueryParameter

from kithline_api import views
from kithline_api.auth import JSON
from kithline_api.deps import Db, Paging, TenantId
from kithline_api.moments import vetted
from kithline_api.paging import Page
from kithline_api.routers import router as router_of
from kithline_api.views import show
from kithline_core import ids, plugins
from kithline_core.db import results, runs
from kithline_core.engine import document, published
from kithline_core.engine.document import Document
from kithline_core.model.results import Result
from kithline_sdk.contract import Missing

ByScorer = Annotated[
    str | None,
    QueryParameter(min_length=1, max_length=200, pattern=r"^[^\x00]+$", description="Only this scorer's results"),
]
Since = Annotated[datetime | None, QueryParameter(name="from", description="Only windows that reach past this moment")]
ByRun = Annotated[str | None, QueryParameter(min_length=1, max_length=100, description="Only this run's results")]


@get("/results", operation_id="listResults", needs="results:read", refusals=["not_found"])
async def listed(
    page: Paging, db: Db, tenant_id: TenantId, scorer: ByScorer = None, run: ByRun = None, since: Since = None
) -> Response[Page[views.ResultSummary]]:
    """Return results, the newest first: the envelopes, without the findings. As a series, see /v1/trends."""
    reach = vetted("from", since)
    async with db.tenant(tenant_id) as tx:
        wanted = None if run is None else (await runs.get(tx, ids.read("run", run))).id
        found = await results.page(tx, page.after_id, page.size, scorer=scorer, run_id=wanted, since=reach)
    return page.newest(found, lambda one: show(views.ResultSummary, one, **_told(one)))


@get("/results/{result:str}", operation_id="readResult", needs="results:read")
async def read(result: FromPath[str], db: Db, tenant_id: TenantId) -> views.Result:
    """Return one result: envelope and finding, counts no finer than they are known; of a withheld one, no figure."""
    result_id = ids.read("result", result)
    async with db.tenant(tenant_id) as tx:
        found, stored = await results.get(tx, result_id), await results.stored(tx, result_id)
    return show(views.Result, found, **_told(found), finding=_finding(found, stored.document))


def _told(found: Result) -> dict[str, Any]:
    """Return what of an envelope is shown otherwise than it is stored."""
    grounds = [ids.show("ground", one) for one in found.grounds]
    return {"grounds": grounds, "interval": found.interval, "method": found.method or {}}


def _finding(found: Result, stored: bytes) -> dict[str, Any]:
    if not found.reasons:
        return published.view(msgspec.json.decode(stored, type=dict[str, Any]), _units(found.scorer))
    why = [Missing(what=results.LACKING[reason], reason=reason) for reason in found.reasons]
    left: dict[str, Any] = msgspec.to_builtins(document.withheld(document.decode(stored), why))
    return left


def _units(scorer: str) -> dict[str, str]:
    """Return the units of a scorer's measures; of one that is no longer installed, none."""
    specs = (one for _, one in plugins.installed().known() if one.key == scorer)
    return {name: measure.unit for spec in specs for name, measure in spec.measures.items()}


@get(
    "/results/{result:str}/finding",
    operation_id="readFinding",
    needs="findings:read",
    answer_headers=["ETag"],
    shows=Document,
    refusals=["withheld"],
)
async def finding(result: FromPath[str], db: Db, tenant_id: TenantId) -> Response[bytes]:
    """Return the finding document, byte for byte as it was stored; its sha256 is the ETag."""
    async with db.tenant(tenant_id) as tx:
        stored = await results.finding_bytes(tx, ids.read("result", result))
    return Response(stored.document, media_type=JSON, headers={"etag": f'"{stored.sha256}"'})


router = router_of("Results", "tenant", [listed, read, finding])
