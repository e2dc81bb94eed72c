"""Counts what each scorer could read now, as its snapshot would: under the grounds in force, without who is left out."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from kithline_core.db import TenantTx, census, changes, rights, sources
from kithline_core.db.permission import ASIDE, Cells, Data, Reader, Refusal
from kithline_core.db.sources import Known
from kithline_core.engine import snapshot
from kithline_core.engine.assemble import assemble
from kithline_core.engine.keys import GENERAL
from kithline_core.engine.score import STANDING
from kithline_core.engine.tables import FILES
from kithline_core.model.questionnaires import Questionnaire
from kithline_core.plugins import ScorerSpec
from kithline_core.previewing import rounded
from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.snapshot import DAY, Table, Window

# Their rows are counts of events.
_SUMMED: Final = frozenset({"activity_day", "tie_day"})
# Enough for any floor.
_MANY: Final = 1_000
# More rows are not read while somebody waits for an answer: 60 MB, and a second.
MOST: Final = 100_000
_NOT_SENT: Final = STANDING | {"findings", "people"}


class Have(msgspec.Struct, frozen=True):
    """An input of a scorer: how much of it a run would read now; of tables about people rounded, to the privacy floor at least.

    Null where it speaks of fewer people than the floor. One of the required tables is enough to start.
    """

    table: str
    required: bool
    rows: int | None


class Held(msgspec.Struct, frozen=True):
    """What is here and not counted: a code, and why in words. Never how much, which could speak of one person."""

    reason: str
    words: str


class Usable(msgspec.Struct, frozen=True):
    """What one scorer could read. `started`: a required table has rows, or none is required. `refusal`: it may read nobody."""

    inputs: list[Have]
    started: bool
    held_back: list[Held]
    refusal: Refusal | None


def reach(spec: ScorerSpec, window: Window) -> Window:
    """Return all that a scorer reads for a window of its own."""
    return Window(window.start - spec.lookback_days * DAY, window.end)


async def among(
    tx: TenantTx, specs: Sequence[ScorerSpec], window: Window, own: Iterable[Questionnaire]
) -> dict[str, Usable]:
    """Return what scorers of one window and look-back could read, read once for all of them."""
    whole = reach(specs[0], window)
    if await census.rows(tx, whole.first_day, whole.last_day, MOST + 1) > MOST:
        return {spec.key: _unread(spec) for spec in specs}
    held = await sources.known(tx, set[str]().union(*map(_wanted, specs)), whole)
    # Days name nobody, and competitors' people are not even known: what stands there speaks of as many as this.
    unnamed = {"event_day": await census.actors(tx, whole.first_day, whole.last_day, _MANY), "competitor_day": 1}
    # Off the loop, however large a tenant is.
    return await asyncio.to_thread(lambda: {spec.key: _usable(spec, held, window, own, unnamed) for spec in specs})


def _unread(spec: ScorerSpec) -> Usable:
    """Return that there is more than can be looked through here."""
    sent = [Have(one.table, one.required, None) for one in spec.inputs if one.table not in _NOT_SENT]
    words = (
        f"there are more than {MOST:,} rows about people, which are not looked through here; a run says what it counted"
    )
    return Usable(sent, started=True, held_back=[Held("too_many", words)], refusal=None)


async def nobodys(tx: TenantTx) -> list[Held]:
    """Return what no scorer may read, whatever the grounds are."""
    found = []
    if await rights.uncounted(tx):
        found.append(
            Held("rights", "who objected, or asked for restriction, is left out of everything that is counted")
        )
    if await changes.sensitive_ones(tx):
        words = (
            "communities that are sensitive, or look so and were not answered for, are left out with all that is in them; "
            "GET /v1/communities:questions asks about the latter"
        )
        found.append(Held("sensitive", words))
    return found


def _wanted(spec: ScorerSpec) -> set[str]:
    tables = {one.table for one in spec.inputs}
    return tables | {"answers"} if "items" in tables else tables


def _usable(
    spec: ScorerSpec, held: Known, window: Window, own: Iterable[Questionnaire], unnamed: Mapping[str, int]
) -> Usable:
    wanted = _wanted(spec)
    found = sources.opened(held, wanted, Reader(spec.key, spec.modes))
    floor = max(found.floor, GENERAL["floor"])
    read = snapshot.taken(spec, assemble(found.data, own), window)
    sent = [(one, table) for one, table in read if one.table not in _NOT_SENT]
    inputs = [Have(one.table, one.required, _count(table, floor, unnamed.get(one.table))) for one, table in sent]
    required = [table.rows > 0 for one, table in sent if one.required]
    back = _barred(spec, found.refusal, _shorter(held.data, found.data, wanted))
    back += _few(floor, [have.table for have in inputs if have.rows is None])
    return Usable(inputs, any(required) or not required, back, found.refusal)


def _count(table: Table, floor: int, unnamed: int | None) -> int | None:
    """Return the rows of a table, of events their number, as far as that may be said."""
    if unnamed is not None:
        return table.rows if unnamed >= floor or not table.rows else None
    people = len(_people(table))
    if not people:
        return table.rows
    rows = sum(table.ints("count").tolist()) if table.name in _SUMMED else table.rows
    return rounded(rows, floor) if people >= floor else None


def _people(table: Table) -> set[str | None]:
    columns = [name for name, kind in CATALOGUE[table.name].items() if kind == "person"]
    named = [table.texts(column) for column in columns if ASIDE.get(table.name) != column]
    return set[str | None]().union(*named) - {None}


def _shorter(before: Data, after: Data, wanted: set[str]) -> list[str]:
    return sorted(name for name in wanted & before.keys() & after.keys() if _rows(after[name]) < _rows(before[name]))


def _rows(cells: Cells) -> int:
    return max(map(len, cells.values()), default=0)


def _barred(spec: ScorerSpec, refusal: Refusal | None, tables: Sequence[str]) -> list[Held]:
    if refusal is not None:
        return [Held(refusal.code, refusal.words)]
    words = f"no ground in force, of a mode that {spec.key} works in, covers all whom {_files(tables)} speak of"
    return [Held("not_covered", f"{words}; the rest is left out")] if tables else []


def _few(floor: int, tables: Sequence[str]) -> list[Held]:
    words = f"{_files(tables)}: how much there is speaks of fewer than {floor} people, and is not said"
    return [Held("below_floor", words)] if tables else []


def _files(tables: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(FILES.get(table, table) for table in tables))
