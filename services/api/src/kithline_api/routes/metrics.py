"""/metrics: how the installation and this process stand, for a monitoring system."""

from litestar import Response, Router, get
from litestar.handlers.base import BaseRouteHandler

from kithline_api.auth import Connection, authorise
from kithline_api.bodies import StrictRequest
from kithline_api.deps import Db
from kithline_api.queries import known
from kithline_core import plugins
from kithline_core.errors import NotFound, Unavailable
from kithline_core.metrics import standing
from kithline_core.metrics.text import CONTENT_TYPE, Family, Sample, text


async def allowed(connection: Connection, handler: BaseRouteHandler) -> None:
    """Let through whom the operator's setting lets through. Raises NotFound, Unauthenticated, Forbidden."""
    wanted = connection.app.state.settings.metrics
    if wanted == "off":
        raise NotFound("there is no such page: KITHLINE_METRICS says off")
    if wanted == "operator":
        await authorise(connection, handler)


@get("/metrics", operation_id="readMetrics", shows=None, text="text/plain", refusals=["not_found"])
async def read(request: StrictRequest, db: Db) -> Response[str]:
    """Return figures in the text format of Prometheus: queue, workers and their tiers, plugins, alarms, answers.

    They are of the whole installation, and name no tenant. An operator's key opens it unless the operator's setting says
    that everybody may read it, or nobody.
    """
    families = [*await _standing(db), standing.installed(plugins.installed()), *request.app.state.measured.families()]
    return Response(text(families), media_type=CONTENT_TYPE)


async def _standing(db: Db) -> list[Family]:
    """Return what the database says; where it is away, that it is."""
    try:
        async with db.platform() as tx:
            found, up = await standing.read(tx), 1
    except Unavailable:
        found, up = [], 0
    return [Family("database_up", "gauge", "Whether the database answered just now.", [Sample(up)]), *found]


router = Router("/", route_handlers=[read], tags=["Operation"], guards=[allowed, known], opt={"principal": "operator"})
