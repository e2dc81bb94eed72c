"""For partner platforms: tenants under the platform's own ids, and their first keys."""

from typing import Annotated

from litestar import Response, get, post, put
from litestar.params import JSONBody, PathParameter
from litestar.status_codes import HTTP_200_OK, HTTP_201_CREATED
from msgspec import Meta

from kithline_api import principals
from kithline_api.deps import Caller, Db, Paging, PartnerId
from kithline_api.lifetimes import until
from kithline_api.paging import Page
from kithline_api.routers import router as router_of
from kithline_api.routes.keys import known
from kithline_api.views import show
from kithline_core.db import grants, keys, tenants
from kithline_core.model.keys import SCOPES, Scope
from kithline_core.model.shapes import Asked
from kithline_core.model.tenants import NewTenant
from kithline_core.model.types import NAME, Text, Time

ExternalId = Annotated[
    str,
    PathParameter(min_length=1, max_length=100, pattern=NAME, description="The platform's own id"),
]


class FirstKey(Asked, frozen=True):
    """A tenant's key from its platform: what it may do (default: everything), until when (default: a year, at most two)."""

    title: Text
    scopes: Annotated[list[Scope], Meta(min_length=1, max_length=100)] | None = None
    expires_at: Time | None = None


@put("/partners/me/tenants/{external_id:str}", operation_id="putTenant", statuses=[200, 201], refusals=["no_grant"])
async def provision(
    external_id: ExternalId, data: JSONBody[NewTenant], partner_id: PartnerId, db: Db
) -> Response[principals.Tenant]:
    """Provision a tenant, or give it another title: the same call twice is one tenant. Needs a grant in force."""
    async with db.platform() as tx:
        tenant, created = await tenants.provision(tx, partner_id, external_id, data)
    return Response(show(principals.Tenant, tenant), status_code=HTTP_201_CREATED if created else HTTP_200_OK)


@get("/partners/me/tenants", operation_id="listTenants")
async def listed(page: Paging, partner_id: PartnerId, db: Db) -> Response[Page[principals.Tenant]]:
    """Return the tenants that a grant in force lets the platform act for, the newest first."""
    async with db.platform() as tx:
        found = await tenants.page(tx, partner_id, page.after_id, page.size)
    return page.newest(found, lambda one: show(principals.Tenant, one))


@get("/partners/me/tenants/{external_id:str}", operation_id="readTenant")
async def read(external_id: ExternalId, partner_id: PartnerId, db: Db) -> principals.Tenant:
    """Return one of the tenants that a grant in force lets the platform act for."""
    async with db.platform() as tx:
        return show(principals.Tenant, await tenants.find(tx, partner_id, external_id))


@post("/partners/me/tenants/{external_id:str}/keys", operation_id="createTenantKey", refusals=["no_grant"])
async def issue(
    external_id: ExternalId, data: JSONBody[FirstKey], partner_id: PartnerId, caller: Caller, db: Db
) -> principals.IssuedKey:
    """Issue a tenant's key. Needs a grant in force. The secret is in the answer, this once.

    The key, and every key made with it, holds as long as a grant is in force.
    """
    scopes = SCOPES if data.scopes is None else known(data.scopes)
    async with db.platform() as tx:
        await grants.require(tx, partner_id, external_id)
        tenant = await tenants.find(tx, partner_id, external_id)
    async with db.tenant(tenant.id) as tenant_tx:
        ends = until(data.expires_at, caller)
        made, plaintext = await keys.issue(tenant_tx, data.title, scopes, ends, partner_id=partner_id)
    return show(principals.IssuedKey, made, key=plaintext)


router = router_of("Tenants", "partner", [provision, listed, read, issue])
