"""Says, without a run, what is there and what each scorer still needs: the same words a run would use."""

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import groupby
from typing import Final, Literal
from uuid import UUID

import msgspec

from kithline_core import ids, usable
from kithline_core.choices import choosing
from kithline_core.db import Database, TenantTx, datasets, results, rollups
from kithline_core.engine import judge, keys, plan, snapshot
from kithline_core.engine.assemble import assemble
from kithline_core.engine.document import decode
from kithline_core.engine.tables import micros, moment
from kithline_core.model.results import Result
from kithline_core.plugins import ScorerSpec
from kithline_core.reading import every_questionnaire
from kithline_core.usable import Have, Held, Usable
from kithline_sdk.contract import Missing
from kithline_sdk.snapshot import DAY, Window

# `ready`: there is something to score; `scored`: a result says how far it got; `insufficient`: nothing to score yet;
# `not_permitted`: no ground in force lets the scorer read what is here.
State = Literal["ready", "scored", "insufficient", "not_permitted"]


class Needs(msgspec.Struct, frozen=True, kw_only=True):
    """One scorer: what it found, what is kept from it, and what it lacks. `result` names the newest result, if there is one."""

    scorer: str
    version: str
    state: State
    window: tuple[datetime, datetime]
    inputs: list[Have]
    held_back: list[Held]
    missing: list[Missing]
    result: str | None = None
    result_status: str | None = None


class Coverage(msgspec.Struct, frozen=True):
    """Every scorer that a run could use, in the order in which they are scored. `held_back`: what is kept from all of them."""

    end: datetime
    held_back: list[Held]
    scorers: list[Needs]


Found = dict[str, Needs]
# No result of theirs would have anything in it.
_BARE: Final = frozenset({"insufficient", "not_permitted"})
_NOWHERE: Final = Window(0, DAY)


async def of(db: Database, tenant_id: UUID) -> Coverage:
    """Return the coverage of a tenant's data up to the end its dataset names, else up to today."""
    await rollups.catch_up(db, tenant_id)
    async with db.tenant(tenant_id, frozen=True) as tx:
        said = (await datasets.get(tx)).end
        end = micros(datetime.now(UTC)) // DAY * DAY if said is None else micros(said)
        specs = plan.order(spec for _, spec in (await choosing.of(tx)).ready())
        there = await _usable(tx, specs, end)
        found: Found = {}
        for spec in specs:
            found[spec.key] = await _needs(tx, spec, end, there[spec.key], found)
        return Coverage(moment(end), await usable.nobodys(tx), list(found.values()))


async def _usable(tx: TenantTx, specs: Iterable[ScorerSpec], end: int) -> dict[str, Usable]:
    """Return what each scorer could read; one window's tables are held at a time."""
    own = await every_questionnaire(tx)
    there: dict[str, Usable] = {}
    for _, alike in groupby(sorted(specs, key=_days), _days):
        group = list(alike)
        there |= await usable.among(tx, group, plan.window(group[0], end), own)
    return there


def _days(spec: ScorerSpec) -> tuple[int, int]:
    return spec.window_days, spec.lookback_days


async def _needs(tx: TenantTx, spec: ScorerSpec, end: int, there: Usable, found: Found) -> Needs:
    reach = usable.reach(spec, plan.window(spec, end))
    bare = Needs(
        scorer=spec.key, version=spec.version, state="ready", window=(moment(reach.start), moment(reach.end)),
        inputs=there.inputs, held_back=there.held_back, missing=_awaited(spec, found),
    )  # fmt: skip
    if there.refusal is not None and not any(one.required and one.rows for one in there.inputs):
        why = Missing(what=there.refusal.words, reason=there.refusal.code)
        return msgspec.structs.replace(bare, state="not_permitted", missing=[why])
    if not there.started:
        return msgspec.structs.replace(bare, state="insufficient", missing=_of_nothing(spec))
    if spec.after and len(bare.missing) == len(spec.after):
        return msgspec.structs.replace(bare, state="insufficient")
    return await _as_scored(tx, spec, bare)


def _of_nothing(spec: ScorerSpec) -> list[Missing]:
    """Return what the engine says of a scorer whose input tables are empty."""
    params = keys.parameters(spec, {})
    empty = snapshot.cut(spec, assemble({}, []), _NOWHERE, params)
    return judge.empty(spec, empty, "").missing


def _awaited(spec: ScorerSpec, found: Found) -> list[Missing]:
    lacking = [key for key in spec.after if key not in found or found[key].state in _BARE]
    return [
        Missing(what=f"a result of {key}", reason=found[key].state if key in found else "not_run", have=0, need=1)
        for key in lacking
    ]


async def _as_scored(tx: TenantTx, spec: ScorerSpec, bare: Needs) -> Needs:
    """Return what the newest result lacked; without one, the minimum rules, whose figures only a run can count."""
    newest: Iterable[Result] = await results.page(tx, None, 1, scorer=spec.key)
    for one in newest:
        if one.reasons:
            break  # it is withheld, and says nothing any more
        document = decode((await results.finding_bytes(tx, one.id)).document)
        return msgspec.structs.replace(
            bare, state="scored", missing=document.missing, result=ids.show("result", one.id), result_status=one.status
        )
    rules = [Missing(what=rule.what, reason=rule.reason, have=None, need=rule.at_least) for rule in spec.minimum]
    return msgspec.structs.replace(bare, missing=[*bare.missing, *rules])
