"""Runs: ask for scores, watch them, call them off."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody

from kithline_api import views
from kithline_api.deps import Db, Once, Paging, TenantId
from kithline_api.paging import Page
from kithline_api.routers import router as router_of
from kithline_api.views import show
from kithline_core import ids, ordering
from kithline_core.db import TenantTx, runs, scopes
from kithline_core.model.runs import Run
from kithline_core.model.scopes import Scope
from kithline_core.ordering import AskedRun

_POLL = "2"


@post(
    "/runs",
    operation_id="createRun",
    needs="runs:write",
    status_code=202,
    once="required",
    answer_headers=["Location", "Retry-After"],
    refusals=[
        "not_found",
        "conflict",
        "unknown_scorer",
        "scorer_disabled",
        "unknown_version",
        "plugin_sunset",
        "use_refused",
        "parameter_refused",
        "inputs_expired",
        "idempotency_key_missing",
    ],
)
async def create(data: JSONBody[AskedRun], once: Once) -> Response[views.Run]:
    """Ask for scores. The answer is a promise: follow Location until the state is succeeded, failed or cancelled."""
    once.insist()
    return await once(lambda tx: _create(tx, data), lambda run: {"location": run.links.self, "retry-after": _POLL})


async def _create(tx: TenantTx, asked: AskedRun) -> views.Run:
    run = await runs.insert(tx, await ordering.plan_run(tx, asked))
    await tx.notify("runs", run.id)  # the dispatcher hears it after COMMIT
    return await _whole(tx, run)


async def _whole(tx: TenantTx, run: Run) -> views.Run:
    tasks = [show(views.Task, task) for task in await runs.tasks(tx, run.id)]
    return show(views.Run, run, tasks=tasks, links=_links(run), **_scope(run, await _scopes(tx, [run])))


async def _scopes(tx: TenantTx, found: Iterable[Run]) -> dict[UUID, Scope]:
    return await scopes.of_ids(tx, {run.scope_id for run in found if run.scope_id is not None})


def _scope(run: Run, known: Mapping[UUID, Scope]) -> dict[str, Any]:
    """Return which version of which scope a run counts; without one it counts everything."""
    scope = None if run.scope_id is None else known[run.scope_id]
    return {"scope": scope and scope.scope, "scope_version": scope and scope.version}


def _links(run: Run) -> views.Links:
    name = ids.show("run", run.id)
    return views.Links(self=f"/v1/runs/{name}", results=f"/v1/results?run={name}", cancel=f"/v1/runs/{name}/cancel")


@get("/runs", operation_id="listRuns", needs="runs:read")
async def listed(page: Paging, db: Db, tenant_id: TenantId) -> Response[Page[views.RunSummary]]:
    """Return runs, the newest first."""
    async with db.tenant(tenant_id) as tx:
        found = await runs.page(tx, page.after_id, page.size)
        known = await _scopes(tx, found)
    return page.newest(found, lambda run: show(views.RunSummary, run, links=_links(run), **_scope(run, known)))


@get("/runs/{run:str}", operation_id="readRun", needs="runs:read")
async def read(run: FromPath[str], db: Db, tenant_id: TenantId) -> views.Run:
    """Return one run with its tasks."""
    async with db.tenant(tenant_id) as tx:
        return await _whole(tx, await runs.get(tx, ids.read("run", run)))


@post("/runs/{run:str}/cancel", operation_id="cancelRun", needs="runs:write", status_code=200, refusals=["conflict"])
async def cancel(run: FromPath[str], once: Once) -> Response[views.Run]:
    """Call a run off: what is not done yet will not be. Results that are there stay."""
    return await once(lambda tx: _cancel(tx, run))


async def _cancel(tx: TenantTx, run: str) -> views.Run:
    return await _whole(tx, await runs.cancel(tx, ids.read("run", run)))


router = router_of("Runs", "tenant", [create, listed, read, cancel])
