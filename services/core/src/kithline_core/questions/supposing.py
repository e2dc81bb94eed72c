"""Answers a what-if: the stored snapshot of a result with an overlay, scored as ever, told beside it and never stored."""

import asyncio
import re
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec

from kithline_core import ids
from kithline_core.db import Database, TenantTx, errands, rights
from kithline_core.db.kept import WIDTH
from kithline_core.engine import compare, document, keys, published
from kithline_core.engine.document import Document
from kithline_core.engine.keys import GENERAL
from kithline_core.engine.overlay import apply
from kithline_core.engine.overlay.apply import Laid
from kithline_core.engine.score import Runs, again
from kithline_core.errors import Conflict, Invalid
from kithline_core.model import pseudonyms
from kithline_core.model.errands import Errand
from kithline_core.model.overlays import Change, Moved, Overlay, Standing, Supposed, WhatIf
from kithline_core.model.rights import speaks
from kithline_core.plugins import Plugin, ScorerSpec
from kithline_core.questions import explaining, replaying
from kithline_core.questions.explaining import Stands
from kithline_core.settings import Settings
from kithline_sdk.contract import unquantified
from kithline_sdk.snapshot import Snapshot

KIND: Final = "results.what_if"
_NO_SCORE: Final = unquantified("one of the two has no score")
_NO_ENDS: Final = unquantified("one of the two scores has no interval")
_WORD: Final = re.compile(r"\S+")


class Base(NamedTuple):
    """A result that may be asked about, the rule that computed it, and the tenant's secret."""

    stands: Stands
    plugin: Plugin
    spec: ScorerSpec
    secret: bytes


async def ask(tx: TenantTx, asked: WhatIf) -> Errand:
    """Let a worker answer. Raises NotFound, Withheld, InputsGone, Conflict, Invalid."""
    await base(tx, ids.read("result", asked.result_id))
    if asked.overlay.empty:
        raise Invalid("the overlay supposes nothing", pointer="/overlay")
    return await errands.insert(tx, KIND, msgspec.to_builtins(asked))


async def work(db: Database, sandbox: Runs, settings: Settings, tenant_id: UUID, asked: dict[str, Any]) -> bytes:  # noqa: ARG001 - every errand is called alike
    """Answer a what-if. Raises NotFound, Withheld, InputsGone, Conflict, Invalid, TooFew."""
    question = msgspec.convert(asked, WhatIf)
    result_id = ids.read("result", question.result_id)
    async with db.tenant(tenant_id, frozen=True) as tx:
        found = await base(tx, result_id)
    told = await suppose(found, question.overlay, sandbox)
    async with db.tenant(tenant_id) as tx:
        await explaining.shown(tx, result_id)  # its ground may have ended meanwhile
    return msgspec.json.encode(told)


async def base(tx: TenantTx, result_id: UUID) -> Base:
    """Return what a what-if starts from. Raises NotFound, Withheld, InputsGone, Conflict."""
    stands = await explaining.stands(tx, result_id)
    rule = replaying.same_rule(stands.result, stands.inputs)
    if rule is None or keys.engine_version(rule[0]) != stands.inputs.engine:
        raise Conflict(
            f"this result was computed by version {stands.inputs.plugin_version} of {stands.inputs.plugin} with the engine "
            f"{stands.inputs.engine}, which is not here any more; start a new run and ask about its result"
        )
    return Base(stands, *rule, await rights.secret(tx))


async def suppose(found: Base, overlay: Overlay, sandbox: Runs) -> Supposed:
    """Return a result beside what it would be. Raises Invalid, TooFew."""
    laid = await asyncio.to_thread(_laid, found, overlay)
    inputs = found.stands.inputs
    judged = await again(found.plugin, found.spec, laid.snapshot.encode(), inputs.parameters, sandbox)
    return _told(found, laid, judged.document)


def _laid(found: Base, overlay: Overlay) -> Laid:
    inputs = found.stands.inputs
    _nobody(overlay, found.secret, inputs.people or b"")
    floor = int(inputs.parameters.get("floor", GENERAL["floor"]))
    return apply.lay(Snapshot.decode(found.stands.data), overlay, floor)


def _nobody(overlay: Overlay, secret: bytes, people: bytes) -> None:
    """Refuse an overlay that names somebody of the data by id. Raises Invalid."""
    known = {people[place : place + WIDTH] for place in range(0, len(people), WIDTH)}
    for text, at in apply.words(overlay):
        for name in {text, *(word.strip(".,;:!?()[]\"'") for word in _WORD.findall(text))}:
            if speaks(name) and any(one[:WIDTH] in known for one in pseudonyms.digests(secret, name)):
                raise Invalid("this is the id of a person; an overlay speaks of groups, never of a person", pointer=at)


def _told(found: Base, laid: Laid, supposed: bytes) -> Supposed:
    before, after = (document.decode(one) for one in (found.stands.document, supposed))
    units = {name: measure.unit for name, measure in found.spec.measures.items()}
    result = found.stands.result
    return Supposed(
        hypothetical=True, result=ids.show("result", result.id), scorer=result.scorer, version=result.version,
        added=laid.added, before=_standing(before), after=_standing(after), difference=difference(before, after),
        drivers=_drivers(before, after), finding=published.view(msgspec.json.decode(supposed), units),
    )  # fmt: skip


def _standing(one: Document) -> Standing:
    return Standing(
        status=one.status, score=one.score, level=one.level, level_name=one.level_name,
        level_probability=one.level_probability, interval=one.interval,
    )  # fmt: skip


def difference(before: Document, after: Document) -> Change:
    """Return the second less the first, with an interval that is rather too wide: the same people stand on both sides."""
    level = None if before.level is None or after.level is None else after.level - before.level
    if before.score is None or after.score is None:
        return Change(score=None, level=level, interval=_NO_SCORE)
    score = round(after.score - before.score, 1)
    ends = [(one.score, one.interval) for one in (before, after)]
    scored = [compare.Scored(value, *span) for value, span in ends if value is not None and isinstance(span, tuple)]
    if len(scored) < len(ends):
        return Change(score=score, level=level, interval=_NO_ENDS)
    apart = compare.by_widths(scored[0], scored[1])
    return Change(score=score, level=level, interval=(round(apart.low, 1), round(apart.high, 1)))


def _drivers(before: Document, after: Document) -> list[Moved]:
    sides = [{one.name: one.contribution for one in side.drivers} for side in (before, after)]
    names = dict.fromkeys(name for side in sides for name in side)
    return [Moved(name=name, before=sides[0].get(name), after=sides[1].get(name)) for name in names]
