"""Papers: drafts about data protection, written from the configuration as it is now."""

from typing import Annotated, Any, Final

from litestar import Response, get, post
from litestar.params import FromPath, QueryParameter

from kithline_api import views
from kithline_api.bodies import StrictRequest
from kithline_api.deps import Db, Once, TenantId
from kithline_api.routers import router as router_of
from kithline_api.views import show
from kithline_core.db import TenantTx
from kithline_core.errors import NotFound
from kithline_core.model.papers import KINDS, Draft, Kind, Language
from kithline_core.papers import issuing

MARKDOWN: Final = "text/markdown"
Lang = Annotated[Language, QueryParameter(description="The language it is written in")]


@get("/papers/{paper:str}", operation_id="readPaper", needs="papers:read", text=MARKDOWN)
async def read(
    request: StrictRequest, paper: FromPath[str], db: Db, tenant_id: TenantId, lang: Lang = "en"
) -> Response[views.Paper]:
    """Return a draft: notice, ropa, dpia or works-agreement. With `Accept: text/markdown`: its text alone."""
    wanted = _kind(paper)
    async with db.tenant(tenant_id) as tx:
        found = await issuing.draft(tx, wanted, lang)
    if MARKDOWN in request.headers.get("accept", ""):
        return _text(found)
    return Response(_shown(found))


@post("/papers/{paper:str}/issue", operation_id="issuePaper", needs="papers:write")
async def issue(paper: FromPath[str], once: Once, lang: Lang = "en") -> Response[views.IssuedPaper]:
    """Record that the draft as it is now was issued: a later change that makes it untrue is then an audit event."""
    wanted = _kind(paper)
    return await once(lambda tx: _issue(tx, wanted, lang))


async def _issue(tx: TenantTx, kind: Kind, lang: Language) -> views.IssuedPaper:
    return show(views.IssuedPaper, await issuing.issue(tx, kind, lang))


def _kind(kind: str) -> Kind:
    found = next((known for known in KINDS if known == kind), None)
    if found is None:
        raise NotFound(f"there is no paper {kind[:60]!r}; there are {', '.join(KINDS)}")
    return found


def _text(found: Draft) -> Response[Any]:
    return Response(found.text, media_type=MARKDOWN)


def _shown(found: Draft) -> views.Paper:
    issued = None if found.issued is None else show(views.IssuedPaper, found.issued)
    return show(views.Paper, found, issued=issued, draft=True, outdated=bool(found.changed))


router = router_of("Papers", "tenant", [read, issue])
