"""What can be scored here, and what is still missing for it."""

from typing import Annotated, Any

from litestar import get
from msgspec import Meta, Struct

from kithline_api.deps import Db, TenantId
from kithline_api.routers import router as router_of
from kithline_core import coverage, plugins
from kithline_core.choices import changing, choosing
from kithline_core.choices.choosing import Chosen, Offer
from kithline_core.coverage import Coverage
from kithline_core.plugins import Plugin, ScorerSpec, standing


class Scorer(Struct, frozen=True):
    """A scorer as its plugin's manifest declares it, and as the tenant uses it."""

    key: str
    version: str
    plugin: str
    plugin_version: str
    lifecycle: plugins.Lifecycle
    label: Annotated[str, Meta(description='"experimental" where a check on tenants that agreed fails, else ""')]
    enabled: bool
    pinned: str | None
    versions: Annotated[list[str], Meta(description="Versions of its plugin that are here, the newest first")]
    own: Annotated[dict[str, Any], Meta(description="Parameters that the tenant set")]
    in_force: Annotated[
        dict[str, Any] | None, Meta(description="What a run uses that names none; null: the tenant's own do not fit")
    ]
    title: dict[str, str]
    question: dict[str, str]
    unit: str
    levels: list[str]
    window_days: int
    lookback_days: int
    inputs: list[plugins.Input]
    minimum: list[plugins.Minimum]
    parameters: dict[str, Any]
    after: list[str]
    not_for: list[str]
    measures: dict[str, plugins.MeasureSpec]


class Quarantined(Struct, frozen=True):
    """A plugin that was left out, and why."""

    module: str
    reason: str


class Scorers(Struct, frozen=True):
    """Every installed scorer, and the plugins that could not be read."""

    data: list[Scorer]
    quarantined: list[Quarantined]


def _scorer(chosen: Chosen, offer: Offer, plugin: Plugin, spec: ScorerSpec) -> Scorer:
    manifest, own = plugin.manifest, chosen.own.get(spec.key)
    declared = {name: getattr(spec, name) for name in Scorer.__struct_fields__ if name in spec.__struct_fields__}
    return Scorer(
        plugin=manifest.plugin,
        plugin_version=manifest.version,
        lifecycle=manifest.lifecycle,
        label=standing.label(plugin.name, manifest.version),
        enabled=offer.enabled,
        pinned=offer.choice.pinned,
        versions=[one.manifest.version for one in offer.versions],
        own={} if own is None else own.parameters,
        in_force=changing.in_force(chosen, plugin, spec),
        **declared,
    )


@get("/scorers", operation_id="listScorers", needs="runs:read")
async def listed(db: Db, tenant_id: TenantId) -> Scorers:
    """Return what is installed: inputs, needs, parameters, measures; whether the tenant uses it, and its last day."""
    async with db.tenant(tenant_id) as tx:
        chosen = await choosing.of(tx)
    found = [
        _scorer(chosen, offer, plugin, spec)
        for offer in chosen.offers
        for plugin in [offer.in_force or offer.versions[0]]
        for spec in plugin.manifest.scorers
    ]
    left_out = [Quarantined(one.module, one.reason) for one in plugins.installed().quarantined]
    return Scorers(sorted(found, key=lambda one: one.key), left_out)


@get("/coverage", operation_id="readCoverage", needs="coverage:read")
async def covered(db: Db, tenant_id: TenantId) -> Coverage:
    """Say, without a run, what each scorer could read under the grounds in force, what it needs, and how much more of it."""
    return await coverage.of(db, tenant_id)


router = router_of("Results", "tenant", [listed, covered])
