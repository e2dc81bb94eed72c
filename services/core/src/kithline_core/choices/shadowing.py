"""Lets another version of a plugin run in the shadow of the one in force: the same snapshots, both methods, differences only.

Nothing that the candidate says is a result: it is compared, counted, and forgotten.
"""

import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final
from uuid import UUID

import msgspec
from packaging.utils import canonicalize_name

from kithline_core import plugins
from kithline_core.choices import changing, choosing
from kithline_core.db import Database, TenantTx, audit, errands, kept, plugin_choices, shadows
from kithline_core.engine import document, keys
from kithline_core.engine.judge import SCORED
from kithline_core.engine.numbers import digits
from kithline_core.engine.score import Runs, again
from kithline_core.errors import Conflict, Invalid, NotFound
from kithline_core.model.plugin_choices import Awaiting, Difference, NewDecision, NewShadow, Shadow
from kithline_core.plugins import Plugin, ScorerSpec
from kithline_core.sandbox.outcomes import Failed, Outcome, Scored
from kithline_core.settings import Settings

KIND: Final = "plugins.shadow"
# Of each scorer so many results from before the shadow began.
BEFORE: Final = 20
BATCH: Final = 10
# After so long somebody else gets the worker.
SLICE_SECONDS: Final = 20.0
NANO: Final = 1_000_000_000


class Pair(msgspec.Struct, frozen=True):
    """A scorer in both versions. `reason`: why the snapshots of the one do not do for the other."""

    in_force: tuple[Plugin, ScorerSpec]
    candidate: tuple[Plugin, ScorerSpec] | None
    reason: str | None


class Said(msgspec.Struct, frozen=True):
    """What one version makes of a snapshot; `bare` is its document without key and version."""

    status: str
    level: int | None
    score: float | None
    bare: bytes


# What a parameter that the candidate does not have comes to.
REFUSED: Final = Said("error", None, None, b"")


class Hearing:
    """A sandbox that remembers a score before it is rounded to points."""

    def __init__(self, sandbox: Runs) -> None:
        self.sandbox = sandbox
        self.heard: float | None = None

    async def score(
        self, plugin: Plugin, spec: ScorerSpec, snapshot: bytes, params: dict[str, Any], seed: int
    ) -> Outcome:
        """Run one scorer on one snapshot. Raises Conflict where this worker may not."""
        outcome = await self.sandbox.score(plugin, spec, snapshot, params, seed)
        if isinstance(outcome, Failed) and outcome.code == "below_tier":
            raise Conflict(f"{plugin.name} {plugin.manifest.version}: {outcome.reason}")
        if isinstance(outcome, Scored) and outcome.finding.score is not None:
            self.heard = digits(outcome.finding.score)
        return outcome


async def start(tx: TenantTx, plugin: str, new: NewShadow) -> Shadow:
    """Let a version run beside the one in force, which is pinned for as long as that lasts.

    Raises NotFound, UnknownVersion, PluginSunset, ScorerDisabled, Conflict.
    """
    await plugin_choices.alone(tx)
    offer = (await choosing.of(tx)).of(plugin)
    candidate, in_force = offer.version(new.version, "/version"), offer.usable()
    if candidate == in_force:
        raise Conflict(
            f"{offer.plugin} {new.version} is in force already: pin the version to compare it with, then start again"
        )
    if offer.plugin in await shadows.open_(tx):
        raise Conflict(f"a version of {offer.plugin} runs in the shadow already; decide about it first")
    await changing.write(
        tx, offer, enabled=offer.choice.enabled, pinned=in_force.manifest.version, reason=f"compared with {new.version}"
    )
    made = await shadows.insert(tx, offer.plugin, in_force.manifest.version, candidate.manifest.version)
    await audit.record(tx, "shadow.started", offer.plugin, {"in_force": made.in_force, "candidate": made.candidate})
    await errands.insert(tx, KIND, {"shadow": str(made.id)})
    return made


async def decide(tx: TenantTx, plugin: str, new: NewDecision) -> Shadow:
    """End a shadow: move to the candidate, stay with the version in force, or do without the plugin.

    Raises NotFound where none runs, UnknownVersion, PluginSunset and ParameterRefused where the candidate
    cannot be used.
    """
    await plugin_choices.alone(tx)
    shadow = (await shadows.open_(tx)).get(canonicalize_name(plugin))
    if shadow is None:
        raise NotFound(f"no version of {plugin[:100]!r} runs in the shadow")
    chosen = await choosing.of(tx)
    offer = chosen.of(plugin)
    version = shadow.candidate if new.decision == "accept" else shadow.in_force
    if new.decision != "opt_out":
        changing.fitting(chosen, offer.version(version, "/decision"), "/decision")
    enabled = False if new.decision == "opt_out" else offer.choice.enabled
    await changing.write(tx, offer, enabled=enabled, pinned=version, reason=new.reason)
    await audit.record(tx, "shadow.decided", offer.plugin, {"decision": new.decision, "candidate": shadow.candidate})
    return await shadows.end(tx, shadow.id, new.decision, new.reason)


async def latest(tx: TenantTx, plugin: str) -> Shadow:
    """Return the shadow that runs, else the one that ran last. Raises NotFound."""
    found = await shadows.latest(tx, canonicalize_name(plugin))
    if found is None:
        raise NotFound(f"no version of {plugin[:100]!r} has run in the shadow")
    return found


async def beside(tx: TenantTx, scorer: str, version: str) -> None:
    """Let the candidate see the snapshot of a result that was stored just now, if one runs beside this version."""
    running = await shadows.open_(tx)
    for shadow in running.values():
        if shadow.in_force == version and scorer in {key for key, pair in pairs(shadow).items() if pair.reason is None}:
            # Where too much is waiting already, the next one sees this one too.
            with suppress(Conflict):
                await errands.insert(tx, KIND, {"shadow": str(shadow.id)})


async def work(db: Database, sandbox: Runs, settings: Settings, tenant_id: UUID, asked: Mapping[str, Any]) -> bytes:  # noqa: ARG001 - the errand's signature
    """Show the candidate what it has not seen yet; what is left after a while is another errand."""
    until, done = time.monotonic() + SLICE_SECONDS, 0
    while found := await _next(db, tenant_id, UUID(asked["shadow"])):
        for shadow, pair, one in found:
            await _compared(db, sandbox, tenant_id, shadow, pair, one)
        done += len(found)
        if time.monotonic() > until:
            async with db.tenant(tenant_id) as tx:
                await errands.insert(tx, KIND, dict(asked))
            break
    return msgspec.json.encode({"compared": done})


async def _next(db: Database, tenant_id: UUID, shadow_id: UUID) -> list[tuple[Shadow, Pair, Awaiting]]:
    async with db.tenant(tenant_id) as tx:
        shadow = await shadows.get(tx, shadow_id)
        if shadow.ended_at is not None:
            return []
        known = pairs(shadow)
        return [(shadow, known[one.scorer], one) for one in await awaiting(tx, shadow, known, BATCH)]


async def awaiting(tx: TenantTx, shadow: Shadow, known: Mapping[str, Pair], size: int) -> list[Awaiting]:
    """Return what the candidate can see and has not seen yet, the newest first."""
    ready = [key for key, pair in known.items() if pair.reason is None]
    return await shadows.awaiting(tx, shadow, ready, BEFORE, size)


def pairs(shadow: Shadow) -> dict[str, Pair]:
    """Return the scorers of the version in force, each with what the candidate has in its place."""
    versions = {one.manifest.version: one for one in plugins.installed().plugins if one.name == shadow.plugin}
    in_force, candidate = versions.get(shadow.in_force), versions.get(shadow.candidate)
    if in_force is None:
        return {}
    return {spec.key: _pair(in_force, spec, candidate, shadow.candidate) for spec in in_force.manifest.scorers}


def _pair(in_force: Plugin, spec: ScorerSpec, candidate: Plugin | None, version: str) -> Pair:
    if candidate is None:
        return Pair((in_force, spec), None, f"version {version} is not installed here any more")
    other = next((one for one in candidate.manifest.scorers if one.key == spec.key), None)
    if other is None:
        return Pair((in_force, spec), None, f"version {version} offers no such scorer")
    return Pair((in_force, spec), (candidate, other), _lacking(spec, other))


def _lacking(spec: ScorerSpec, other: ScorerSpec) -> str | None:
    """Return what the other version reads that snapshots of this one do not hold."""
    held = {one.table: one for one in spec.inputs}
    for one in other.inputs:
        if one.table not in held or set(one.columns) - set(held[one.table].columns):
            return f"it reads more of {one.table} than the snapshots kept so far hold"
        if one.where != held[one.table].where:
            return f"it reads other rows of {one.table} than the snapshots kept so far hold"
    if other.lookback_days != spec.lookback_days:
        return f"it looks back {other.lookback_days} days, the snapshots kept so far {spec.lookback_days}"
    return None


async def _compared(db: Database, sandbox: Runs, tenant_id: UUID, shadow: Shadow, pair: Pair, one: Awaiting) -> None:
    """Let both versions score a kept snapshot, and write down what differs."""
    async with db.tenant(tenant_id) as tx:
        inputs = await kept.of(tx, one.result_id)
    if inputs is None or inputs.data is None or pair.candidate is None:
        return
    plugin, spec = pair.candidate
    before = await _said(*pair.in_force, inputs.data, inputs.parameters, sandbox)
    try:
        params = keys.parameters(spec, {**one.overrides, "floor": inputs.parameters["floor"]})
        after = await _said(plugin, spec, inputs.data, params, sandbox)
    except Invalid:
        after = REFUSED
    async with db.tenant(tenant_id) as tx:
        await shadows.tell(tx, shadow.id, one.result_id, difference(one.scorer, before, after))


async def _said(plugin: Plugin, spec: ScorerSpec, data: bytes, params: dict[str, Any], sandbox: Runs) -> Said:
    hearing = Hearing(sandbox)
    judged = await again(plugin, spec, data, params, hearing)
    told = document.decode(judged.document)
    bare = document.encode(msgspec.structs.replace(told, key="", version=""))
    return Said(told.status, told.level, hearing.heard if told.status in SCORED else None, bare)


def difference(scorer: str, before: Said, after: Said) -> Difference:
    """Return what differs between what two versions make of one snapshot."""
    moved = None
    if before.score is not None and after.score is not None:
        moved = round(after.score * NANO) - round(before.score * NANO)
    return Difference(
        scorer=scorer, status=before.status, candidate_status=after.status, level=before.level,
        candidate_level=after.level, difference=moved, identical=before.bare == after.bare,
    )  # fmt: skip
