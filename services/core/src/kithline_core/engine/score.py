"""Scores one scorer: snapshot, key, sandbox, judge. The same path for a folder, for the worker and for a what-if."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final, Protocol

import msgspec

from kithline_core.engine import document, findings, floored, judge, keys, snapshot
from kithline_core.engine.assemble import assemble
from kithline_core.engine.document import Document
from kithline_core.engine.tables import Tables
from kithline_core.plugins import Plugin, ScorerSpec
from kithline_core.sandbox.outcomes import Outcome, Scored
from kithline_sdk.snapshot import Snapshot, Window

# Tables that have rows even where nobody sent data.
STANDING: Final = frozenset({"focal", "items"})


class Runs(Protocol):
    """Where a scorer is run: outside this process."""

    async def score(
        self, plugin: Plugin, spec: ScorerSpec, snapshot: bytes, params: dict[str, Any], seed: int
    ) -> Outcome:
        """Run one scorer on one snapshot."""
        ...


class Rested(msgspec.Struct, frozen=True):
    """What a finding was computed from: canonical snapshot, the ids behind its numbers of people, parameters in force."""

    snapshot: bytes
    people: list[str]
    parameters: dict[str, Any]


class Judged(msgspec.Struct, frozen=True):
    """A judged finding: its document as bytes and what the envelope needs of it.

    `method` is what of its key is no data, part by part; `rested` is None where nothing was read.
    """

    scorer: str
    version: str
    key: str
    status: str
    document: bytes
    method: dict[str, str] = {}
    rested: Rested | None = None


async def score_one(
    plugin: Plugin,
    spec: ScorerSpec,
    tables: Tables,
    window: Window,
    overrides: dict[str, Any],
    sandbox: Runs,
    earlier: Sequence[bytes] = (),
) -> Judged:
    """Return the judged finding of one scorer. Raises Invalid for a parameter it does not have."""
    params = keys.parameters(spec, overrides)
    known = {**tables, "findings": findings.table(earlier)}
    # Off the loop: a worker's heartbeat must get through however large the snapshot is.
    cut, data, people = await asyncio.to_thread(_cut, spec, known, window, params)
    judged = await _scored(plugin, spec, cut, data, params, sandbox)
    return msgspec.structs.replace(judged, rested=Rested(data, people, params))


async def again(plugin: Plugin, spec: ScorerSpec, data: bytes, params: dict[str, Any], sandbox: Runs) -> Judged:
    """Return the judged finding of a canonical snapshot and all parameters in force: key, sandbox, judge as ever.

    Raises ValueError for bytes that are no snapshot.
    """
    cut = await asyncio.to_thread(Snapshot.decode, data)
    return await _scored(plugin, spec, cut, data, params, sandbox)


async def _scored(
    plugin: Plugin, spec: ScorerSpec, cut: Snapshot, data: bytes, params: dict[str, Any], sandbox: Runs
) -> Judged:
    judged = await _document(plugin, spec, cut, data, params, sandbox)
    return msgspec.structs.replace(_judged(judged), method=keys.method(plugin, spec, params))


async def _document(
    plugin: Plugin, spec: ScorerSpec, cut: Snapshot, data: bytes, params: dict[str, Any], sandbox: Runs
) -> Document:
    key = keys.result_key(plugin, spec, data, params)
    if _nothing(spec, cut):
        return judge.empty(spec, cut, key.key)
    outcome = await sandbox.score(plugin, spec, data, params, key.seed)
    if isinstance(outcome, Scored):
        return judge.judge(spec, floored.kept(spec, outcome.finding, cut, params), cut, key.key)
    return judge.failed(spec, cut, key.key, outcome.code, outcome.reason)


async def refused(
    plugin: Plugin, spec: ScorerSpec, tables: Tables, window: Window, overrides: dict[str, Any], why: tuple[str, str]
) -> Judged | None:
    """Return the finding of a scorer that may read of nobody (`why`: a code and words); None when it can do without.

    It can when a table it requires still has rows: they speak of no person.
    """
    params = keys.parameters(spec, overrides)
    cut, data, _ = await asyncio.to_thread(_cut, spec, tables, window, params)
    if any(cut[one.table].rows for one in spec.inputs if one.required):
        return None
    # The reason enters the key: one key, one document, and this snapshot could be that of a tenant without data.
    key = keys.result_key(plugin, spec, data, {**params, "not_permitted": why})
    return _judged(judge.not_permitted(spec, cut, key.key, *why))


def withheld(
    plugin: Plugin, spec: ScorerSpec, window: Window, overrides: dict[str, Any], why: tuple[str, str]
) -> Judged:
    """Return what stands in the place of a finding that may not be shown (`why`: a code and words).

    It knows nothing of the data, nor does its key: whoever tries variants must not see which of them are alike.
    """
    params = keys.parameters(spec, overrides)
    cut, data, _ = _cut(spec, assemble({}, []), window, params)
    key = keys.result_key(plugin, spec, data, {**params, "withheld": why})
    return _judged(judge.withheld(spec, cut, key.key, *why))


def _cut(spec: ScorerSpec, tables: Tables, window: Window, params: dict[str, Any]) -> tuple[Snapshot, bytes, list[str]]:
    cut, people = snapshot.cut_with_people(spec, tables, window, params)
    return cut, cut.encode(), people


def _nothing(spec: ScorerSpec, cut: Snapshot) -> bool:
    return not any(cut[one.table].rows for one in spec.inputs if one.table not in STANDING)


def _judged(judged: Document) -> Judged:
    return Judged(judged.scorer, judged.version, judged.key, judged.status, document.encode(judged))
