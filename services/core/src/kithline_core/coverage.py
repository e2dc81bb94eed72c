"""Says, without a run, what is there and what each scorer still needs: the same words a run would use."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final, Literal

import msgspec

from kithline_core import ids, plugins
from kithline_core.db import TenantTx, census, datasets, results
from kithline_core.engine import judge, keys, plan, snapshot
from kithline_core.engine.assemble import assemble
from kithline_core.engine.document import decode
from kithline_core.engine.tables import micros, moment
from kithline_core.model.results import Result
from kithline_core.plugins import ScorerSpec
from kithline_sdk.contract import Missing
from kithline_sdk.snapshot import DAY, Window

# `ready`: there is something to score; `scored`: a result says how far it got; `insufficient`: nothing to score yet.
State = Literal["ready", "scored", "insufficient"]


class Have(msgspec.Struct, frozen=True):
    """An input of a scorer: rows there are in its window. One of the required tables is enough to start."""

    table: str
    required: bool
    rows: int


class Needs(msgspec.Struct, frozen=True, kw_only=True):
    """One scorer: what it found and what it lacks. `result` names the newest result, where there is one."""

    scorer: str
    version: str
    state: State
    window: tuple[datetime, datetime]
    inputs: list[Have]
    missing: list[Missing]
    result: str | None = None
    result_status: str | None = None


class Coverage(msgspec.Struct, frozen=True):
    """Every installed scorer, in the order in which they are scored."""

    end: datetime
    scorers: list[Needs]


Found = dict[str, Needs]
_NOWHERE: Final = Window(0, DAY)


async def of(tx: TenantTx) -> Coverage:
    """Return the coverage of a tenant's data up to the end its dataset names, else up to today."""
    said = (await datasets.get(tx)).end
    end = micros(datetime.now(UTC)) // DAY * DAY if said is None else micros(said)
    counted: dict[int, Mapping[str, int]] = {}
    found: Found = {}
    for spec in plan.order(plugins.installed().scorers()):
        window = _window(spec, end)
        if window.start not in counted:
            counted[window.start] = await census.counts(tx, moment(window.start), moment(window.end))
        found[spec.key] = await _needs(tx, spec, window, counted[window.start], found)
    return Coverage(moment(end), list(found.values()))


def _window(spec: ScorerSpec, end: int) -> Window:
    own = plan.window(spec, end)
    return Window(own.start - spec.lookback_days * DAY, own.end)


async def _needs(tx: TenantTx, spec: ScorerSpec, window: Window, rows: Mapping[str, int], found: Found) -> Needs:
    inputs = [Have(one.table, one.required, rows[one.table]) for one in spec.inputs if one.table in rows]
    bare = Needs(
        scorer=spec.key, version=spec.version, state="ready", window=(moment(window.start), moment(window.end)),
        inputs=inputs, missing=_awaited(spec, found),
    )  # fmt: skip
    if any(have.required for have in inputs) and not any(have.rows for have in inputs if have.required):
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
    lacking = [key for key in spec.after if key not in found or found[key].state == "insufficient"]
    return [
        Missing(what=f"a result of {key}", reason="insufficient" if key in found else "not_run", have=0, need=1)
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
