"""Use case: whether a questionnaire's items mean the same in every language and at every rank (Part C 11)."""

import asyncio
from datetime import datetime
from typing import Annotated, Final, Literal, NamedTuple
from uuid import UUID

import msgspec
from msgspec import Meta

from kithline_core import ids, publication
from kithline_core.db import Database, publications, sources
from kithline_core.db.permission import Reader
from kithline_core.engine import snapshot
from kithline_core.engine.assemble import assemble
from kithline_core.engine.fairness import groups, sheets
from kithline_core.engine.fairness.groups import FLOOR, Attribute, Compared
from kithline_core.engine.fairness.scale import RATE
from kithline_core.engine.fairness.sheets import Item, Sheet
from kithline_core.engine.tables import Tables, micros, moment
from kithline_core.errors import NotFound
from kithline_core.plugins import Input, ScorerSpec
from kithline_core.reading import every_questionnaire
from kithline_core.settings import Settings
from kithline_sdk.contract import Missing
from kithline_sdk.snapshot import DAY, Window

# Under so many respondents nothing is compared.
LEAST: Final = 200
# As far back as what depth reads.
DAYS: Final = 540
# What a ground that names its scorers has to name.
READER: Final = "questionnaire.fairness"
MODES: Final = ("identified", "pseudonymous")
COLUMNS: Final = ["respondent", "item", "value", "language", "rank", "assessment", "dated", "role"]


Status = Literal["ok", "insufficient", "withheld", "not_permitted"]


class TooFew(msgspec.Struct, frozen=True, kw_only=True):
    """How many groups of an attribute are too small to be told of: a name would tell who answered among few."""

    attribute: Attribute
    groups: int
    reason: str = "floor"


class Fairness(msgspec.Struct, frozen=True, kw_only=True):
    """What was compared. `missing` says what is unknown and why; `least` is the smallest group that is told of."""

    questionnaire: str
    status: Status
    window: tuple[datetime, datetime]
    least: int
    false_flags: Annotated[float, Meta(description="The share of flags that may be false (Benjamini and Hochberg)")]
    compared: list[Compared] = []
    withheld: list[TooFew] = []
    missing: list[Missing] = []


async def of(db: Database, tenant_id: UUID, key: str, end: datetime, settings: Settings) -> Fairness:
    """Compare groups of respondents item by item. Raises NotFound for a questionnaire that nobody described or answered."""
    window = Window(micros(end) - DAYS * DAY, micros(end))
    async with db.tenant(tenant_id, frozen=True) as tx:
        found = await sources.load(tx, ("answers",), window, reader=Reader(READER, MODES))
        own = await every_questionnaire(tx)
    tables = await asyncio.to_thread(assemble, found.data, own)
    blank = Fairness(
        questionnaire=key,
        status="ok",
        window=(moment(window.start), end),
        least=max(found.floor, FLOOR),
        false_flags=RATE,
    )
    if found.refusal is not None:
        return _not(blank, "not_permitted", found.refusal.code, found.refusal.words)
    if not any(key in tables[name].labels("questionnaire") for name in ("items", "answers")):
        raise NotFound(f"there is no questionnaire {key!r}")
    spec = _spec(key)
    sheet = await asyncio.to_thread(_read, spec, tables, window)
    if len(sheet.filled) < LEAST:
        # How many there are is a figure that was not held against what was told before.
        return _not(blank, "insufficient", "few_respondents", "respondents", need=LEAST)
    look = await publication.look(db, tenant_id, spec, tables, window, blank.least, settings)
    async with db.tenant(tenant_id) as writing:
        await publications.alone(writing, spec.key)
        look = await publication.compared(writing, look)
        await publication.store(writing, look, ids.new())
    if look.why is not None:
        return _not(blank, "withheld", *look.why)
    return await asyncio.to_thread(_told, blank, sheet)


class _Answered(NamedTuple):
    filled: list[Sheet]
    known: dict[str, Item]


def _spec(key: str) -> ScorerSpec:
    """Return what is read, declared as a scorer declares it: so it is held against what was told before."""
    return ScorerSpec(
        key=f"{READER}:{key}", version="1.0.0", title={}, question={}, unit="none", aggregation="none", levels=[],
        window_days=DAYS, not_for=[], inputs=[Input(table="answers", columns=COLUMNS, where={"questionnaire": [key]})],
    )  # fmt: skip


def _read(spec: ScorerSpec, tables: Tables, window: Window) -> _Answered:
    ((_, answers),) = snapshot.taken(spec, tables, window)
    members = zip(tables["memberships"].texts("person"), tables["memberships"].texts("rank"), strict=True)
    ranks = dict(sorted((str(person), rank) for person, rank in members if rank))
    (key,) = spec.inputs[0].where["questionnaire"]
    known = sheets.described(tables["items"], key)
    # A mean over the answers of many names nobody, and so makes no sheet.
    return _Answered(sheets.sheets(answers, known, ranks), known)


def _told(blank: Fairness, sheet: _Answered) -> Fairness:
    found = groups.told(sheet.filled, sheets.scales(sheet.filled, sheet.known), blank.least)
    small = [TooFew(attribute=name, groups=few) for name, few in found.withheld.items()]
    return msgspec.structs.replace(
        blank, status="ok" if found.compared else "insufficient", compared=found.compared, withheld=small,
        missing=found.missing,
    )  # fmt: skip


def _not(blank: Fairness, status: Status, reason: str, what: str, **counted: float) -> Fairness:
    return msgspec.structs.replace(blank, status=status, missing=[Missing(what=what, reason=reason, **counted)])
