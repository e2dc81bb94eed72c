"""Questionnaires (immutable versions) and assessments (sittings of one)."""

from collections.abc import Sequence
from typing import Annotated

from litestar import Response, get, post, put
from litestar.params import FromPath, JSONBody, PathParameter
from litestar.status_codes import HTTP_200_OK, HTTP_201_CREATED

from kithline_api import streams, views
from kithline_api.bodies import StrictRequest
from kithline_api.deps import Db, Once, Paging, TenantId
from kithline_api.paging import Page
from kithline_api.routers import router as router_of
from kithline_api.views import show
from kithline_core import ids
from kithline_core.db import TenantTx, assessments, questionnaires
from kithline_core.engine.questionnaires import shipped
from kithline_core.errors import Invalid, NotFound
from kithline_core.model.assessments import NewAssessment
from kithline_core.model.questionnaires import Questionnaire
from kithline_core.model.types import NAME

Name = Annotated[str, PathParameter(min_length=1, max_length=100, pattern=NAME, description="The questionnaire's key")]
Version = Annotated[str, PathParameter(min_length=1, max_length=100, pattern=NAME, description="Its version")]


@put(
    "/questionnaires/{key:str}/versions/{version:str}",
    operation_id="putQuestionnaire",
    needs="questionnaires:write",
    statuses=[200, 201],
    refusals=["conflict"],
)
async def keep(
    key: Name, version: Version, data: JSONBody[Questionnaire], db: Db, tenant_id: TenantId
) -> Response[Questionnaire]:
    """Keep one version for good. The same body again changes nothing; another body needs another version."""
    if data.questionnaire != key:
        raise Invalid("the body names another questionnaire than the address", pointer="/questionnaire")
    if data.version != version:
        raise Invalid("the body names another version than the address", pointer="/version")
    async with db.tenant(tenant_id) as tx:
        created = await questionnaires.put(tx, data)
    return Response(data, status_code=HTTP_201_CREATED if created else HTTP_200_OK)


@get("/questionnaires/{key:str}/versions/{version:str}", operation_id="readQuestionnaire", needs="questionnaires:read")
async def read(key: Name, version: Version, db: Db, tenant_id: TenantId) -> Questionnaire:
    """Return one version: the tenant's own, else the one that came with a plugin."""
    async with db.tenant(tenant_id) as tx:
        own = await questionnaires.get(tx, key, version)
    if own is not None:
        return own
    for one in shipped():
        if (one.questionnaire, one.version) == (key, version):
            return one
    raise NotFound(f"there is no version {version!r} of {key!r}")


@get("/questionnaires", operation_id="listQuestionnaires", needs="questionnaires:read", stream=True)
async def kept(request: StrictRequest, page: Paging, db: Db, tenant_id: TenantId) -> Response[Page[Questionnaire]]:
    """Return the tenant's own questionnaires. With `Accept: application/x-ndjson`: all of them, one a line."""
    if streams.wanted(request):
        return streams.answer(db, tenant_id, _part)
    async with db.tenant(tenant_id) as tx:
        shown, after = await _part(tx, page.after, page.limit)
    return page.answer(list(shown), after)


async def _part(tx: TenantTx, after: str | None, size: int) -> tuple[Sequence[Questionnaire], str | None]:
    key, _, version = (after or "").partition("\0")
    found = await questionnaires.page(tx, (key, version), size + 1)
    shown = found[:size]
    return shown, f"{shown[-1].questionnaire}\0{shown[-1].version}" if len(found) > size else None


@post("/assessments", operation_id="createAssessment", needs="assessments:write", refusals=["conflict"])
async def create(data: JSONBody[NewAssessment], once: Once) -> Response[views.Assessment]:
    """Open an assessment under the sender's id; it counts once it is closed."""
    return await once(lambda tx: _create(tx, data))


async def _create(tx: TenantTx, new: NewAssessment) -> views.Assessment:
    return show(views.Assessment, await assessments.create(tx, new))


@get("/assessments", operation_id="listAssessments", needs="assessments:read")
async def listed(page: Paging, db: Db, tenant_id: TenantId) -> Response[Page[views.Assessment]]:
    """Return assessments, the newest first."""
    async with db.tenant(tenant_id) as tx:
        found = await assessments.page(tx, page.after_id, page.size)
    return page.newest(found, lambda one: show(views.Assessment, one))


@get("/assessments/{assessment:str}", operation_id="readAssessment", needs="assessments:read")
async def look(assessment: FromPath[str], db: Db, tenant_id: TenantId) -> views.Assessment:
    """Return one assessment."""
    async with db.tenant(tenant_id) as tx:
        return show(views.Assessment, await assessments.get(tx, ids.read("assessment", assessment)))


@post("/assessments/{assessment:str}/close", operation_id="closeAssessment", needs="assessments:write", status_code=200)
async def close(assessment: FromPath[str], once: Once) -> Response[views.Assessment]:
    """Close an assessment: from now on it counts. Closing it again changes nothing."""
    return await once(lambda tx: _close(tx, assessment))


async def _close(tx: TenantTx, assessment: str) -> views.Assessment:
    return show(views.Assessment, await assessments.close(tx, ids.read("assessment", assessment)))


router = router_of("Surveys", "tenant", [keep, read, kept, create, listed, look, close])
