"""Tells why two results of a scorer differ: gathers both, has the snapshots between them scored, keeps the answer."""

import asyncio
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec
import numpy as np

from kithline_core import ids, plugins, publication
from kithline_core.db import (
    Database,
    TenantTx,
    explanations,
    grounds,
    kept,
    permission,
    publications,
    results,
    rights,
    sources,
)
from kithline_core.db import scopes as stored_scopes
from kithline_core.db.kept import Inputs
from kithline_core.db.permission import Reader
from kithline_core.engine import document, facts
from kithline_core.engine.delta.causes import Known
from kithline_core.engine.delta.ends import End, Exact, Rule
from kithline_core.engine.delta.split import Split, split
from kithline_core.engine.delta.stages import Limits
from kithline_core.engine.facts import Words
from kithline_core.engine.keys import GENERAL
from kithline_core.engine.score import Runs
from kithline_core.engine.tables import micros
from kithline_core.engine.telling import ALL, Scope
from kithline_core.errors import Conflict, Invalid, UnknownScorer, Withheld
from kithline_core.model.deltas import Compared, Delta
from kithline_core.model.results import Result
from kithline_core.questions import replaying
from kithline_core.settings import Settings
from kithline_sdk.snapshot import Window

LET_GO: Final = (
    "who the people in it were is forgotten with the roll-ups, so that nobody can tell rows of one from those of the "
    "other; ask while roll-ups are kept"
)


class InputsGone(Conflict):
    """What a result was computed from is not kept any more, or never was."""

    code = "inputs_gone"


class Stands(NamedTuple):
    """A result with the finding as it was stored and what it was computed from."""

    result: Result
    document: bytes
    inputs: Inputs
    data: bytes


class Pair(NamedTuple):
    """Both results, and what has to be known beside their snapshots."""

    before: Stands
    after: Stands
    known: Known
    limits: Limits


async def asked(tx: TenantTx, before: UUID, after: UUID) -> bytes | None:
    """Return what was told of two results already, if it was. Raises NotFound, Invalid, Withheld, InputsGone."""
    one, other = await stands(tx, before), await stands(tx, after)
    _comparable(one, other)
    return await explanations.get(tx, before, after)


async def work(db: Database, sandbox: Runs, settings: Settings, tenant_id: UUID, asked: dict[str, Any]) -> bytes:
    """Tell why two results differ (`before` and `after`: their UUIDs), and keep it.

    Raises NotFound, Invalid, Withheld, InputsGone.
    """
    before, after = UUID(asked["before"]), UUID(asked["after"])
    async with db.tenant(tenant_id, frozen=True) as tx:
        pair = await _gathered(tx, before, after, settings)
    found = await _split(pair, sandbox)
    told = msgspec.json.encode(_told(pair, found))
    if not found.failed:
        async with db.tenant(tenant_id) as tx:
            await explanations.store(tx, before, after, told)
    return told


async def stands(tx: TenantTx, result_id: UUID) -> Stands:
    """Return a result with what it was computed from. Raises NotFound, Withheld, InputsGone."""
    result, name = await shown(tx, result_id), ids.show("result", result_id)
    inputs = await kept.of(tx, result_id)
    if inputs is None or inputs.data is None:
        raise InputsGone(
            f"what {name} was computed from is not kept: somebody in it was erased, it was too large, or it was computed "
            "elsewhere or before such things were kept; start a new run over its window"
        )
    return Stands(result, (await results.stored(tx, result_id)).document, inputs, inputs.data)


async def shown(tx: TenantTx, result_id: UUID) -> Result:
    """Return a result that may be seen. Raises NotFound, Withheld."""
    result = await results.get(tx, result_id)
    if result.reasons or result.status == "withheld":
        name = ids.show("result", result_id)
        raise Withheld(f"the result {name} is withheld, and so is whatever is told of it; start a new run")
    return result


def _comparable(one: Stands, other: Stands) -> None:
    scorers = one.result.scorer, other.result.scorer
    if scorers[0] != scorers[1]:
        raise Invalid(f"these are results of {' and of '.join(scorers)}; name two of one scorer")
    if one.inputs.people is None or other.inputs.people is None:
        raise InputsGone(LET_GO)


async def _gathered(tx: TenantTx, before: UUID, after: UUID, settings: Settings) -> Pair:
    one, other = await stands(tx, before), await stands(tx, after)
    _comparable(one, other)
    floor = max(int(end.inputs.parameters.get("floor", GENERAL["floor"])) for end in (one, other))
    met = await _met(tx, one.result.scorer, settings)
    return Pair(one, other, await _known(tx, one.result, other.result), Limits(floor, met))


async def _met(tx: TenantTx, scorer: str, settings: Settings) -> Words | None:
    """Return who counts against the floor, as when something is published; None: nothing was yet."""
    history = await publications.history(tx, scorer, publication.SEASON)
    if history.first_at is None:
        return None
    until = max(history.first_at, history.now - timedelta(days=settings.newcomer_days))
    return np.unique(facts.words(await publications.met(tx, until)))


async def _known(tx: TenantTx, before: Result, after: Result) -> Known:
    secret, moments = await rights.secret(tx), (_read(before), _read(after))
    people = [await explanations.names(tx, "person", at) for at in moments]
    firms = [await explanations.names(tx, "organisation", at) for at in moments]
    standing = {facts.person(secret, one): facts.person(secret, other) for one, other in together(*people).items()}
    spec = next((spec for spec in plugins.installed().scorers() if spec.key == before.scorer), None)
    scopes = (await _scope(tx, before), await _scope(tx, after))
    barred = [await _barred(tx, one, secret) for one in (before, after)]
    lookback = 0 if spec is None else spec.lookback_days
    return Known(lookback, scopes, (barred[0], barred[1]), standing, together(*firms))


def _read(result: Result) -> datetime:
    return result.snapshot_at or result.created_at


def together(before: dict[str, str], after: dict[str, str]) -> dict[str, str]:
    """Return for each id whose name changed between two moments the one that stands for all names it had in either."""
    known: dict[str, str] = {}

    def name(one: str) -> str:
        while one in known:
            one = known[one]
        return one

    for alias in sorted({*before, *after}):
        left, right = name(before.get(alias, alias)), name(after.get(alias, alias))
        if left != right:
            known[max(left, right)] = min(left, right)
    return {one: name(one) for one in known}


async def _scope(tx: TenantTx, result: Result) -> Scope:
    if result.scope_id is None:
        return ALL
    scope = await stored_scopes.get(tx, result.scope_id)
    return Scope(scope.communities, scope.channels)


async def _barred(tx: TenantTx, result: Result, secret: bytes) -> Words:
    """Return the hashes of whom a result did not count: by objection or restriction, or without a ground in force."""
    at = _read(result)
    claimed = await explanations.barred(tx, at)
    people = set(await rights.linked(tx, *claimed)) if claimed else set()
    people |= await _uncovered(tx, result, at)
    hashes = await asyncio.to_thread(lambda: [facts.person(secret, one) for one in sorted(people)])
    return np.array(hashes, np.uint64)


async def _uncovered(tx: TenantTx, result: Result, at: datetime) -> set[str]:
    """Return who was under no ground in force at an instant, by the memberships that are known now."""
    window = Window(micros(result.window_start), micros(result.window_end))
    known = await sources.known(tx, (), window, scope_id=result.scope_id)
    spec = next((spec for spec in plugins.installed().scorers() if spec.key == result.scorer), None)
    reader = None if spec is None else Reader(spec.key, spec.modes)
    in_force = await grounds.in_force(tx, at)
    return {str(one) for one in permission.uncovered(known.data["memberships"], in_force, reader, window)}


async def _split(pair: Pair, sandbox: Runs) -> Split:
    try:
        otherwise: Rule | None = Rule(*plugins.installed().find(pair.before.result.scorer))
    except UnknownScorer:
        otherwise = None
    ends = (_end(pair.before), _end(pair.after))
    return await split(*ends, pair.known, pair.limits, sandbox, otherwise=otherwise)


def _end(one: Stands) -> End:
    return End(one.document, one.data, facts.words(one.inputs.people or b""), one.inputs.parameters, rule(one))


def rule(one: Stands) -> Rule | None:
    """Return the scorer that computed a result, in that version of its plugin; None where it is not installed."""
    found = replaying.same_rule(one.result, one.inputs)
    return found and Rule(*found)


def _told(pair: Pair, found: Split) -> Delta:
    shown = document.decode(pair.after.document)
    return Delta(
        scorer=shown.scorer, unit=shown.unit, before=_compared(pair.before, found.before),
        after=_compared(pair.after, found.after), difference=found.difference, stages=found.stages, notes=found.notes,
    )  # fmt: skip


def _compared(one: Stands, value: Exact) -> Compared:
    result = one.result
    return Compared(
        result=ids.show("result", result.id), version=result.version, plugin_version=one.inputs.plugin_version,
        window=(result.window_start, result.window_end), status=result.status, score=result.score, level=result.level,
        value=value.value, exact=value.exact,
    )  # fmt: skip
