"""Tells what a score hangs on: runs with one thing left out, and what each gate does alone. Nothing of it is stored."""

import asyncio
import time
from typing import Any, Final
from uuid import UUID

import msgspec

from kithline_core import ids
from kithline_core.db import Database, TenantTx, explanations
from kithline_core.engine import document
from kithline_core.engine.document import Document
from kithline_core.engine.gates import model, search
from kithline_core.engine.gates.model import GateRow, Goal
from kithline_core.engine.keys import GENERAL
from kithline_core.engine.leaving import told, units
from kithline_core.engine.leaving.told import Run
from kithline_core.engine.leaving.units import Kind, Unit
from kithline_core.engine.score import Runs, again
from kithline_core.model.errands import Errand
from kithline_core.model.sensitivity import Alone, LeftOut, Sensitivity
from kithline_core.questions import explaining, pathing, supposing
from kithline_core.questions.supposing import Base
from kithline_core.settings import Settings
from kithline_sdk import floor
from kithline_sdk.contract import unquantified
from kithline_sdk.snapshot import Snapshot

KIND: Final = "results.sensitivity"
# So many of a kind are left out at most, heaviest first, in as many seconds for all kinds together.
MOST: Final[dict[Kind, int]] = {"item": 200, "community": 100, "organisation": 100, "department": 100, "person": 40}
SECONDS: Final = 120.0
# And so many seconds are for gates, each by itself, before.
GATES: Final = 60.0

NO_INTERVAL: Final = unquantified("the scorer states the gain of a driver without one")
TIME_UP: Final = "unknown: the time was up before it could be tried out"
NO_GATES: Final = "the scorer names no gates: whether this reaches a level cannot be said"
NO_LEVELS: Final = "the scorer has no levels"


async def ask(tx: TenantTx, result_id: UUID) -> Errand:
    """Let a worker answer; who asks twice at a time gets the same errand. Raises NotFound, Withheld, InputsGone, Conflict."""
    await supposing.base(tx, result_id)
    return await explanations.ask(tx, KIND, {"result": str(result_id)})


async def work(db: Database, sandbox: Runs, settings: Settings, tenant_id: UUID, asked: dict[str, Any]) -> bytes:  # noqa: ARG001 - every errand is called alike
    """Tell what a result hangs on. Raises NotFound, Withheld, InputsGone, Conflict, Invalid."""
    result_id = UUID(asked["result"])
    async with db.tenant(tenant_id, frozen=True) as tx:
        base = await supposing.base(tx, result_id)
    found = await vary(base, sandbox)
    async with db.tenant(tenant_id) as tx:
        await explaining.shown(tx, result_id)  # its ground may have ended meanwhile
    return msgspec.json.encode(found)


async def vary(base: Base, sandbox: Runs, seconds: float = SECONDS) -> Sensitivity:
    """Return what a result hangs on. Raises Invalid where its gates cannot be read."""
    before, result = document.decode(base.stands.document), base.stands.result
    goal = _goal(before)
    why, each = await _alone(base, before, goal, sandbox, time.monotonic() + GATES)
    until = time.monotonic() + seconds
    snapshot = await asyncio.to_thread(Snapshot.decode, base.stands.data)
    left_out = []
    for place, kind in enumerate(units.KINDS):
        share = (until - time.monotonic()) / (len(units.KINDS) - place)
        left_out.append(await _left_out(base, before, snapshot, kind, sandbox, time.monotonic() + share))
    return Sensitivity(
        hypothetical=True, result=ids.show("result", result.id), scorer=result.scorer, version=result.version,
        status=before.status, score=before.score, level=before.level, next_level=None if goal is None else goal.level,
        alone=each, alone_why=why, left_out=left_out,
    )  # fmt: skip


async def _left_out(
    base: Base, before: Document, snapshot: Snapshot, kind: Kind, sandbox: Runs, until: float
) -> LeftOut:
    k = floor.in_force(int(base.stands.inputs.parameters.get("floor", GENERAL["floor"])))
    found = await asyncio.to_thread(units.units, snapshot, kind, k)
    runs = list[Run]()
    for one in found.units[: MOST[kind]] if before.score is not None else []:
        if time.monotonic() >= until:
            break
        runs.append(await _without(base, snapshot, one, sandbox))
    return told.told(kind, before, found, runs, base.spec.levels)


async def _without(base: Base, snapshot: Snapshot, unit: Unit, sandbox: Runs) -> Run:
    data = await asyncio.to_thread(lambda: units.without(snapshot, unit).encode())
    judged = await again(base.plugin, base.spec, data, base.stands.inputs.parameters, sandbox)
    found = document.decode(judged.document)
    return Run(unit, found.score, found.level)


def _goal(before: Document) -> Goal | None:
    return model.goal(model.rows(before.tables)[0])


async def _alone(
    base: Base, before: Document, goal: Goal | None, sandbox: Runs, until: float
) -> tuple[str | None, list[Alone]]:
    """Return what each gate does alone or, where the scorer names none, each driver; or why nothing can be said."""
    if goal is not None:
        unmet = [*goal.unmet, *goal.then]
        return None, [await _gate(row, unmet, base, before, sandbox, until) for row in unmet]
    if "gates" in before.tables:
        return pathing.AT_THE_TOP, []
    if before.score is None:
        return f"unknown: the result has no score; its status is {before.status}", []
    each = [_driver(one, before, base) for one in before.drivers]
    return None if each else "unknown: the scorer names neither gates nor drivers", each


async def _gate(row: GateRow, unmet: list[GateRow], base: Base, before: Document, sandbox: Runs, until: float) -> Alone:
    """Return what meeting one gate does, by the cheapest steps towards it alone, tried out."""
    blank = Alone(
        name=row.gate, kind=row.kind, what=row.what, have=row.have, need=row.need, gain=None,
        interval=unquantified("it could not be tried out"), level=None, reaches=None, steps=[], why=None,
    )  # fmt: skip
    if row.have is None:
        return msgspec.structs.replace(blank, why="nobody knows it: answer it first")
    if time.monotonic() >= until:
        return msgspec.structs.replace(blank, why=TIME_UP)
    offered = [step for step in model.steps(model.rows(before.tables)[1]) if step.cost is not None]
    found = await asyncio.to_thread(search.cheapest, search.order(model.system([row], offered)))
    if not found.sets:
        why = f"nothing in the model brings {row.what} to {row.need:g}"
        return msgspec.structs.replace(blank, reaches=False, why=why)
    path = await pathing.tried(found.sets[0], base, sandbox)
    others = [one.what for one in unmet if one.gate != row.gate]
    reaches = path.level >= row.level if path.level is not None else not others
    stay = f"alone it does not: unmet stay {', '.join(others)}" if others else "tried out, it does not reach the level"
    return msgspec.structs.replace(
        blank, gain=path.gain, interval=path.interval, level=path.level, reaches=reaches,
        steps=[step.what for step in path.steps], why=None if reaches else stay,
    )  # fmt: skip


def _driver(one: document.ShownDriver, before: Document, base: Base) -> Alone:
    """Return what a driver does at its next cut-off, as the scorer says it."""
    known = one.gain is not None and before.score is not None
    why = NO_GATES if base.spec.levels else NO_LEVELS
    return Alone(
        name=one.name, kind="driver", what=f"{one.name} at its next cut-off", have=one.raw, need=None,
        gain=round(one.gain or 0.0, 1) if known else None,
        interval=NO_INTERVAL, level=None, reaches=None, steps=[],
        why=why if known else f"the scorer does not say what its next cut-off would add; {why}",
    )  # fmt: skip
