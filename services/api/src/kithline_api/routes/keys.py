"""API keys of a tenant, and who is calling."""

from collections.abc import Iterable, Sequence

from litestar import Response, delete, get, post
from litestar.params import FromPath, JSONBody

from kithline_api import principals
from kithline_api.deps import Caller, Db, Paging, TenantId
from kithline_api.lifetimes import until
from kithline_api.paging import Page
from kithline_api.routers import router as router_of
from kithline_api.views import show
from kithline_core import ids
from kithline_core.db import keys
from kithline_core.errors import Forbidden, Invalid
from kithline_core.model.keys import SCOPES, NewKey, Principal


def known(scopes: Sequence[str]) -> Sequence[str]:
    """Return the scopes. Raises Invalid when one of them is none."""
    for place, scope in enumerate(scopes):
        if scope not in SCOPES:
            raise Invalid(f"{scope!r} is not a scope; there are {', '.join(SCOPES)}", pointer=f"/scopes/{place}")
    return scopes


def _held(scopes: Iterable[str], caller: Principal) -> None:
    # Or a key that may only make keys could make one that may do everything.
    if lacking := sorted(set(scopes) - set(caller.scopes)):
        raise Forbidden(f"a key can only pass on scopes it has; it lacks {', '.join(lacking)}")


@get("/api-keys", operation_id="listApiKeys", needs="keys:read")
async def listed(page: Paging, db: Db, tenant_id: TenantId) -> Response[Page[principals.Key]]:
    """Return the tenant's keys, the newest first, without their secrets."""
    async with db.tenant(tenant_id) as tx:
        found = await keys.page(tx, page.after_id, page.size)
    return page.newest(found, lambda one: show(principals.Key, one))


@post("/api-keys", operation_id="createApiKey", needs="keys:write")
async def issue(data: JSONBody[NewKey], caller: Caller, db: Db, tenant_id: TenantId) -> principals.IssuedKey:
    """Issue a key with some of the caller's scopes. The secret is in the answer, this once."""
    known(data.scopes)
    _held(data.scopes, caller)
    async with db.tenant(tenant_id) as tx:
        # A platform's key passes its bond to the grant on, or a key of a key would outlive the grant.
        ends = until(data.expires_at, caller)
        made, plaintext = await keys.issue(tx, data.title, data.scopes, ends, partner_id=caller.partner_id)
        return show(principals.IssuedKey, made, key=plaintext)


@delete("/api-keys/{key:str}", operation_id="revokeApiKey", needs="keys:write")
async def revoke(key: FromPath[str], db: Db, tenant_id: TenantId) -> None:
    """Revoke a key, at once and for good."""
    async with db.tenant(tenant_id) as tx:
        await keys.revoke(tx, ids.read("key", key))


@get("/whoami", operation_id="readCaller")
async def whoami(caller: Caller) -> principals.Caller:
    """Say whose key this is and what it may do."""
    return show(principals.Caller, caller, scopes=list(caller.scopes))


router = router_of("Keys", "tenant", [listed, issue, revoke])
callers = router_of("Operation", "any", [whoami])
