"""Both ends of a difference: two findings with what they were computed from, their scores inside, the way between them."""

import hashlib
from typing import Any, Final, NamedTuple

import msgspec

from kithline_core.engine import document
from kithline_core.engine.delta import aligned, causes, parts
from kithline_core.engine.delta.aligned import Both, Numbered
from kithline_core.engine.delta.causes import Known, Moves
from kithline_core.engine.delta.parts import Point
from kithline_core.engine.delta.stages import Limits
from kithline_core.engine.document import Document
from kithline_core.engine.facts import Words
from kithline_core.engine.keys import GENERAL, canonical
from kithline_core.engine.score import Runs, again
from kithline_core.errors import Conflict
from kithline_core.plugins import Plugin, ScorerSpec
from kithline_core.sandbox.outcomes import Failed, Outcome, Scored
from kithline_sdk.snapshot import Snapshot, Table

SHOWN: Final = parts.UNITS // 100  # units of a point


class Rule(NamedTuple):
    """A plugin's scorer."""

    plugin: Plugin
    spec: ScorerSpec


class End(NamedTuple):
    """One of two findings with what it was computed from. `rule`: None where that version is not installed."""

    document: bytes
    data: bytes
    people: Words
    parameters: dict[str, Any]
    rule: Rule | None


class Exact(msgspec.Struct, frozen=True):
    """A finding's score inside, in units of 1e-9; `exact` is false where only what is shown of it is known."""

    value: int | None
    exact: bool


class Way(NamedTuple):
    """What lies between two findings: rows under one numbering, why they moved, the rule that stages are told with."""

    both: Both
    moves: Moves
    rule: Rule
    parameters: tuple[dict[str, Any], dict[str, Any]]
    limits: Limits


class Scale:
    """Scores snapshots, and knows the score inside: a document shows it rounded. `failed`: a run did not deliver."""

    def __init__(self, sandbox: Runs) -> None:
        self._sandbox = sandbox
        self._known: dict[tuple[str, bytes, bytes], tuple[Point, bytes]] = {}
        self._inside: float | None = None
        self.failed = False

    async def score(
        self, plugin: Plugin, spec: ScorerSpec, snapshot: bytes, params: dict[str, Any], seed: int
    ) -> Outcome:
        """Run one scorer on one snapshot, as a sandbox does. Raises Conflict where its plugin may not run here."""
        outcome = await self._sandbox.score(plugin, spec, snapshot, params, seed)
        self._inside = outcome.finding.score if isinstance(outcome, Scored) else None
        if isinstance(outcome, Failed):
            self.failed = True
            if outcome.code == "below_tier":
                raise Conflict(outcome.reason)
        return outcome

    async def point(self, rule: Rule, data: bytes, params: dict[str, Any]) -> tuple[Point, bytes]:
        """Return what a rule finds, and the document that says so."""
        name = (rule.plugin.manifest.version, hashlib.sha256(data).digest(), canonical(params))
        if name not in self._known:
            judged = await again(rule.plugin, rule.spec, data, params, self)
            shown = document.decode(judged.document)
            value = None if shown.score is None or self._inside is None else parts.units(self._inside)
            self._known[name] = (point(shown, value), judged.document)
        return self._known[name]


def point(shown: Document, value: int | None) -> Point:
    """Return what a document shows, with the score inside."""
    return Point(value, shown.status, shown.score, shown.level, shown.level_name)


async def exact(scale: Scale, one: End) -> Exact:
    """Return the score inside of a finding, where its rule still finds the same today; else what is shown of it."""
    shown = document.decode(one.document)
    if shown.score is None:
        return Exact(None, exact=True)
    if one.rule is not None:
        found, told = await scale.point(one.rule, one.data, one.parameters)
        if found.value is not None and alike(told, one.document):
            return Exact(found.value, exact=True)
    return Exact(round(shown.score * SHOWN), exact=False)


def alike(one: bytes, other: bytes) -> bool:
    """Say whether two documents say the same, whatever their keys: these hold the engine's version."""
    left, right = (msgspec.structs.replace(document.decode(found), key="") for found in (one, other))
    return left == right


def between(before: End, after: End, known: Known, rule: Rule, limits: Limits) -> Way | None:
    """Return the way between two findings; None where the rule cannot read one of them.

    Raises ValueError where their snapshots number people in different orders.
    """
    found = [shaped(Snapshot.decode(one.data), rule.spec) for one in (before, after)]
    specs = [one.rule.spec for one in (before, after) if one.rule is not None]
    if found[0] is None or found[1] is None or not all(alike_inputs(spec, rule.spec) for spec in specs):
        return None
    both = aligned.align(Numbered(found[0], before.people), Numbered(found[1], after.people))
    taken = own(rule.spec, after.parameters)
    parameters = (before.parameters, taken) if rule is before.rule else (taken, taken)
    return Way(both, causes.moves(both, known), rule, parameters, limits)


def shaped(snapshot: Snapshot, spec: ScorerSpec) -> Snapshot | None:
    """Return what a scorer reads of a snapshot that another version of it read; None where something is not there."""
    made = []
    for one in spec.inputs:
        table = snapshot.tables.get(one.table)
        if one.table == "people":
            continue
        if table is None or any(name not in table for name in one.columns):
            return None
        made.append(Table(one.table, {name: table.columns[name] for name in one.columns}))
    return Snapshot(snapshot.window, made)


def alike_inputs(one: ScorerSpec, other: ScorerSpec) -> bool:
    """Say whether two versions read the same rows of the tables that both read."""
    return _reads(one) == _reads(other)


def _reads(spec: ScorerSpec) -> tuple[int, dict[str, dict[str, list[str]]]]:
    """Return what decides which rows of a table a scorer reads."""
    return spec.lookback_days, {one.table: one.where for one in spec.inputs if one.where}


def own(spec: ScorerSpec, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters that a rule has, with another's values where that has them too."""
    return {name: parameters.get(name, value) for name, value in {**GENERAL, **spec.parameters}.items()}
