"""Imports: files too large for one request, sent part by part, resumed wherever they stopped."""

import time
from collections.abc import Awaitable, Callable
from typing import Annotated, Literal, get_args
from uuid import UUID

from litestar import Response, get, patch, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, HeaderParameter, JSONBody, QueryParameter

from kithline_api import media, parts, streams, views
from kithline_api.bodies import StrictRequest
from kithline_api.deps import Caller, Config, Db, Once, Paging, TenantId
from kithline_api.packing import unpacked
from kithline_api.paging import Page
from kithline_api.parts import PART_BYTES
from kithline_api.routers import router as router_of
from kithline_api.tables import BY_STEM, Table
from kithline_api.views import show
from kithline_core import ids
from kithline_core.db import TenantTx, imports
from kithline_core.errors import Forbidden, Invalid
from kithline_core.model.imports import Import, NewImport, Reject, State
from kithline_core.model.keys import Principal

_OFFSET = "upload-offset"
ByContent = Annotated[
    str | None, QueryParameter(pattern=r"^[0-9a-f]{64}$", description="Only imports of the file with this sha256")
]
ByState = Annotated[
    str | None,
    QueryParameter(
        name="state",
        pattern=f"^({'|'.join(get_args(State))})$",
        max_length=20,
        description="Only imports in this state",
    ),
]
Offset = Annotated[
    int,
    HeaderParameter(
        name="Upload-Offset",
        ge=0,
        le=1_000_000_000_000,
        description="The byte of the uncompressed file the part begins at",
    ),
]


@post("/imports", operation_id="createImport", needs="imports:write", answer_headers=["Location"])
async def create(data: JSONBody[NewImport], once: Once, caller: Caller) -> Response[views.Import]:
    """Announce a file. Its parts follow as PATCH, from the byte that the import stands at."""
    _table(data.file, caller)
    return await once(lambda tx: _create(tx, data), lambda made: {"location": made.links.self})


async def _create(tx: TenantTx, new: NewImport) -> views.Import:
    return _shown(await imports.create(tx, new))


def _table(stem: str, caller: Principal) -> Table:
    if stem not in BY_STEM:
        raise Invalid(f"there is no file {stem!r}; known are {', '.join(BY_STEM)}", pointer="/file")
    table = BY_STEM[stem]
    if f"{table.scope}:write" not in caller.scopes:
        raise Forbidden(f"the key lacks the scope {table.scope}:write, which the rows of {stem} need")
    return table


def _shown(one: Import) -> views.Import:
    path = f"/v1/imports/{ids.show('import', one.id)}"
    links = views.ImportLinks(path, f"{path}/rejects", f"{path}/pause", f"{path}/resume", f"{path}/cancel")
    pace = round(one.lines / one.seconds, 1) if one.seconds else None
    return show(views.Import, one, lines_per_second=pace, links=links)


@get("/imports", operation_id="listImports", needs="imports:read")
async def listed(
    page: Paging, db: Db, tenant_id: TenantId, sha256: ByContent = None, in_state: ByState = None
) -> Response[Page[views.Import]]:
    """Return imports, the newest first."""
    async with db.tenant(tenant_id) as tx:
        found = await imports.page(tx, page.after_id, page.size, sha256=sha256, state=in_state)
    return page.newest(found, _shown)


@get("/imports/{import_id:str}", operation_id="readImport", needs="imports:read")
async def read(import_id: FromPath[str], db: Db, tenant_id: TenantId) -> views.Import:
    """Return how far an import got, and what became of its lines."""
    async with db.tenant(tenant_id) as tx:
        return _shown(await imports.get(tx, ids.read("import", import_id)))


@patch(
    "/imports/{import_id:str}",
    operation_id="putImportPart",
    needs="imports:write",
    bytes=(media.BYTES,),
    answer_headers=["Upload-Offset"],
    refusals=["conflict", "wrong_offset", "no_ground", "mode_not_allowed"],
)
async def put_part(
    request: StrictRequest,
    import_id: FromPath[str],
    offset: Offset,
    db: Db,
    tenant_id: TenantId,
    caller: Caller,
    settings: Config,
) -> Response[views.Import]:
    """Take in the whole lines of a part, with the place they reach to, at once or not at all.

    A part has at most 8 MB. `Upload-Offset` of the answer is where the next one has to begin: behind the last whole
    line, or behind 10,000 of them. The import is completed by its last byte.
    """
    began, name = time.monotonic(), ids.read("import", import_id)
    async with db.tenant(tenant_id) as tx:
        one = await imports.get(tx, name)
        imports.ready(one, offset)
    table, body = _table(one.file, caller), await unpacked(request, PART_BYTES)
    part = await parts.read(one, body, table.kind, settings.max_lines)
    async with db.tenant(tenant_id) as tx:
        done = _shown(await parts.take(tx, one, table, part, began))
    return Response(done, headers={_OFFSET: str(done.position)})


@get("/imports/{import_id:str}/rejects", operation_id="listImportRejects", needs="imports:read", stream=True, csv=True)
async def rejected(
    request: StrictRequest, import_id: FromPath[str], page: Paging, db: Db, tenant_id: TenantId
) -> Response[Page[Reject]]:
    """Return the lines that were not taken, in the file's order: place and reason, no content.

    With `Accept: application/x-ndjson` or `text/csv`: all of them.
    """
    name = ids.read("import", import_id)
    async with db.tenant(tenant_id) as tx:
        found, after = await imports.rejects(tx, name, int(page.after or 0), page.limit)
    if streams.wanted(request):
        return streams.answer(db, tenant_id, _part(name))
    if streams.wanted(request, media.CSV):
        return streams.table(db, tenant_id, _part(name), Reject)
    return page.answer(found, after)


def _part(name: UUID) -> streams.Read:
    async def part(tx: TenantTx, after: int | None, size: int) -> streams.Part:
        return await imports.rejects(tx, name, after or 0, size)

    return part


def _turn(
    verb: Literal["pause", "resume", "cancel", "complete"],
    words: str,
    act: Callable[[TenantTx, UUID], Awaitable[Import]],
) -> HTTPRouteHandler:
    async def turn(import_id: FromPath[str], once: Once) -> Response[views.Import]:
        name = ids.read("import", import_id)

        async def work(tx: TenantTx) -> views.Import:
            return _shown(await act(tx, name))

        return await once(work)

    turn.__doc__ = words
    path, name = f"/imports/{{import_id:str}}/{verb}", f"{verb}Import"
    return post(path, operation_id=name, needs="imports:write", status_code=200, refusals=["conflict"])(turn)


router = router_of(
    "Data",
    "tenant",
    [
        create,
        listed,
        read,
        put_part,
        rejected,
        _turn("pause", "Take no parts for now.", imports.pause),
        _turn("resume", "Take parts again.", imports.resume),
        _turn("cancel", "Take no more parts, for good; the rows that are here stay.", imports.cancel),
        _turn(
            "complete",
            "Make sure that the whole file is in; the last byte completes an import by itself.",
            imports.complete,
        ),
    ],
)
