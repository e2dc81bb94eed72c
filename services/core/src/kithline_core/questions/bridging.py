"""Bridges two versions of a scorer: what a rule that changed makes of old data, apart from what the data changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from kithline_core import ids, plugins
from kithline_core.db import Database, bridges
from kithline_core.db.bridges import Bridged
from kithline_core.engine.delta import ends
from kithline_core.engine.delta.ends import Rule, Scale
from kithline_core.engine.facts import words
from kithline_core.engine.score import Runs
from kithline_core.errors import Conflict, UnknownScorer, Withheld
from kithline_core.model.results import Result
from kithline_core.questions import explaining
from kithline_core.settings import Settings
from kithline_sdk.snapshot import Snapshot

KIND: Final = "scorers.bridge"
GONE: Final = "inputs_gone"
OTHER_INPUTS: Final = "other_inputs"


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What changed since the result before, of the same scope: by data under the newer rule, and by the method."""

    whole: int
    data: int
    method: int


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """A stored result, and what the newer rule finds of its data. Values are scores in units of 1e-9 of the whole."""

    result: str
    scope: str | None
    version: str
    window: tuple[datetime, datetime]
    status: str
    score: float | None
    level: int | None
    value: int | None
    bridged_status: str | None
    bridged_score: float | None
    bridged_level: int | None
    bridged_value: int | None
    method: int | None
    change: Change | None
    reason: str | None


class Bridge(msgspec.Struct, frozen=True, kw_only=True):
    """Results of either version, the earliest window first, with what is the method's and what is the data's."""

    scorer: str
    from_version: str = msgspec.field(name="from")
    to: str
    spans: list[Span]


def newer(scorer: str, version: str) -> Rule:
    """Return a scorer in a version of its own. Raises UnknownScorer."""
    known = plugins.installed().offering(scorer)
    found = [(plugin, spec) for plugin in known for spec in plugin.manifest.scorers if spec.key == scorer]
    if not found:
        raise UnknownScorer(f"no scorer named {scorer[:100]!r} is installed")
    for plugin, spec in found:
        if spec.version == version:
            return Rule(plugin, spec)
    there = ", ".join(sorted({spec.version for _, spec in found}))
    raise UnknownScorer(f"version {version[:40]} of {scorer} is not installed; there is {there}")


async def work(db: Database, sandbox: Runs, settings: Settings, tenant_id: UUID, asked: dict[str, Any]) -> bytes:  # noqa: ARG001 - every errand is called alike
    """Build the bridge of a `scorer` between the versions `from` and `to`. Raises UnknownScorer."""
    rule = newer(asked["scorer"], asked["to"])
    async with db.tenant(tenant_id) as tx:
        chosen = await bridges.chosen(tx, asked["scorer"], [asked["from"], asked["to"]])
    spans = [await _span(db, sandbox, tenant_id, one, rule) for one in chosen]
    told = Bridge(
        scorer=asked["scorer"], from_version=asked["from"], to=asked["to"],
        spans=changes([one for one in reversed(spans) if one is not None]),
    )  # fmt: skip
    return msgspec.json.encode(told)


async def _span(db: Database, sandbox: Runs, tenant_id: UUID, result_id: UUID, rule: Rule) -> Span | None:
    """Return one result with what the rule finds of its data; None where it may not be shown."""
    version = rule.plugin.manifest.version
    try:
        async with db.tenant(tenant_id) as tx:
            one = await explaining.stands(tx, result_id)
            found = await bridges.get(tx, result_id, version)
    except Withheld:
        return None
    except Conflict:
        async with db.tenant(tenant_id) as tx:
            return _told(await explaining.shown(tx, result_id), None, GONE)
    if found is None:
        found = await bridged(one, rule, sandbox)
        if found is not None:
            async with db.tenant(tenant_id) as tx:
                await bridges.store(tx, result_id, version, found)
    return _told(one.result, found, None if found else OTHER_INPUTS)


async def bridged(one: explaining.Stands, rule: Rule, sandbox: Runs) -> Bridged | None:
    """Return what a rule finds of the data of a result; None where it reads something that is not there."""
    scale, own = Scale(sandbox), explaining.rule(one)
    cut = ends.shaped(Snapshot.decode(one.data), rule.spec)
    if cut is None or (own is not None and not ends.alike_inputs(own.spec, rule.spec)):
        return None
    end = ends.End(one.document, one.data, words(one.inputs.people or b""), one.inputs.parameters, own)
    stored = await ends.exact(scale, end)
    found, _ = await scale.point(rule, cut.encode(), ends.own(rule.spec, one.inputs.parameters))
    return Bridged(found.status, found.level, found.score, found.value, stored.value)


def changes(spans: Sequence[Span]) -> list[Span]:
    """Return results in the order of their windows, each with what changed since the one before of its scope."""
    last: dict[tuple[str | None, float], Span] = {}
    made = []
    for one in sorted(spans, key=lambda span: (span.window[1], span.result)):
        key = one.scope, (one.window[1] - one.window[0]).total_seconds()
        made.append(msgspec.structs.replace(one, change=_change(last.get(key), one)))
        last[key] = one
    return made


def _change(before: Span | None, after: Span) -> Change | None:
    if before is None or before.value is None or after.value is None:
        return None
    if before.bridged_value is None or after.bridged_value is None:
        return None
    whole, data = after.value - before.value, after.bridged_value - before.bridged_value
    return Change(whole=whole, data=data, method=whole - data)


def _told(result: Result, found: Bridged | None, reason: str | None) -> Span:
    value, other = (found.stored, found.bridged) if found else (None, None)
    return Span(
        result=ids.show("result", result.id), scope=None if result.scope_id is None else ids.show("scope", result.scope_id),
        version=result.version, window=(result.window_start, result.window_end), status=result.status, score=result.score,
        level=result.level, value=value, bridged_status=None if found is None else found.status, bridged_score=None if found is None else found.score,
        bridged_level=None if found is None else found.level, bridged_value=other,
        method=None if value is None or other is None else other - value, change=None, reason=reason,
    )  # fmt: skip
