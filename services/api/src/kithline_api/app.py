"""Puts the application together: routes, dependencies, errors, and one database for as long as it lives."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar
from litestar.routes import HTTPRoute

from kithline_api import openapi, problems, queries, tracing
from kithline_api.bodies import StrictRequest
from kithline_api.deps import PROVIDERS
from kithline_api.measured import Requests
from kithline_api.routes import (
    audit,
    batches,
    bundles,
    calibration,
    communities,
    corrections,
    counters,
    dataset,
    deltas,
    disputes,
    errands,
    evidence,
    fairness,
    files,
    findings,
    grounds,
    health,
    identities,
    imports,
    indices,
    jobs,
    keys,
    metrics,
    papers,
    partners,
    paths,
    plugins,
    pooling,
    privacy,
    replays,
    results,
    retention,
    runs,
    schemas,
    scopes,
    scorers,
    sensitivity,
    surveys,
    tenants,
    trends,
    what_if,
)
from kithline_core.db import Database
from kithline_core.settings import Settings

ROUTERS = [
    health.router,
    metrics.router,
    partners.router,
    tenants.router,
    keys.router,
    keys.callers,
    grounds.router,
    pooling.router,
    papers.router,
    files.router,
    communities.router,
    corrections.router,
    batches.router,
    identities.router,
    disputes.router,
    imports.router,
    schemas.router,
    dataset.router,
    surveys.router,
    fairness.router,
    scopes.router,
    runs.router,
    scorers.router,
    plugins.router,
    plugins.partners,
    counters.router,
    results.router,
    evidence.router,
    deltas.router,
    paths.router,
    what_if.router,
    sensitivity.router,
    calibration.router,
    replays.router,
    bundles.router,
    indices.router,
    trends.router,
    findings.router,
    privacy.router,
    retention.router,
    errands.router,
    jobs.router,
    audit.router,
]


@asynccontextmanager
async def _database(app: Litestar) -> AsyncIterator[None]:
    async with Database.of(app.state.settings) as db:
        app.state.db = db
        yield


def create_app(settings: Settings) -> Litestar:
    """Return the application; it opens its database when it starts and closes it when it stops."""
    app = Litestar(
        ROUTERS,
        dependencies=PROVIDERS,
        exception_handlers=problems.HANDLERS,
        before_send=[tracing.stamp],
        lifespan=[_database],
        request_class=StrictRequest,
        request_max_body_size=settings.max_body_bytes,
        # The document is ours (openapi.py), and so are the logs (kithline_core.observe).
        openapi_config=None,
        logging_config=None,
    )
    app.state.settings = settings
    app.state.measured = Requests()
    app.state.openapi = openapi.document(app)
    app.state.queries = queries.named(app.state.openapi)
    app.state.methods = _methods(app)
    return app


def _methods(app: Litestar) -> dict[str, str]:
    """Return the Allow header of every address."""
    found: dict[str, set[str]] = {}
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            found.setdefault(route.path_format, set()).update(route.methods)
    return {path: ", ".join(sorted(methods)) for path, methods in found.items()}
