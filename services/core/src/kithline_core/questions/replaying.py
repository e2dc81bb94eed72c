"""Computes results again from what they were computed from, and says whether they still say the same, byte for byte."""

from typing import Any, Final
from uuid import UUID

import msgspec

from kithline_core import ids, observe, plugins
from kithline_core.db import Database, TenantTx, errands, kept, replays, results
from kithline_core.db.kept import Inputs
from kithline_core.db.replays import Came, Replayed
from kithline_core.engine import keys
from kithline_core.engine.score import Runs, again
from kithline_core.errors import UnknownScorer, Withheld
from kithline_core.model.results import Result
from kithline_core.plugins import Plugin, ScorerSpec
from kithline_core.sandbox.outcomes import Failed, Outcome
from kithline_core.settings import Settings

KIND: Final = "results.replay"
ROUND: Final = "results.replay_round"
WORDS: Final = {
    "inputs_gone": (
        "what it was computed from is not kept: somebody in it was erased, it was too large, or it was computed elsewhere or "
        "before such things were kept"
    ),
    "plugin_missing": "version {then.plugin_version} of {then.plugin} is not installed; install it and replay again",
    "other_engine": (
        "it was computed by the engine {then.engine}, here is {engine}; the same libraries on the same architecture are needed"
    ),
    "not_run": "it could not be run here within its limits and in its tier; replay it when there is less to do, or elsewhere",
}
# The host's reasons and not the rule's: they say nothing of whether it would find the same.
NOT_RUN: Final = frozenset({"below_tier", "timeout", "out_of_memory"})

log = observe.logger(__name__)


class Watched:
    """A sandbox that remembers what came of the last run."""

    def __init__(self, sandbox: Runs) -> None:
        self._sandbox = sandbox
        self.last: Outcome | None = None

    async def score(
        self, plugin: Plugin, spec: ScorerSpec, snapshot: bytes, params: dict[str, Any], seed: int
    ) -> Outcome:
        """Run one scorer on one snapshot."""
        self.last = await self._sandbox.score(plugin, spec, snapshot, params, seed)
        return self.last


class Replay(msgspec.Struct, frozen=True, kw_only=True):
    """What came of computing a result again. `path`: where its document differs first; `reason` and `detail`: why it cannot be."""

    result: str
    outcome: Came
    reason: str | None
    detail: str | None
    path: str | None
    key: str
    engine: str
    computed_by: str | None


async def work(db: Database, sandbox: Runs, settings: Settings, tenant_id: UUID, asked: dict[str, Any]) -> bytes:  # noqa: ARG001 - every errand is called alike
    """Compute one result again (`result`: its UUID). Raises NotFound, Withheld."""
    return msgspec.json.encode(await replay(db, sandbox, tenant_id, UUID(asked["result"])))


async def work_round(db: Database, sandbox: Runs, settings: Settings, tenant_id: UUID, asked: dict[str, Any]) -> bytes:  # noqa: ARG001 - every errand is called alike
    """Compute a sample of a tenant's results again, those that waited longest, and say what came of it."""
    async with db.tenant(tenant_id) as tx:
        chosen = await replays.sample(tx, settings.replay_sample)
    found: dict[Came, int] = {"identical": 0, "differs": 0, "impossible": 0}
    for result_id in chosen:
        try:
            found[(await replay(db, sandbox, tenant_id, result_id, nightly=True)).outcome] += 1
        except Withheld:
            continue
    return msgspec.json.encode(found)


async def due(tx: TenantTx) -> bool:
    """Ask for a tenant's nightly round, if it is due; say whether it was. Raises Conflict while too much is waiting."""
    if not await replays.begin(tx):
        return False
    await errands.insert(tx, ROUND, {})
    return True


async def replay(db: Database, sandbox: Runs, tenant_id: UUID, result_id: UUID, *, nightly: bool = False) -> Replay:
    """Compute one result again and write down what came of it. Raises NotFound, Withheld.

    One differing byte is an error in the log, an event in the outbox and an alarm of the whole installation.
    """
    async with db.tenant(tenant_id) as tx:
        result, inputs = await shown(tx, result_id), await kept.of(tx, result_id)
        stored = (await results.stored(tx, result_id)).document
    found = await compared(result, stored, inputs, sandbox)
    async with db.tenant(tenant_id) as tx:
        await replays.store(tx, Replayed(result_id, found.outcome, found.reason, found.path, found.engine, nightly))
    if found.outcome == "differs":
        log.error("replay differs", result=found.result, scorer=result.scorer, path=found.path, key=found.key)
    return found


async def shown(tx: TenantTx, result_id: UUID) -> Result:
    """Return a result that may be seen. Raises NotFound, Withheld."""
    result = await results.get(tx, result_id)
    if result.reasons:
        raise Withheld("the result is withheld: a processing ground it rests on is no longer in force; start a new run")
    return result


async def compared(result: Result, stored: bytes, inputs: Inputs | None, sandbox: Runs) -> Replay:
    """Return what comes of computing a result again with the plugin version that computed it."""
    if inputs is None or inputs.data is None:
        return _told(result, inputs, keys.engine_version(), "impossible", reason="inputs_gone")
    found = same_rule(result, inputs)
    if found is None:
        return _told(result, inputs, keys.engine_version(), "impossible", reason="plugin_missing")
    plugin, spec = found
    engine = keys.engine_version(plugin)
    if engine != inputs.engine:
        return _told(result, inputs, engine, "impossible", reason="other_engine")
    watched = Watched(sandbox)
    judged = await again(plugin, spec, inputs.data, inputs.parameters, watched)
    if isinstance(watched.last, Failed) and watched.last.code in NOT_RUN and judged.document != stored:
        return _told(result, inputs, engine, "impossible", reason="not_run")
    if judged.document == stored:
        return _told(result, inputs, engine, "identical")
    path = difference(msgspec.json.decode(stored), msgspec.json.decode(judged.document))
    return _told(result, inputs, engine, "differs", path=path)


def same_rule(result: Result, inputs: Inputs) -> tuple[Plugin, ScorerSpec] | None:
    """Return the scorer in the very version that computed a result; None where it is not installed."""
    try:
        plugin, spec = plugins.installed().find(result.scorer, inputs.plugin_version)
    except UnknownScorer:
        return None
    return (plugin, spec) if spec.version == result.version else None


def difference(one: object, other: object, path: str = "") -> str:
    """Return where two JSON values differ first, as an RFC 6901 pointer; of equal ones, the whole: their bytes differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in {**one, **other}:
            if name not in one or name not in other or one[name] != other[name]:
                step = str(name).replace("~", "~0").replace("/", "~1")
                return difference(one.get(name), other.get(name), f"{path}/{step}")
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for place, (left, right) in enumerate(zip(one, other, strict=True)):
            if left != right:
                return difference(left, right, f"{path}/{place}")
    return path


def _told(
    result: Result,
    inputs: Inputs | None,
    engine: str,
    outcome: Came,
    *,
    reason: str | None = None,
    path: str | None = None,
) -> Replay:
    words = None if reason is None else WORDS[reason].format(then=inputs, engine=engine)
    computed_by = None if inputs is None else inputs.engine
    return Replay(
        result=ids.show("result", result.id), outcome=outcome, reason=reason, detail=words, path=path, key=result.key,
        engine=engine, computed_by=computed_by,
    )  # fmt: skip
