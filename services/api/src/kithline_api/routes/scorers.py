"""What can be scored here, and what is still missing for it."""

from typing import Any

from litestar import get
from msgspec import Struct

from kithline_api.deps import Db, TenantId
from kithline_api.routers import router as router_of
from kithline_core import coverage, plugins
from kithline_core.coverage import Coverage
from kithline_core.plugins import Plugin, ScorerSpec


class Scorer(Struct, frozen=True):
    """A scorer as its plugin's manifest declares it."""

    key: str
    version: str
    plugin: str
    plugin_version: str
    lifecycle: plugins.Lifecycle
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


def _scorer(plugin: Plugin, spec: ScorerSpec) -> Scorer:
    manifest = plugin.manifest
    own = {name: getattr(spec, name) for name in Scorer.__struct_fields__ if name in spec.__struct_fields__}
    return Scorer(plugin=manifest.plugin, plugin_version=manifest.version, lifecycle=manifest.lifecycle, **own)


@get("/scorers", operation_id="listScorers", needs="runs:read")
async def listed() -> Scorers:
    """Return what is installed: inputs, needs, parameters, measures; how far along its plugin is, and its last day."""
    installed = plugins.installed()
    found = [_scorer(plugin, spec) for plugin, spec in installed.known()]
    return Scorers(found, [Quarantined(one.module, one.reason) for one in installed.quarantined])


@get("/coverage", operation_id="readCoverage", needs="coverage:read")
async def covered(db: Db, tenant_id: TenantId) -> Coverage:
    """Say, without a run, what each scorer could read under the grounds in force, what it needs, and how much more of it."""
    return await coverage.of(db, tenant_id)


router = router_of("Results", "tenant", [listed, covered])
