"""Changes what a tenant uses: plugins switched on, off and pinned at once; parameters once their plugin took them."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

import msgspec

from kithline_core.choices import choosing
from kithline_core.choices.choosing import Chosen, Offer
from kithline_core.choices.vetting import ParameterRefused, Parameters, vet
from kithline_core.db import Database, TenantTx, audit, errands, plugin_choices, shadows
from kithline_core.engine import keys
from kithline_core.engine.score import Runs
from kithline_core.errors import Conflict
from kithline_core.model.errands import Errand
from kithline_core.model.plugin_choices import NewChoice, Reason
from kithline_core.model.shapes import Asked
from kithline_core.model.types import Id
from kithline_core.plugins import Plugin, ScorerSpec
from kithline_core.sandbox.outcomes import Failed
from kithline_core.settings import Settings

KIND: Final = "plugins.parameters"
_NAME: Final = re.compile(r"\w+")


class NewParameters(Asked, frozen=True):
    """A scorer's parameters in place of the manifest's values; what is left out is as the manifest says."""

    parameters: Parameters
    reason: Reason


class Set(msgspec.Struct, frozen=True):
    """What was asked of a worker, and when: whoever asked last has the word."""

    scorer: Id
    parameters: dict[str, Any]
    reason: str
    at: datetime


class Settled(msgspec.Struct, frozen=True):
    """Whether parameters hold by now, or a worker is still asking the plugin."""

    state: Literal["holding", "working"]
    holding: "Holding | None" = None


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """A scorer's parameters as they hold for a tenant: its own, and all with their values in force."""

    scorer: str
    plugin: str
    plugin_version: str
    own: Annotated[dict[str, Any], msgspec.Meta(description="What the tenant set")]
    in_force: Annotated[dict[str, Any], msgspec.Meta(description="What a run uses that names none itself")]


async def change(tx: TenantTx, plugin: str, new: NewChoice) -> Offer:
    """Switch a plugin on or off, pin or unpin it.

    Raises NotFound, UnknownVersion, PluginSunset, Conflict while a shadow runs, ParameterRefused where the tenant's own
    parameters do not fit the version.
    """
    await plugin_choices.alone(tx)
    chosen = await choosing.of(tx)
    offer = chosen.of(plugin)
    if offer.plugin in await shadows.open_(tx):
        raise Conflict(f"a version of {offer.plugin} runs in the shadow; decide about it first")
    enabled = offer.choice.enabled if new.enabled is msgspec.UNSET else new.enabled
    pinned = offer.choice.pinned if new.pinned is msgspec.UNSET else new.pinned
    if pinned is not None and new.pinned is not msgspec.UNSET:
        fitting(chosen, offer.version(pinned, "/pinned"), "/pinned")
    return await write(tx, offer, enabled=enabled, pinned=pinned, reason=new.reason)


async def write(tx: TenantTx, offer: Offer, *, enabled: bool | None, pinned: str | None, reason: str) -> Offer:
    """Write down what holds for a plugin from now on, and that it was changed."""
    made = await plugin_choices.change(tx, offer.plugin, enabled, pinned, reason)
    was = {"enabled": offer.choice.enabled, "pinned": offer.choice.pinned}
    await audit.record(tx, "plugin.changed", offer.plugin, {"enabled": enabled, "pinned": pinned, "was": was})
    return Offer(offer.plugin, offer.versions, made)


def fitting(chosen: Chosen, plugin: Plugin, pointer: str) -> None:
    """Raise ParameterRefused where the tenant's own parameters are not those of this version."""
    for spec in plugin.manifest.scorers:
        chosen.parameters(plugin, spec, pointer)


async def ask(tx: TenantTx, scorer: str, new: NewParameters) -> Errand | Settled:
    """Let a worker ask the plugin whether it takes these parameters; they hold as soon as it did.

    That nothing is set any more holds at once. Raises ParameterRefused at once for what the manifest rules out, and all
    that `Chosen.find` raises.
    """
    plugin, spec = (await choosing.of(tx)).find(scorer)
    vet(spec, new.parameters, "/parameters")
    asked = Set(spec.key, new.parameters, new.reason, await plugin_choices.now(tx))
    if new.parameters:
        return await errands.insert(tx, KIND, msgspec.to_builtins(asked))
    return await _settle(tx, plugin, spec, asked)


async def work(db: Database, sandbox: Runs, settings: Settings, tenant_id: UUID, asked: Mapping[str, Any]) -> bytes:  # noqa: ARG001 - the errand's signature
    """Check parameters by the plugin's own type, then let them hold. Raises ParameterRefused, pointing at the field."""
    new = msgspec.convert(asked, Set)
    async with db.tenant(tenant_id) as tx:
        plugin, spec = (await choosing.of(tx)).find(new.scorer)
    await check(plugin, spec, new.parameters, sandbox)
    async with db.tenant(tenant_id) as tx:
        return msgspec.json.encode(await _settle(tx, plugin, spec, new))


async def _settle(tx: TenantTx, plugin: Plugin, spec: ScorerSpec, new: Set) -> Settled:
    """Let parameters hold from now on, unless something was asked for later; return what holds."""
    await plugin_choices.alone(tx)
    was = (await plugin_choices.parameters(tx)).get(spec.key)
    before = {} if was is None else was.parameters
    version = plugin.manifest.version
    if not await plugin_choices.set_parameters(tx, spec.key, new.parameters, version, new.reason, new.at):
        return Settled("holding", holding(plugin, spec, before))
    changed = sorted(name for name in {*before, *new.parameters} if before.get(name) != new.parameters.get(name))
    await audit.record(tx, "parameters.changed", spec.key, {"changed": changed, "plugin": plugin.name})
    return Settled("holding", holding(plugin, spec, new.parameters))


async def check(plugin: Plugin, spec: ScorerSpec, own: dict[str, Any], sandbox: Runs) -> None:
    """Raise ParameterRefused for what the plugin's own type does not take, Conflict where it cannot be asked."""
    outcome = await sandbox.score(plugin, spec, b"", keys.parameters(spec, own), 0)
    if not isinstance(outcome, Failed):
        return
    if outcome.code != "invalid_parameter":
        raise Conflict(f"{plugin.name} could not be asked about its parameters: {outcome.code}, {outcome.reason}")
    name = _NAME.match(outcome.reason)
    raise ParameterRefused(outcome.reason, pointer=f"/parameters/{name[0]}" if name else "/parameters")


def holding(plugin: Plugin, spec: ScorerSpec, own: dict[str, Any]) -> Holding:
    """Return a scorer's parameters as they hold."""
    return Holding(
        scorer=spec.key, plugin=plugin.name, plugin_version=plugin.manifest.version, own=own,
        in_force=keys.parameters(spec, own),
    )  # fmt: skip


def in_force(chosen: Chosen, plugin: Plugin, spec: ScorerSpec) -> dict[str, Any] | None:
    """Return every parameter with its value for a run that names none; None where the tenant's own do not fit."""
    try:
        return keys.parameters(spec, chosen.parameters(plugin, spec))
    except ParameterRefused:
        return None
