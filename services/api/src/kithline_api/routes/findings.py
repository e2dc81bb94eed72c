"""Findings that a tenant computed at its own site, and the keys it signs them with: the local mode."""

import base64

import msgspec
from litestar import Response, delete, get, post
from litestar.params import FromPath, JSONBody

from kithline_api import views
from kithline_api.deps import Db, Once, Paging, TenantId
from kithline_api.paging import Page
from kithline_api.routers import router as router_of
from kithline_api.views import show
from kithline_core import ids, receiving
from kithline_core.db import TenantTx, results, signing_keys
from kithline_core.model.findings import NewSigningKey, SignedFinding, SigningKey
from kithline_core.model.results import Result


@post(
    "/findings",
    operation_id="sendFinding",
    needs="findings:write",
    status_code=200,
    refusals=[
        "no_ground",
        "mode_not_allowed",
        "not_found",
        "conflict",
        "signature_invalid",
        "other_tenant",
        "finding_refused",
        "unknown_scorer",
        "scorer_disabled",
        "unknown_version",
        "plugin_sunset",
        "use_refused",
    ],
)
async def receive(data: JSONBody[SignedFinding], once: Once) -> Response[views.ResultSummary]:
    """Store a finding that was computed and signed at your site. Sent again, it is the same result."""
    return await once(lambda tx: _receive(tx, data), again=_again)


async def _receive(tx: TenantTx, data: SignedFinding) -> views.ResultSummary:
    return _summary(await receiving.receive(tx, data))


async def _again(tx: TenantTx, first: bytes) -> views.ResultSummary:
    # The kept answer has the figures, which may not be shown any more once the ground ended.
    kept = msgspec.json.decode(first, type=views.ResultSummary)
    return _summary(await results.get(tx, ids.read("result", kept.id)))


def _summary(found: Result) -> views.ResultSummary:
    return show(views.ResultSummary, found, grounds=[ids.show("ground", one) for one in found.grounds])


@post("/signing-keys", operation_id="createSigningKey", needs="findings:write", refusals=["signature_invalid"])
async def create(data: JSONBody[NewSigningKey], once: Once) -> Response[views.SigningKey]:
    """Put a public key of your site on record; whoever has its private half, as you prove, speaks for your site."""
    return await once(lambda tx: _create(tx, data))


async def _create(tx: TenantTx, data: NewSigningKey) -> views.SigningKey:
    return _shown(await receiving.register(tx, data))


@get("/signing-keys", operation_id="listSigningKeys", needs="findings:read")
async def listed(page: Paging, db: Db, tenant_id: TenantId) -> Response[Page[views.SigningKey]]:
    """Return the public keys, the newest first; revoked ones vouch for nothing new."""
    async with db.tenant(tenant_id) as tx:
        found = await signing_keys.page(tx, page.after_id, page.size)
    return page.newest(found, _shown)


@delete("/signing-keys/{signing_key:str}", operation_id="revokeSigningKey", needs="findings:write")
async def revoke(signing_key: FromPath[str], db: Db, tenant_id: TenantId) -> None:
    """Revoke a public key, at once and for good. What it vouched for stays."""
    async with db.tenant(tenant_id) as tx:
        await signing_keys.revoke(tx, ids.read("signing_key", signing_key))


def _shown(one: SigningKey) -> views.SigningKey:
    return show(views.SigningKey, one, public_key=base64.b64encode(one.public_key).decode())


router = router_of("Findings", "tenant", [receive, create, listed, revoke])
