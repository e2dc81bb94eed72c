"""Does errands: claim, work beside a heartbeat, answer. What a kind does stands in its own module, named in KINDS."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any, Final, TypeAlias
from uuid import UUID

from kithline_core import observe
from kithline_core.choices import changing, shadowing
from kithline_core.db import Database, errands, explanations
from kithline_core.errors import DomainError, NotFound, Unavailable
from kithline_core.model.errands import Held
from kithline_core.questions import bridging, bundling, explaining, pathing, recounting, replaying, supposing, varying
from kithline_core.sandbox import Sandbox
from kithline_core.settings import Settings

# What was asked → the answer as JSON bytes. Raises DomainError, which becomes the problem that the asker sees.
Work: TypeAlias = Callable[[Database, Sandbox, Settings, UUID, dict[str, Any]], Awaitable[bytes]]

KINDS: Final[Mapping[str, Work]] = {
    bridging.KIND: bridging.work,
    bundling.KIND: bundling.work,
    changing.KIND: changing.work,
    explanations.KIND: explaining.work,
    pathing.KIND: pathing.work,
    recounting.KIND: recounting.work,
    replaying.KIND: replaying.work,
    replaying.ROUND: replaying.work_round,
    shadowing.KIND: shadowing.work,
    supposing.KIND: supposing.work,
    varying.KIND: varying.work,
}

# What a key needs to read an answer: the scope with which the question is asked. Nobody asks, nor reads, what is not here.
NEEDS: Final[Mapping[str, str]] = {
    bridging.KIND: "results:read",
    bundling.KIND: "privacy:write",
    changing.KIND: "plugins:write",
    explanations.KIND: "results:read",
    pathing.KIND: "results:read",
    recounting.KIND: "evidence:read",
    replaying.KIND: "results:write",
    supposing.KIND: "results:read",
    varying.KIND: "results:read",
}

GAVE_UP: Final = {
    "code": "unavailable",
    "detail": "it failed for a reason of ours, which is in the log; ask again",
    "pointer": None,
}

log = observe.logger(__name__)


def needs(kind: str) -> str:
    """Return the scope that reading an errand takes. Raises NotFound for one that nobody asked over the API."""
    if kind not in NEEDS:
        raise NotFound("there is no such object")
    return NEEDS[kind]


async def perform(
    db: Database,
    sandbox: Sandbox,
    settings: Settings,
    tenant_id: UUID,
    errand_id: UUID,
    kinds: Mapping[str, Work] = KINDS,
) -> None:
    """Do an errand and keep its answer. Raises Unavailable when the database goes away; its lease then runs out."""
    async with db.tenant(tenant_id) as tx:
        held = await errands.claim(tx, errand_id, settings.lease_seconds)
    if held is None:
        return
    beating = asyncio.create_task(_beat(db, settings, tenant_id, held))
    try:
        answer = await kinds[held.kind](db, sandbox, settings, tenant_id, held.asked)
    except Unavailable:
        raise
    except DomainError as refusal:
        await _end(db, tenant_id, held, None, told(refusal))
    except Exception as error:  # noqa: BLE001 - whatever it is, it costs an attempt
        await _failed(db, settings, tenant_id, held, error)
    else:
        await _end(db, tenant_id, held, answer, None)
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)


def told(refusal: DomainError) -> dict[str, Any]:
    """Return a refusal as it is kept: code, words and pointer."""
    return {"code": refusal.code, "detail": refusal.detail, "pointer": refusal.pointer}


async def _beat(db: Database, settings: Settings, tenant_id: UUID, held: Held) -> None:
    while True:
        await asyncio.sleep(settings.heartbeat_seconds)
        with suppress(Unavailable):
            async with db.tenant(tenant_id) as tx:
                await errands.heartbeat(tx, held, settings.lease_seconds)


async def _end(db: Database, tenant_id: UUID, held: Held, answer: bytes | None, problem: dict[str, Any] | None) -> None:
    async with db.tenant(tenant_id) as tx:
        kept = await errands.finish(tx, held, answer, problem)
    outcome = "fenced out" if not kept else "answered" if problem is None else problem["code"]
    log.info("errand ended", errand=str(held.id), kind=held.kind, attempt=held.attempt, outcome=outcome)


async def _failed(db: Database, settings: Settings, tenant_id: UUID, held: Held, error: Exception) -> None:
    log.error("errand failed", errand=str(held.id), kind=held.kind, attempt=held.attempt, exc_info=error)
    async with db.tenant(tenant_id) as tx:
        if held.attempt < settings.max_attempts:
            await errands.release(tx, held)
        else:
            await errands.finish(tx, held, None, GAVE_UP)
