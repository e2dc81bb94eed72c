"""For operators: partner platforms, their keys and what they may do for whom."""

from litestar import Response, delete, get, post
from litestar.params import FromPath, JSONBody

from kithline_api import principals
from kithline_api.deps import Caller, Db, Paging
from kithline_api.lifetimes import until
from kithline_api.paging import Page
from kithline_api.routers import router as router_of
from kithline_api.views import show
from kithline_core import ids
from kithline_core.db import grants, partner_keys, partners
from kithline_core.model.shapes import Asked
from kithline_core.model.tenants import NewGrant, NewPartner
from kithline_core.model.types import Text, Time


class NewPartnerKey(Asked, frozen=True):
    """A key for a platform, until when (default: a year; two at most)."""

    title: Text
    expires_at: Time | None = None


@post("/partners", operation_id="createPartner")
async def create(data: JSONBody[NewPartner], db: Db) -> principals.Partner:
    """Admit a platform."""
    async with db.platform() as tx:
        return show(principals.Partner, await partners.create(tx, data))


@get("/partners", operation_id="listPartners")
async def listed(page: Paging, db: Db) -> Response[Page[principals.Partner]]:
    """Return platforms, the newest first."""
    async with db.platform() as tx:
        found = await partners.page(tx, page.after_id, page.size)
    return page.newest(found, lambda one: show(principals.Partner, one))


@get("/partners/{partner:str}", operation_id="readPartner")
async def read(partner: FromPath[str], db: Db) -> principals.Partner:
    """Return one platform."""
    async with db.platform() as tx:
        return show(principals.Partner, await partners.get(tx, ids.read("partner", partner)))


@post("/partners/{partner:str}/keys", operation_id="createPartnerKey")
async def issue(partner: FromPath[str], data: JSONBody[NewPartnerKey], caller: Caller, db: Db) -> principals.IssuedKey:
    """Issue a key to a platform. The secret is in the answer, this once."""
    async with db.platform() as tx:
        owner = await partners.get(tx, ids.read("partner", partner))
        made, plaintext = await partner_keys.issue(tx, owner.id, data.title, until(data.expires_at, caller))
        return show(principals.IssuedKey, made, key=plaintext)


@get("/partners/{partner:str}/keys", operation_id="listPartnerKeys")
async def keys(partner: FromPath[str], page: Paging, db: Db) -> Response[Page[principals.Key]]:
    """Return a platform's keys, the newest first."""
    async with db.platform() as tx:
        owner = await partners.get(tx, ids.read("partner", partner))
        found = await partner_keys.page(tx, owner.id, page.after_id, page.size)
    return page.newest(found, lambda one: show(principals.Key, one))


@delete("/partners/{partner:str}/keys/{key:str}", operation_id="revokePartnerKey")
async def revoke(partner: FromPath[str], key: FromPath[str], db: Db) -> None:
    """Revoke a platform's key, at once and for good."""
    async with db.platform() as tx:
        await partner_keys.revoke(tx, ids.read("partner", partner), ids.read("key", key))


@post("/partners/{partner:str}/grants", operation_id="createGrant")
async def grant(partner: FromPath[str], data: JSONBody[NewGrant], db: Db) -> principals.Grant:
    """Let a platform act: for one tenant, by the platform's own id for it, or (left out) for any."""
    async with db.platform() as tx:
        owner = await partners.get(tx, ids.read("partner", partner))
        return show(principals.Grant, await grants.create(tx, owner.id, data))


@delete("/partners/{partner:str}/grants/{grant_id:str}", operation_id="revokeGrant")
async def end(partner: FromPath[str], grant_id: FromPath[str], db: Db) -> None:
    """End a grant at once. Tenants that exist stay; the platform cannot touch them any more."""
    async with db.platform() as tx:
        await grants.revoke(tx, ids.read("partner", partner), ids.read("grant", grant_id))


router = router_of("Partners", "operator", [create, listed, read, issue, keys, revoke, grant, end])
