"""Processing grounds: why, for whom and until when data about people may be processed."""

from datetime import datetime
from typing import Annotated, Any, Final, get_args

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta, Struct

from kithline_api import views
from kithline_api.bodies import FIRST_YEAR, LAST_YEAR, InvalidBody
from kithline_api.deps import Db, Once, Paging, TenantId
from kithline_api.fields import FieldError, collect
from kithline_api.paging import Page
from kithline_api.routers import router as router_of
from kithline_api.views import show
from kithline_core import ids
from kithline_core.db import TenantTx, grounds
from kithline_core.errors import ConsentNotValid, Invalid
from kithline_core.model.ground_rules import faults
from kithline_core.model.grounds import TEMPLATES, Basis, Mode, NewGround, Texts
from kithline_core.model.shapes import Asked
from kithline_core.model.types import Group, LongText, Text, Time
from kithline_core.papers import issuing

OFFERED: Final = get_args(Basis)
CONSENT: Final = "consent"
At = Annotated[
    datetime | None,
    QueryParameter(
        description="The first moment it no longer holds, past or to come; left out: now. RFC 3339 with a zone"
    ),
]


class AskedGround(Asked, frozen=True, omit_defaults=True):
    """A ground: a template by its name, with what differs from it, or all of it in its own words."""

    template: Annotated[str, Meta(max_length=64, description="A name from GET /v1/ground-templates")] | None = None
    title: Text | None = None
    signed_by: Text | None = None
    basis: (
        Annotated[str, Meta(max_length=40, description=f"{', '.join(OFFERED)}. Consent is not offered, see /errors")]
        | None
    ) = None
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
    """Return the whole ground.

    Raises Invalid for an unknown template, ConsentNotValid, InvalidBody for what is still missing or to be named.
    """
    given = msgspec.to_builtins(asked)
    name = given.pop("template", None)
    if name is not None and name not in TEMPLATES:
        raise Invalid(f"there is no template {name!r}; there are {', '.join(TEMPLATES)}", pointer="/template")
    base = {} if name is None else msgspec.to_builtins(TEMPLATES[name])
    whole = {**base, **given}
    if whole.get("basis") == CONSENT:
        raise _no_consent(whole)
    if missing := collect(whole, NewGround):
        raise InvalidBody(missing)
    ground = msgspec.convert(whole, NewGround)
    if lacking := faults(ground):
        raise InvalidBody([FieldError(one.pointer, "not_named", one.words) for one in lacking])
    return ground


def _no_consent(asked: dict[str, Any]) -> ConsentNotValid:
    groups = asked.get("groups")
    if not groups or "employee" in groups:
        why = "employees cannot refuse their employer freely, so their consent is no ground"
        instead = "conclude a works agreement and take the template employees, or employees-aggregates"
    else:
        why = "consent is not offered: what was counted cannot be uncounted when it is taken back"
        instead = f"there are {', '.join(OFFERED)}"
    return ConsentNotValid(f"{why}; {instead}", pointer="/basis")


@get("/ground-templates", operation_id="listGroundTemplates", needs="grounds:read")
async def templates() -> list[Template]:
    """Return the ready-made grounds."""
    return [Template(name, ground) for name, ground in TEMPLATES.items()]


@post("/grounds", operation_id="createGround", needs="grounds:write", refusals=["consent_not_valid", "conflict"])
async def create(data: JSONBody[AskedGround], once: Once) -> Response[views.Ground]:
    """Put a ground on record; without `valid_from` it is in force from now on.

    One over employees names its documents, the works agreement and the impact assessment first.
    """
    ground = complete(data)
    return await once(lambda tx: _create(tx, ground))


async def _create(tx: TenantTx, ground: NewGround) -> views.Ground:
    made = await grounds.create(tx, ground)
    await issuing.watch(tx)
    return show(views.Ground, made)


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


@post(
    "/grounds/{ground:str}/end",
    operation_id="endGround",
    needs="grounds:write",
    status_code=200,
    refusals=["conflict", "invalid"],
)
async def end(ground: FromPath[str], once: Once, at: At = None) -> Response[views.Ground]:
    """End a ground, now or at another instant: what came under it is no longer counted, and results are withheld."""
    moment = _zoned(at)
    return await once(lambda tx: _end(tx, ground, moment))


def _zoned(at: datetime | None) -> datetime | None:
    if at is not None and (at.tzinfo is None or not FIRST_YEAR <= at.year <= LAST_YEAR):
        raise Invalid(f"name an instant with its zone, in the years {FIRST_YEAR} to {LAST_YEAR}", pointer="/query/at")
    return at


async def _end(tx: TenantTx, ground: str, at: datetime | None) -> views.Ground:
    ended = await grounds.end(tx, ids.read("ground", ground), at)
    await issuing.watch(tx)
    return show(views.Ground, ended)


router = router_of("Grounds", "tenant", [templates, create, listed, read, end])
