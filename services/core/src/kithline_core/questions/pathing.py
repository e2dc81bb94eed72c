"""Tells the shortest path to a result's next level: its scorer's gates and steps, solved exactly, tried out as what-ifs."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec

from kithline_core import ids, plugins
from kithline_core.db import Database, TenantTx, explanations, results
from kithline_core.engine import document
from kithline_core.engine.document import Document
from kithline_core.engine.gates import model, proof, search
from kithline_core.engine.gates.model import COST, GateRow, Goal, Step, System
from kithline_core.engine.gates.search import Found
from kithline_core.engine.score import Runs
from kithline_core.errors import Conflict, DomainError
from kithline_core.model.errands import Errand
from kithline_core.model.overlays import Overlay, SupposedAnswer
from kithline_core.model.paths import Path, PathGate, PathSet, PathStep, Proof
from kithline_core.model.results import Result
from kithline_core.questions import explaining, supposing
from kithline_core.questions.supposing import Base
from kithline_core.settings import Settings
from kithline_sdk.contract import unquantified

KIND: Final = "results.path"
NO_GATES: Final = "the scorer names no gates, so that nothing can be said about a way to the next level"
AT_THE_TOP: Final = "every gate that the scorer names is met: there is no next level"
NO_TRIAL: Final = unquantified("the scorer does not say how a step can be tried out")


class _Solved(NamedTuple):
    """What stands between here and the goal, the steps by whether their effort is known, and the cheapest sets."""

    goal: Goal
    system: System
    unknown: list[Step]
    stuck: list[str]
    found: Found | None


async def ask(tx: TenantTx, result_id: UUID) -> Errand:
    """Let a worker answer; who asks twice at a time gets the same errand. Raises NotFound, Withheld, Conflict."""
    await explaining.shown(tx, result_id)
    return await explanations.ask(tx, KIND, {"result": str(result_id)})


async def work(db: Database, sandbox: Runs, settings: Settings, tenant_id: UUID, asked: dict[str, Any]) -> bytes:  # noqa: ARG001 - every errand is called alike
    """Find the shortest path of a result. Raises NotFound, Withheld, Invalid."""
    result_id = UUID(asked["result"])
    async with db.tenant(tenant_id, frozen=True) as tx:
        result = await explaining.shown(tx, result_id)
        shown = document.decode((await results.stored(tx, result_id)).document)
        base = await _base(tx, result_id)
    solved = await asyncio.to_thread(solve, shown)
    sets = [] if solved is None else [await tried(one, base, sandbox) for one in _sets(solved)]
    async with db.tenant(tenant_id) as tx:
        await explaining.shown(tx, result_id)  # its ground may have ended meanwhile
    return msgspec.json.encode(told(result, shown, solved, sets))


async def _base(tx: TenantTx, result_id: UUID) -> Base | str:
    """Return what steps are tried out on, or why they cannot be."""
    try:
        return await supposing.base(tx, result_id)
    except Conflict as refusal:
        return refusal.detail


def solve(shown: Document) -> _Solved | None:
    """Return the cheapest sets to the next level; None where no gate is unmet. Raises Invalid."""
    gates, rows = model.rows(shown.tables)
    goal = model.goal(gates)
    if goal is None:
        return None
    offered = model.steps(rows)
    nobody_knows = [row.gate for row in goal.unmet if row.have is None]
    system = search.order(model.system(goal.unmet, [step for step in offered if step.cost is not None]))
    unknown = [step for step in offered if step.cost is None and any(gate in system.needs for gate in step.adds)]
    stuck = model.hopeless(system, nobody_knows)
    return _Solved(goal, system, unknown, stuck, None if stuck else search.cheapest(system))


def _sets(solved: _Solved) -> list[list[Step]]:
    return [] if solved.found is None else solved.found.sets


async def tried(steps: Sequence[Step], base: Base | str, sandbox: Runs) -> PathSet:
    """Return a set of steps with what taking them all would come to."""
    taken = [_step(one) for one in steps]
    overlay = trial(steps)
    if overlay is None or isinstance(base, str):
        why = NO_TRIAL if overlay is None else unquantified(str(base))
        return PathSet(steps=taken, gain=None, interval=why, level=None)
    try:
        supposed = await supposing.suppose(base, overlay, sandbox)
    except DomainError as refusal:
        return PathSet(steps=taken, gain=None, interval=unquantified(refusal.detail), level=None)
    apart = supposed.difference
    return PathSet(steps=taken, gain=apart.score, interval=apart.interval, level=supposed.after.level)


def trial(steps: Sequence[Step]) -> Overlay | None:
    """Return the answers that steps come to, those about one item joined; None where one is no answer."""
    found: dict[tuple[str, str], SupposedAnswer] = {}
    for step in sorted(steps, key=lambda one: one.row.keeps):
        row = step.row
        if row.questionnaire is None or row.item is None or row.answer is None:
            return None
        known = found.get((row.questionnaire, row.item))
        found[row.questionnaire, row.item] = SupposedAnswer(
            item=row.item, questionnaire=row.questionnaire, version=row.version,
            value=row.answer if known is None else known.value,
            evidence=bool(row.evidence) or (known is not None and known.evidence),
            confirmed=bool(row.outside) or (known is not None and known.confirmed),
        )  # fmt: skip
    return Overlay(answers=list(found.values()))


def told(result: Result, shown: Document, solved: _Solved | None, sets: list[PathSet]) -> Path:
    """Return a path as it is answered; `sets` were tried out."""
    found = None if solved is None else solved.found
    goal = None if solved is None else solved.goal
    why = Proof(**proof.told(solved.system, found)) if solved is not None and found is not None else None
    return Path(
        result=ids.show("result", result.id), scorer=result.scorer, version=result.version, level=shown.level,
        next_level=None if goal is None else goal.level, next_name=None if goal is None else _name(result, goal.level),
        kind=None if goal is None else goal.kind, reachable=bool(sets), why=None if sets else _why(shown, solved),
        unmet=[] if goal is None else [_gate(row) for row in goal.unmet],
        then=[] if goal is None else [_gate(row) for row in goal.then],
        effort=None if found is None or found.cost is None else found.cost / COST, sets=sets,
        more=found is not None and found.more,
        unknown=[] if solved is None else [_step(one) for one in solved.unknown], proof=why,
    )  # fmt: skip


def _why(shown: Document, solved: _Solved | None) -> str:
    """Say why there is no path."""
    if solved is None:
        return AT_THE_TOP if "gates" in shown.tables else NO_GATES
    if not solved.stuck:
        return "no set of steps meets all gates at once, though some step helps with each of them"
    known = {row.gate: row for row in solved.goal.unmet}
    blind = [gate for gate in solved.stuck if known[gate].have is None]
    short = [gate for gate in solved.stuck if gate not in blind]
    parts = [f"nobody knows {known[gate].what}: answer it first" for gate in blind]
    parts += [f"nothing in the model brings {known[gate].what} to {known[gate].need:g}" for gate in short]
    helped = {gate for step in solved.unknown for gate in step.adds}
    if any(gate in helped for gate in short):
        parts.append("steps that would help have no declared effort")
    return "; ".join(parts)


def _name(result: Result, level: int) -> str | None:
    spec = next((spec for _, spec in plugins.installed().known() if spec.key == result.scorer), None)
    return spec.levels[level] if spec is not None and level < len(spec.levels) else None


def _gate(row: GateRow) -> PathGate:
    return PathGate(gate=row.gate, kind=row.kind, what=row.what, have=row.have, need=row.need)


def _step(one: Step) -> PathStep:
    row = one.row
    return PathStep(
        step=one.name, what=row.what, effort=row.effort, item=row.item, answer=row.answer, evidence=bool(row.evidence),
        outside=bool(row.outside), gates=sorted(one.adds),
    )  # fmt: skip
