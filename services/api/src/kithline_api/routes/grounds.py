"""Processing grounds: why, for whom and until when data about people may be processed."""

from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from kithline_api import views
from kithline_api.bodies import InvalidBody
from kithline_api.deps import Db, Once, Paging, TenantId
from kithline_api.fields import collect
from kithline_api.paging import Page
from kithline_api.routers import router as router_of
from kithline_api.views import show
from kithline_core import ids
from kithline_core.db import TenantTx, grounds
from kithline_core.errors import Invalid
from kithline_core.model.grounds import TEMPLATES, Basis, Mode, NewGround, Texts
from kithline_core.model.shapes import Asked
from kithline_core.model.types import Group, LongText, Text, Time


class AskedGround(Asked, frozen=True, omit_defaults=True):
    """A ground: a template by its name, with what differs from it, or all of it in its own words."""

    template: Annotated[str, Meta(max_length=64, description="A name from GET /v1/ground-templates")] | None = None
    title: Text | None = None
    signed_by: Text | None = None
    basis: Basis | None = None
    purposes: Annotated[list[Text], Meta(min_length=1, max_length=20)] | None = None
    groups: Annotated[list[Group], Meta(max_length=10)] | None = None
    legal_entity: Text | None = None
    country: Annotated[str, Meta(pattern=r"^[A-Z]{2}$")] | None = None
    documents: Annotated[list[LongText], Meta(max_length=50)] | None = None
    works_agreement: LongText | None = None
    impact_assessment: LongText | None = None
    scorers: Texts | None = None
    mode: Mode | None = None
    floor: Annotated[int, Meta(ge=5, le=1000)] | None = None
    retention_days: Annotated[int, Meta(ge=1, le=36_500)] | None = None
    valid_from: Time | None = None
    valid_to: Time | None = None


class Template(Struct, frozen=True):
    """A ready-made ground. POST /v1/grounds with its name, and with whatever differs."""

    name: str
    ground: NewGround


def complete(asked: AskedGround) -> NewGround:
    """Return the whole ground. Raises Invalid for an unknown template, InvalidBody for what is still missing."""
    given = msgspec.to_builtins(asked)
    name = given.pop("template", None)
    if name is not None and name not in TEMPLATES:
        raise Invalid(f"there is no template {name!r}; there are {', '.join(TEMPLATES)}", pointer="/template")
    base = {} if name is None else msgspec.to_builtins(TEMPLATES[name])
    whole = {**base, **given}
    if faults := collect(whole, NewGround):
        raise InvalidBody(faults)
    return msgspec.convert(whole, NewGround)


@get("/ground-templates", operation_id="listGroundTemplates", needs="grounds:read")
async def templates() -> list[Template]:
    """Return the ready-made grounds."""
    return [Template(name, ground) for name, ground in TEMPLATES.items()]


@post("/grounds", operation_id="createGround", needs="grounds:write")
async def create(data: JSONBody[AskedGround], once: Once) -> Response[views.Ground]:
    """Put a ground on record; without `valid_from` it is in force from now on."""
    ground = complete(data)
    return await once(lambda tx: _create(tx, ground))


async def _create(tx: TenantTx, ground: NewGround) -> views.Ground:
    return show(views.Ground, await grounds.create(tx, ground))


@get("/grounds", operation_id="listGrounds", needs="grounds:read")
async def listed(page: Paging, db: Db, tenant_id: TenantId) -> Response[Page[views.Ground]]:
    """Return grounds, the newest first, ended ones too."""
    async with db.tenant(tenant_id) as tx:
        found = await grounds.page(tx, page.after_id, page.size)
    return page.newest(found, lambda one: show(views.Ground, one))


@get("/grounds/{ground:str}", operation_id="readGround", needs="grounds:read")
async def read(ground: FromPath[str], db: Db, tenant_id: TenantId) -> views.Ground:
    """Return one ground."""
    async with db.tenant(tenant_id) as tx:
        return show(views.Ground, await grounds.get(tx, ids.read("ground", ground)))


@post("/grounds/{ground:str}/end", operation_id="endGround", needs="grounds:write", status_code=200)
async def end(ground: FromPath[str], once: Once) -> Response[views.Ground]:
    """End a ground now: what came under it is no longer counted."""
    return await once(lambda tx: _end(tx, ground))


async def _end(tx: TenantTx, ground: str) -> views.Ground:
    return show(views.Ground, await grounds.end(tx, ids.read("ground", ground)))


router = router_of("Grounds", "tenant", [templates, create, listed, read, end])
