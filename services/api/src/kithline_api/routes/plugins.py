"""Plugins as a tenant uses them: enabled or not, in which version, with which parameters, and what another would change."""

from datetime import datetime
from typing import Annotated

from litestar import Response, get, patch, post, put
from litestar.params import JSONBody
from msgspec import Meta, Struct

from kithline_api.deps import Answers, Db, Once, PartnerId, TenantId
from kithline_api.paths import PluginName, ScorerKey
from kithline_api.routers import router as router_of
from kithline_api.routes.tenants import ExternalId
from kithline_core import plugins
from kithline_core.choices import cautions, changing, choosing, shadowed, shadowing
from kithline_core.choices.cautions import Caution
from kithline_core.choices.changing import NewParameters, Settled
from kithline_core.choices.choosing import Chosen, Offer
from kithline_core.choices.shadowed import Compared
from kithline_core.db import TenantTx, shadows, tenants
from kithline_core.model.plugin_choices import Decision, NewChoice, NewDecision, NewShadow, Shadow
from kithline_core.plugins import Plugin, standing


class PluginVersion(Struct, frozen=True, kw_only=True):
    """One version that is installed. `digest`: the sha256 of its wheel; "" where the operator installed it beside Kithline."""

    version: str
    digest: str
    api_version: str
    lifecycle: plugins.Lifecycle
    label: Annotated[str, Meta(description='"experimental" where a check on tenants that agreed fails, else ""')]
    scorers: list[str]


class PluginInUse(Struct, frozen=True, kw_only=True):
    """A plugin as the tenant has it. `in_force` null: no version that counts is here."""

    plugin: str
    enabled: bool
    chosen: Annotated[bool | None, Meta(description="Null: nothing was chosen, it is enabled, or not, as it comes")]
    pinned: Annotated[str | None, Meta(description="Null: the newest active version counts")]
    in_force: str | None
    versions: list[PluginVersion]
    shadow: Annotated[str | None, Meta(description="The version that runs in the shadow")]
    cautions: list[Caution]
    reason: str | None
    changed_at: datetime | None


class PluginsInUse(Struct, frozen=True):
    """Every installed plugin, by name."""

    data: list[PluginInUse]


class PluginOfTenant(Struct, frozen=True, kw_only=True):
    """What of a plugin its tenant's platform sees: which version counts, and no reason."""

    plugin: str
    enabled: bool
    pinned: str | None
    in_force: str | None
    shadow: str | None


class PluginsOfTenant(Struct, frozen=True):
    """Every installed plugin as one tenant has it."""

    data: list[PluginOfTenant]


class ShadowReport(Struct, frozen=True, kw_only=True):
    """A version in the shadow, and what it would have changed so far."""

    plugin: str
    in_force: str
    candidate: str
    decision: Decision | None
    reason: str | None
    started_at: datetime
    ended_at: datetime | None
    scorers: list[Compared]


@get("/plugins", operation_id="listPlugins", needs="plugins:read")
async def listed(db: Db, tenant_id: TenantId) -> PluginsInUse:
    """Return the installed plugins: enabled or not, pinned or not, with their versions and what there is to know of them."""
    async with db.tenant(tenant_id) as tx:
        chosen, running = await choosing.of(tx), await shadows.open_(tx)
    return PluginsInUse([_shown(chosen, offer, running.get(offer.plugin)) for offer in chosen.offers])


@get("/plugins/{plugin:str}", operation_id="readPlugin", needs="plugins:read")
async def read(plugin: PluginName, db: Db, tenant_id: TenantId) -> PluginInUse:
    """Return one plugin."""
    async with db.tenant(tenant_id) as tx:
        return await _one(tx, plugin)


@patch(
    "/plugins/{plugin:str}",
    operation_id="putPluginChoice",
    needs="plugins:write",
    refusals=["conflict", "unknown_version", "plugin_sunset", "parameter_refused"],
)
async def choose(plugin: PluginName, data: JSONBody[NewChoice], once: Once) -> Response[PluginInUse]:
    """Enable or disable a plugin, pin it to a version or unpin it, for all runs that are asked for from now on.

    A pinned version stays in force whatever is installed beside it. The tenant's own parameters have to fit it.
    """
    return await once(lambda tx: _choose(tx, plugin, data))


async def _choose(tx: TenantTx, plugin: str, new: NewChoice) -> PluginInUse:
    await changing.change(tx, plugin, new)
    return await _one(tx, plugin)


@put(
    "/scorers/{scorer:str}/parameters",
    operation_id="putScorerParameters",
    needs="plugins:write",
    statuses=[200, 202],
    answer_headers=["Location", "Retry-After"],
    refusals=["conflict", "unknown_scorer", "scorer_disabled", "unknown_version", "plugin_sunset", "parameter_refused"],
)
async def set_parameters(
    scorer: ScorerKey, data: JSONBody[NewParameters], db: Db, tenant_id: TenantId, answered: Answers
) -> Response[Settled]:
    """Set a scorer's parameters for all runs that name none themselves; what is left out is as the manifest says.

    A worker asks the plugin, which may refuse a value of the right type too; only then they hold. 202: it is still being
    asked, and Location tells when it was.
    """
    async with db.tenant(tenant_id) as tx:
        asked = await changing.ask(tx, scorer, data)
    if isinstance(asked, Settled):
        return Response(asked)
    return await answered(asked)


@post(
    "/plugins/{plugin:str}/shadow",
    operation_id="createShadow",
    needs="plugins:write",
    refusals=["conflict", "scorer_disabled", "unknown_version", "plugin_sunset"],
)
async def start(plugin: PluginName, data: JSONBody[NewShadow], once: Once) -> Response[ShadowReport]:
    """Let another version run in the shadow: on the latest kept snapshots, and beside every run from now on.

    What it says is compared and counted, never published. Meanwhile the version in force is pinned.
    """
    return await once(lambda tx: _start(tx, plugin, data))


async def _start(tx: TenantTx, plugin: str, new: NewShadow) -> ShadowReport:
    return await _report(tx, await shadowing.start(tx, plugin, new))


@get("/plugins/{plugin:str}/shadow", operation_id="readShadow", needs="plugins:read")
async def shadow(plugin: PluginName, db: Db, tenant_id: TenantId) -> ShadowReport:
    """Return what the version in the shadow would have changed so far; of one that was decided about, what it came to."""
    async with db.tenant(tenant_id) as tx:
        return await _report(tx, await shadowing.latest(tx, plugin))


@post(
    "/plugins/{plugin:str}/shadow/decision",
    operation_id="createShadowDecision",
    needs="plugins:write",
    refusals=["unknown_version", "plugin_sunset", "parameter_refused"],
)
async def decide(plugin: PluginName, data: JSONBody[NewDecision], once: Once) -> Response[ShadowReport]:
    """End a shadow: `accept` moves to its version, `pin` stays with the one in force, `opt_out` disables the plugin."""
    return await once(lambda tx: _decide(tx, plugin, data))


async def _decide(tx: TenantTx, plugin: str, new: NewDecision) -> ShadowReport:
    return await _report(tx, await shadowing.decide(tx, plugin, new))


@get("/partners/me/tenants/{external_id:str}/plugins", operation_id="listTenantPlugins")
async def of_tenant(external_id: ExternalId, partner_id: PartnerId, db: Db) -> PluginsOfTenant:
    """Return which plugins and versions a tenant uses, of those that a grant in force lets the platform act for."""
    async with db.platform() as tx:
        tenant = await tenants.find(tx, partner_id, external_id)
    async with db.tenant(tenant.id) as tenant_tx:
        chosen, running = await choosing.of(tenant_tx), await shadows.open_(tenant_tx)
    shown = [_shown(chosen, offer, running.get(offer.plugin)) for offer in chosen.offers]
    return PluginsOfTenant([_outside(one) for one in shown])


def _outside(one: PluginInUse) -> PluginOfTenant:
    return PluginOfTenant(
        plugin=one.plugin, enabled=one.enabled, pinned=one.pinned, in_force=one.in_force, shadow=one.shadow
    )


async def _report(tx: TenantTx, found: Shadow) -> ShadowReport:
    own = {name: getattr(found, name) for name in ShadowReport.__struct_fields__ if name != "scorers"}
    return ShadowReport(scorers=await shadowed.report(tx, found), **own)


async def _one(tx: TenantTx, plugin: str) -> PluginInUse:
    chosen = await choosing.of(tx)
    offer = chosen.of(plugin)
    return _shown(chosen, offer, (await shadows.open_(tx)).get(offer.plugin))


def _shown(chosen: Chosen, offer: Offer, running: Shadow | None) -> PluginInUse:
    force = offer.in_force
    return PluginInUse(
        plugin=offer.plugin,
        enabled=offer.enabled,
        chosen=offer.choice.enabled,
        pinned=offer.choice.pinned,
        in_force=None if force is None else force.manifest.version,
        versions=[_version(one) for one in offer.versions],
        shadow=None if running is None else running.candidate,
        cautions=cautions.of(chosen, offer),
        reason=offer.choice.reason,
        changed_at=offer.choice.changed_at,
    )


def _version(one: Plugin) -> PluginVersion:
    told = one.manifest
    keys = [spec.key for spec in told.scorers]
    return PluginVersion(
        version=told.version, digest=one.digest, api_version=told.api_version, lifecycle=told.lifecycle,
        label=standing.label(one.name, told.version), scorers=keys,
    )  # fmt: skip


router = router_of("Plugins", "tenant", [listed, read, choose, set_parameters, start, shadow, decide])
partners = router_of("Tenants", "partner", [of_tenant])
