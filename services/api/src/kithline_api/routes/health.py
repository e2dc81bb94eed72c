"""/livez, /readyz, /openapi.json and the pages of errors: for everybody, behind no key."""

from collections import Counter
from typing import Any, Literal

from litestar import Response, get
from litestar.params import FromPath
from msgspec import Struct

from kithline_api.bodies import StrictRequest
from kithline_api.catalogue import KINDS
from kithline_api.deps import Config, Db
from kithline_api.routers import public
from kithline_core.db import migrate, replays, workers
from kithline_core.errors import NotFound, Unavailable


class Alive(Struct, frozen=True):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Ready(Struct, frozen=True):
    """What it needs answers too. The broker is not among it: the API never talks to it.

    `sandboxes`: tier → how many processes of workers shut plugins in like that. `replays`: whether one differed in the last
    week, which makes nothing unready and should wake somebody.
    """

    status: Literal["ok"]
    database: Literal["ok"]
    migrations: Literal["at head"]
    sandboxes: dict[str, int]
    replays: Literal["ok", "differ"]


class ErrorPage(Struct, frozen=True):
    """What a problem's `type` leads to."""

    code: str
    status: int
    title: str
    meaning: str
    remedy: str


@get("/livez", operation_id="checkAlive")
async def livez() -> Alive:
    """Say that the process answers; nothing else is asked."""
    return Alive()


@get("/readyz", operation_id="checkReady")
async def readyz(db: Db, settings: Config) -> Ready:
    """Say whether requests can be served: the database answers and has every migration."""
    await db.ping()
    steps = await migrate.status(settings.database_url)
    behind = [step.name for step in steps if step.state != "applied"]
    if behind:
        raise Unavailable(f"migrations are not at head: {', '.join(behind)}")
    async with db.platform() as tx:
        tiers = Counter(worker.tier for worker in await workers.page(tx))
        alarm = await replays.raised(tx)
    return Ready("ok", "ok", "at head", dict(tiers), "differ" if alarm else "ok")


@get("/openapi.json", operation_id="readOpenapi")
async def openapi(request: StrictRequest) -> dict[str, Any]:
    """Return this document."""
    document: dict[str, Any] = request.app.state.openapi
    return document


@get("/errors/{name:str}", operation_id="readError")
async def error(name: FromPath[str]) -> Response[ErrorPage]:
    """Explain one kind of error: what it means and what to do."""
    kind = KINDS.get(name.replace("-", "_"))
    if kind is None or kind.name != name:
        raise NotFound(f"there is no error named {name[:60]!r}")
    return Response(ErrorPage(kind.code, kind.status, kind.title, kind.meaning, kind.remedy))


router = public("Operation", [livez, readyz, openapi, error])
