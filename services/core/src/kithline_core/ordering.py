"""Makes a run out of what was asked: scorers pinned, parameters vetted, windows fixed, the use judged."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from kithline_core import expiry, ids
from kithline_core.choices import choosing
from kithline_core.choices.choosing import Chosen
from kithline_core.choices.vetting import Parameters, vet
from kithline_core.db import TenantTx, census, datasets, scopes
from kithline_core.engine import plan
from kithline_core.engine.tables import micros, moment
from kithline_core.errors import Conflict, Invalid, UnknownScorer
from kithline_core.model.datasets import Dataset
from kithline_core.model.runs import REFUSED_USES, NewRun, Pinned
from kithline_core.model.scopes import Scope
from kithline_core.model.shapes import Asked
from kithline_core.model.types import Id, Time
from kithline_core.plugins import Plugin, ScorerSpec
from kithline_sdk.snapshot import DAY, Window

USES: Final = (
    "organisation_development",
    "community_development",
    "supplier_development",
    "self_assessment",
    "research",
    "demonstration",
)
Use = Annotated[
    str,
    Meta(
        max_length=100,
        description="What the results are for. Appraisal, pay, dismissal, award and delisting are refused.",
        extra_json_schema={"enum": list(USES)},
    ),
]


class UseRefused(Invalid):
    """The intended use is one that no result may serve."""

    code = "use_refused"


class AskedRun(Asked, frozen=True):
    """What a run is asked for. Left out: every scorer, its own window up to today, the scope of everything."""

    intended_use: Use
    scorers: Annotated[list[Id], Meta(min_length=1, max_length=100)] | None = None
    start: Annotated[Time, Meta(description="The first moment inside")] | None = msgspec.field(
        name="from", default=None
    )
    end: Annotated[Time, Meta(description="The first moment outside")] | None = msgspec.field(name="to", default=None)
    everything: bool = msgspec.field(name="all", default=False)
    scope_id: Annotated[str, Meta(max_length=100, description="An id from /v1/scopes")] | None = None
    scope: Annotated[Id, Meta(description="In place of its id, a scope's name: of the latest version")] | None = None
    scope_version: Annotated[int, Meta(ge=1, le=1_000_000, description="Of `scope`, this version")] | None = None
    parameters: Annotated[dict[Id, Parameters], Meta(max_length=100)] = {}


async def plan_run(tx: TenantTx, asked: AskedRun) -> NewRun:
    """Return the run to insert.

    Raises UseRefused, UnknownScorer, ScorerDisabled, PluginSunset, UnknownVersion, ParameterRefused, Invalid,
    InputsExpired, NotFound for the scope.
    """
    judge_use(asked.intended_use)
    tenant = await choosing.of(tx)
    chosen = _scorers(asked, tenant)
    parameters = _parameters(asked, chosen, tenant)
    scope = await _scope(tx, asked)
    windows = await _windows(tx, asked, [spec for _, spec in chosen])
    await expiry.require_inputs(tx, [spec for _, spec in chosen], windows)
    return NewRun(
        intended_use=asked.intended_use,
        scope_id=None if scope is None else scope.id,
        requested=msgspec.to_builtins(asked),
        tasks=[_pin(plugin, spec, windows, parameters[spec.key]) for plugin, spec in chosen],
    )


async def _scope(tx: TenantTx, asked: AskedRun) -> Scope | None:
    """Return the version that is to be counted. Raises NotFound, Invalid."""
    if asked.scope_id is not None and asked.scope is not None:
        raise Invalid("name the scope by its id or by its name", pointer="/scope")
    if asked.scope_id is not None:
        return await scopes.get(tx, ids.read("scope", asked.scope_id))
    if asked.scope is None and asked.scope_version is not None:
        raise Invalid("a version is one of a scope: name it", pointer="/scope_version")
    return None if asked.scope is None else await scopes.named(tx, asked.scope, asked.scope_version)


def judge_use(use: str) -> None:
    """Raise UseRefused for a use no result may serve, Invalid for one that is not known."""
    if use in REFUSED_USES:
        raise UseRefused(f"results are not made for {use}; no setting lifts this", pointer="/intended_use")
    if use not in USES:
        raise Invalid(f"{use!r} is not an intended use; there are {', '.join(USES)}", pointer="/intended_use")


def _scorers(asked: AskedRun, tenant: Chosen) -> list[tuple[Plugin, ScorerSpec]]:
    found = {key: tenant.find(key) for key in asked.scorers or ()}
    found = found or {spec.key: (plugin, spec) for plugin, spec in tenant.every()}
    if not found:
        raise Conflict("no scorer is installed and enabled")
    ordered = plan.order(spec for _, spec in found.values())
    return [found[spec.key] for spec in ordered]


def _parameters(asked: AskedRun, chosen: list[tuple[Plugin, ScorerSpec]], tenant: Chosen) -> dict[str, dict[str, Any]]:
    """Return what stands in place of the manifest's values: the tenant's own, and before those the run's."""
    specs = {spec.key: spec for _, spec in chosen}
    for key, overrides in asked.parameters.items():
        if key not in specs:
            raise UnknownScorer(f"{key!r} has parameters and is no scorer of this run", pointer=f"/parameters/{key}")
        vet(specs[key], overrides, f"/parameters/{key}")
    return {
        spec.key: {**tenant.parameters(plugin, spec), **asked.parameters.get(spec.key, {})} for plugin, spec in chosen
    }


def _pin(plugin: Plugin, spec: ScorerSpec, windows: dict[str, Window], parameters: dict[str, Any]) -> Pinned:
    window = windows[spec.key]
    return Pinned(
        scorer=spec.key,
        version=spec.version,
        plugin=plugin.manifest.plugin,
        plugin_version=plugin.manifest.version,
        window_start=moment(window.start),
        window_end=moment(window.end),
        parameters=parameters,
        after=[key for key in spec.after if key in windows],
    )


async def _windows(tx: TenantTx, asked: AskedRun, specs: Iterable[ScorerSpec]) -> dict[str, Window]:
    if asked.everything:
        whole = await _everything(tx)
        return {spec.key: whole for spec in specs}
    dataset = await datasets.get(tx)
    start, end = _chosen(asked, dataset)
    if start is not None:
        return {spec.key: Window(start, end) for spec in specs}
    return {spec.key: plan.window(spec, end) for spec in specs}


def _chosen(asked: AskedRun, dataset: Dataset) -> tuple[int | None, int]:
    """Return the explicit start, if there is one, and the end: asked, else the dataset's, else today 00:00 UTC."""
    start, end = asked.start or dataset.start, asked.end or dataset.end
    until = micros(datetime.now(UTC)) // DAY * DAY if end is None else micros(end)
    if start is None:
        return None, until
    if micros(start) >= until:
        raise Invalid("the window ends before it begins", pointer="/to")
    return micros(start), until


async def _everything(tx: TenantTx) -> Window:
    found = await census.span(tx)
    if found is None:
        raise Invalid("`all` means the first event to the last, and there are no events; name from and to",
                      pointer="/all")  # fmt: skip
    return Window(micros(found[0]), micros(found[1]) + 1)
