"""Performs one task of a run: claim, read, score outside this process, store. What a worker does, whatever drives it."""

import asyncio
import os
import socket
import time
from collections.abc import Coroutine, Mapping
from typing import Any
from uuid import UUID

import msgspec

from kithline_core import observe, plugins, publication, reading, waiting
from kithline_core.choices import shadowing
from kithline_core.db import (
    Database,
    TenantTx,
    kept,
    publications,
    rights,
    tasks,
)
from kithline_core.db.kept import Packed
from kithline_core.engine import document
from kithline_core.engine.keys import GENERAL
from kithline_core.engine.score import Judged, Runs, refused, score_one, withheld
from kithline_core.engine.tables import micros
from kithline_core.errors import Conflict, DomainError, Unavailable
from kithline_core.model import pseudonyms
from kithline_core.model.results import NewResult, Result
from kithline_core.model.runs import Claimed
from kithline_core.plugins import Plugin, ScorerSpec
from kithline_core.publication import Look
from kithline_core.reading import Basis
from kithline_core.sandbox import Sandbox
from kithline_core.settings import Settings
from kithline_sdk.snapshot import Window

log = observe.logger(__name__)


class Rested(msgspec.Struct, frozen=True):
    """A judged finding with what it rests on, and what it would publish about people."""

    judged: Judged
    basis: Basis
    look: Look
    kept: Packed | None = None


async def perform(db: Database, sandbox: Sandbox, settings: Settings, tenant_id: UUID, task_id: UUID) -> Result | None:
    """Score one task and store its result. None: there was nothing to claim, the lease was lost, or it was given back.

    Raises Unavailable when the database goes away; the lease then runs out and the reaper queues the task again.
    """
    worker = f"{socket.gethostname()}:{os.getpid()}"
    async with db.tenant(tenant_id) as tx:
        claimed = await waiting.claim(tx, sandbox, task_id, worker, settings)
    if claimed is None:
        return None
    started = time.monotonic()
    try:
        work = score(db, sandbox, tenant_id, claimed, settings)
        found = await while_leased(work, beat(db, settings, tenant_id, claimed))
    except Unavailable:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, it costs an attempt and is kept as the reason
        await give_back(db, settings, tenant_id, claimed, error)
        return None
    if found is None:
        log.info("lease lost", task=str(task_id), attempt=claimed.attempt)
        return None
    return await finish(db, tenant_id, claimed, found, sandbox.tier, time.monotonic() - started)


async def score(db: Database, sandbox: Runs, tenant_id: UUID, claimed: Claimed, settings: Settings) -> Rested:
    """Return the judged finding of a claimed task and what it rests on; no connection is held while the scorer runs.

    Raises UnknownScorer, or Conflict when this worker's plugin is not the version that was pinned.
    """
    plugin, spec = pinned(claimed)
    window = Window(micros(claimed.window_start), micros(claimed.window_end))
    found = await reading.read(db, tenant_id, claimed, spec, window)
    parameters = floored(claimed.parameters, found.floor)
    if found.refusal is not None:
        why = (found.refusal.code, found.refusal.words)
        judged = await refused(plugin, spec, found.tables, window, parameters, why)
        if judged is not None:
            return Rested(judged, found.basis, Look(spec.key))
    floor = floor_of(parameters)
    look = await publication.look(db, tenant_id, spec, found.tables, window, floor, settings, found.scope)
    if look.why is not None:
        return Rested(withheld(plugin, spec, window, parameters, look.why), found.basis, look)
    earlier = await reading.findings(db, tenant_id, claimed)
    documents = [one.document for one in earlier]
    judged = await score_one(plugin, spec, found.tables, window, parameters, sandbox, documents)
    return Rested(judged, found.basis.joined(earlier), look, await packed(db, tenant_id, judged))


async def packed(db: Database, tenant_id: UUID, judged: Judged) -> Packed | None:
    """Return what a finding was computed from as it is kept: with hashes in the place of people."""
    if (rested := judged.rested) is None:
        return None
    async with db.tenant(tenant_id) as tx:
        secret = await rights.secret(tx)
    return await asyncio.to_thread(
        lambda: kept.packed(
            rested.snapshot, b"".join(pseudonyms.digest(secret, one)[: kept.WIDTH] for one in rested.people)
        )
    )


def floored(parameters: Mapping[str, Any], floor: int) -> dict[str, Any]:
    """Return the parameters with the floor in force: the run's own or the grounds', whichever is higher."""
    return {**parameters, "floor": floor} if floor > floor_of(parameters) else dict(parameters)


def floor_of(parameters: Mapping[str, Any]) -> int:
    """Return the floor that the parameters name, else the general one."""
    own: int = parameters.get("floor", GENERAL["floor"])
    return own


def pinned(claimed: Claimed) -> tuple[Plugin, ScorerSpec]:
    """Return the plugin and scorer of a task. Raises UnknownScorer, Conflict."""
    plugin, spec = plugins.installed().find(claimed.scorer, claimed.plugin_version)
    asked, found = (claimed.plugin_version, claimed.version), (plugin.manifest.version, spec.version)
    if asked != found:
        raise Conflict(f"the run is pinned to {' / '.join(asked)} of {claimed.scorer}, here is {' / '.join(found)}")
    return plugin, spec


async def while_leased(work: Coroutine[Any, Any, Rested], beating: Coroutine[Any, Any, None]) -> Rested | None:
    """Return what the work returns, or None when the heartbeat ended first: the lease is somebody else's by then."""
    working, pulse = asyncio.create_task(work), asyncio.create_task(beating)
    try:
        await asyncio.wait({working, pulse}, return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else pulse.result()
    finally:
        for task in (working, pulse):
            task.cancel()
        await asyncio.gather(working, pulse, return_exceptions=True)


async def beat(db: Database, settings: Settings, tenant_id: UUID, claimed: Claimed) -> None:
    """Extend the lease until it is lost, or until no heartbeat got through for the length of a lease."""
    last = time.monotonic()
    while time.monotonic() - last < settings.lease_seconds:
        await asyncio.sleep(settings.heartbeat_seconds)
        try:
            async with db.tenant(tenant_id) as tx:
                if not await tasks.heartbeat(tx, claimed, settings.lease_seconds):
                    return
        except Unavailable:
            continue
        last = time.monotonic()


def new_result(found: Rested, tier: str, seconds: float) -> NewResult:
    """Return what is stored of a judged finding."""
    judged, basis = found.judged, found.basis
    shown = document.decode(judged.document)
    return NewResult(
        scorer=judged.scorer, version=judged.version, status=judged.status, key=judged.key, document=judged.document,
        score=shown.score, level=shown.level, tier=tier, seconds=seconds,
        grounds=basis.grounds, reads=basis.reads, snapshot_at=basis.at, seen=basis.seen, reach_start=basis.reach_start,
        interval=shown.interval if isinstance(shown.interval, tuple) else None,
        level_probability=shown.level_probability, method=judged.method or None, error="".join(shown.reasons[:1]),
    )  # fmt: skip


async def finish(
    db: Database, tenant_id: UUID, claimed: Claimed, found: Rested, tier: str, seconds: float
) -> Result | None:
    """Store the result and end the task in one transaction; None when a twin was faster."""
    async with db.tenant(tenant_id) as tx:
        found = await still_apart(tx, claimed, found)
        result = await tasks.finish(tx, claimed, new_result(found, tier, seconds))
        if result is not None:
            await publication.store(tx, found.look, result.id)
            await keep(tx, claimed, found, result)
    ended = "fenced out" if result is None else result.status
    log.info("task ended", task=str(claimed.id), scorer=claimed.scorer, attempt=claimed.attempt, outcome=ended)
    return result


async def keep(tx: TenantTx, claimed: Claimed, found: Rested, result: Result) -> None:
    """Keep what a result was computed from, unless it is withheld: that rests on nothing anybody may see."""
    rested = found.judged.rested
    if found.kept is None or rested is None:
        return
    plugin = (claimed.plugin, claimed.plugin_version)
    await kept.store(tx, result.id, found.kept, rested.parameters, plugin, found.judged.method["engine"])
    await shadowing.beside(tx, claimed.scorer, claimed.plugin_version)


async def still_apart(tx: TenantTx, claimed: Claimed, found: Rested) -> Rested:
    """Return the finding, or what stands in its place when something too near it was published meanwhile."""
    await publications.alone(tx, claimed.scorer)
    look = await publication.compared(tx, found.look)
    if look.why is None or found.look.why is not None:
        return msgspec.structs.replace(found, look=look)
    window = Window(micros(claimed.window_start), micros(claimed.window_end))
    parameters = floored(claimed.parameters, look.floor)
    return Rested(withheld(*pinned(claimed), window, parameters, look.why), found.basis, look)


async def give_back(db: Database, settings: Settings, tenant_id: UUID, claimed: Claimed, error: Exception) -> None:
    """Queue a task again that failed for a reason of ours; after the last attempt it is dead, with the reason.

    Of a foreign error only its kind is kept: its words may quote a row. The log has the whole.
    """
    reason = error.detail if isinstance(error, DomainError) else type(error).__name__
    log.error("task given back", task=str(claimed.id), attempt=claimed.attempt, reason=reason, exc_info=error)
    async with db.tenant(tenant_id) as tx:
        await tasks.give_back(tx, claimed, reason[:500], settings.max_attempts)
