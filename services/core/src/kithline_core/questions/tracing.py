"""Gathers what a result came from: its lineage, the snapshot kept of it, and whether its ids may be listed."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from kithline_core import ids, plugins
from kithline_core.db import TenantTx, evidence, explanations, kept, results, rights, told
from kithline_core.db.evidence import Chosen, Days
from kithline_core.db.kept import WIDTH, Inputs
from kithline_core.engine import answered, divided, document, listable
from kithline_core.engine.divided import Staff
from kithline_core.engine.document import Document, Lineage
from kithline_core.engine.keys import GENERAL
from kithline_core.engine.lineage import EVENTS, named
from kithline_core.engine.listable import COMMUNITY, DEPARTMENT, FEW, ONE_KIND, ONLY_PEOPLE, PAIR, TOLD, Cell
from kithline_core.engine.tables import micros
from kithline_core.errors import NotFound, UnknownScorer
from kithline_core.model import pseudonyms
from kithline_core.model.evidence import Division
from kithline_core.model.results import Result
from kithline_core.plugins import ScorerSpec
from kithline_core.questions import explaining
from kithline_core.questions.folding import Folded
from kithline_core.questions.remembering import Memory
from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.snapshot import Snapshot, Table, Window

ERASED: Final = "erased"
RESTRICTED: Final = "restricted"
NOT_KEPT: Final = "not_kept"
LET_GO: Final = "let_go"
ELSEWHERE: Final = "computed_elsewhere"
RETENTION: Final = "retention"
SITE: Final = "site"
ANSWERS: Final = "answers"
_ACTORS: Final = Memory[list[str]]()


class Base(NamedTuple):
    """A result that may be seen, its finding, and what is left of what it was computed from.

    `cell` is what a measure narrows it to, `pair` whether that are two; `gone` says why the snapshot is not there.
    """

    result: Result
    shown: Document
    spec: ScorerSpec | None
    inputs: Inputs | None
    folded: Folded
    gone: str | None
    cell: Cell | None
    pair: bool

    @property
    def cut(self) -> Snapshot | None:
        """Return the snapshot; the first time that takes a while."""
        return self.folded.snapshot

    @property
    def at(self) -> datetime:
        """Return when its data were read."""
        return self.result.snapshot_at or self.result.created_at

    @property
    def floor(self) -> int:
        """Return the floor that was in force."""
        known = {} if self.inputs is None else self.inputs.parameters
        return int(known.get("floor", GENERAL["floor"]))

    @property
    def people(self) -> bytes:
        """Return the hashes of the people in the snapshot, 8 bytes each; nothing where nobody can be told any more."""
        return b"" if self.inputs is None or self.folded.data is None else self.inputs.people or b""

    def read(self, table: str) -> Table:
        """Return a table as it was read, an empty one where the snapshot is not there or does not hold it."""
        found = None if self.cut is None else self.cut.tables.get(table)
        return Table(table, {}) if found is None else found

    def kept(self, table: str) -> Table:
        """Return of a table as it was read the rows that may be listed, where any may: of answers not every item's."""
        rows = self.read(table)
        return answered.listed(rows, self.floor) if table == ANSWERS else rows


async def base(tx: TenantTx, result_id: UUID, measure: str | None, *, read: bool = True) -> Base:
    """Return what the evidence of a result begins with; `read`: the kept snapshot too. Raises NotFound, Withheld."""
    result = await explaining.shown(tx, result_id)
    shown = document.decode((await results.stored(tx, result_id)).document)
    inputs = await kept.of(tx, result_id)
    data = inputs.data if inputs is not None and read else None
    spec = _spec(result, inputs)
    speaks = _speaks(shown, spec, measure)
    gone = await _gone(tx, result, inputs)
    return Base(result, shown, spec, inputs, Folded(data), gone, speaks[0] if speaks else None, len(speaks) > 1)


def _spec(result: Result, inputs: Inputs | None) -> ScorerSpec | None:
    """Return the scorer in the version of the result, where it is installed."""
    try:
        _, spec = plugins.installed().find(result.scorer, None if inputs is None else inputs.plugin_version)
    except UnknownScorer:
        return None
    return spec if spec.version == result.version else None


def _speaks(shown: Document, spec: ScorerSpec | None, measure: str | None) -> list[Cell]:
    if measure is None:
        return []
    if measure not in shown.measures:
        raise NotFound(
            f"this result has no measure {measure!r}; its finding lists those it has, and `missing` the others"
        )
    return [] if spec is None else listable.cells(spec, measure)


async def _gone(tx: TenantTx, result: Result, inputs: Inputs | None) -> str | None:
    if result.origin == SITE:
        return ELSEWHERE
    # From the request on: the job that forgets the snapshot comes a little later.
    if result.stale_since is not None and await evidence.erased(tx, result.snapshot_at or result.created_at):
        return ERASED
    if inputs is not None and inputs.data is not None:
        return None
    return ERASED if inputs is not None and inputs.kept is not None else NOT_KEPT


def entries(found: Base, table: str) -> list[Lineage]:
    """Return what the lineage says of a table. Raises NotFound for one that was not read."""
    told = [one for one in found.shown.lineage if one.table == table]
    if not told:
        names = ", ".join(sorted({one.table for one in found.shown.lineage}))
        raise NotFound(f"this result read no table {table!r}; it read {names or 'nothing'}")
    return told


def days(one: Lineage) -> Days:
    """Return the days that were read."""
    start, end = (micros(datetime.fromisoformat(moment)) for moment in one.window)
    reach = Window(start, end)
    return Days(reach.first_day, reach.last_day)


async def chosen(tx: TenantTx, found: Base, span: Days) -> Chosen:
    """Return which events a measure narrows a table to."""
    cell = found.cell
    if cell is None:
        return Chosen(found.at)
    if cell.kind == COMMUNITY:
        return Chosen(found.at, community=cell.label)
    actors = await _ACTORS.of((tx.tenant_id, found.result.id, cell, span), lambda: _actors(tx, found, cell, span))
    return Chosen(found.at, actors=actors)


async def _actors(tx: TenantTx, found: Base, cell: Cell, span: Days) -> list[str]:
    did = await evidence.acted(tx, span, found.at)
    members = await _members(tx, found, cell.kind, [one.actor for one in did])
    return sorted(name for name, of in members.items() if cell.label in of)


async def held_back(tx: TenantTx, found: Base, one: Lineage, *, again: bool = False) -> str | None:
    """Return why the ids of a table may not be listed; None when they may.

    `again`: they might a page ago, so that enough people stand behind them: the list is of what was counted, and stays so.
    """
    if one.table != EVENTS:
        return await _rows_held_back(tx, found, one, again=again)
    if found.gone in (ERASED, ELSEWHERE):
        return found.gone
    hidden, span = sorted(await rights.unshown(tx)), days(one)
    if hidden and await evidence.speaks(tx, span, found.at, hidden):
        return RESTRICTED
    if not (await evidence.left(tx, span, found.at)).counted:
        return RETENTION
    if again:
        return LET_GO if _forgotten(found) else None
    return await _events_held_back(tx, found, span)


async def _events_held_back(tx: TenantTx, found: Base, span: Days) -> str | None:
    if found.pair:
        return PAIR
    split = await division(tx, found, span)
    if split is None or isinstance(split, str):
        return split
    return None if await told.there(tx, span, split) else TOLD


async def division(tx: TenantTx, found: Base, span: Days) -> Division | str | None:
    """Return how the list of a measure divides the events; why there is none, where it may not be; None: it has them all."""
    did = await evidence.acted(tx, span, found.at)
    done = await asyncio.to_thread(listable.acts, [(one.community, one.actor, one.count) for one in did])
    if (why := listable.of_all(done, found.floor)) is not None or found.cell is None:
        return why
    if found.cell.kind not in (COMMUNITY, DEPARTMENT):
        return ONE_KIND
    if _forgotten(found):
        return LET_GO
    staff = await _staff(tx, found, done.people) if found.cell.kind == DEPARTMENT else Staff({}, {}, {})
    return await asyncio.to_thread(divided.by, done, found.cell, staff, found.floor)


async def _staff(tx: TenantTx, found: Base, people: Sequence[str]) -> Staff:
    members = await asyncio.to_thread(found.read, "memberships")
    where = await asyncio.to_thread(belonging, members, DEPARTMENT, found.people)
    names = await explanations.names(tx, "person", found.at)
    return Staff(where, await _hashes(tx, found, people), names)


def _forgotten(found: Base) -> bool:
    """Say whether nobody can tell any more who is in the department or group."""
    return found.cell is not None and found.cell.kind != COMMUNITY and not found.people


async def _rows_held_back(tx: TenantTx, found: Base, one: Lineage, *, again: bool) -> str | None:
    if found.gone is not None:
        return found.gone
    rows = await asyncio.to_thread(found.read, one.table)
    if not named(rows):
        return ONLY_PEOPLE
    if found.pair:
        return PAIR
    if await _names_hidden(tx, found, rows):
        return RESTRICTED
    return await asyncio.to_thread(_answers_held_back, found, rows) if rows.name == ANSWERS and not again else None


def _answers_held_back(found: Base, rows: Table) -> str | None:
    of_all = listable.of_answers(rows, found.cell, found.floor)
    of_cell = found.cell is None or found.cell.kind not in rows or answered.whole(rows, found.cell, found.floor)
    some = not rows.rows or found.kept(ANSWERS).rows
    return of_all or (None if of_cell and some else FEW)


async def _names_hidden(tx: TenantTx, found: Base, rows: Table) -> bool:
    """Say whether rows are somebody's whom no list shows or no snapshot counts any more; true where nobody can tell."""
    kinds = CATALOGUE[rows.name]
    columns = [rows.ints(name)[rows.present(name)] for name in rows.columns if kinds[name] == "person"]
    numbers = {one for column in columns for one in column.tolist()}
    hidden = await rights.unshown(tx) | await rights.uncounted(tx) if numbers else set[str]()
    if not hidden or not found.people:
        return bool(hidden)
    gone = set((await _hashes(tx, found, hidden)).values())
    return any(_person(found.people, number) in gone for number in numbers)


async def _members(tx: TenantTx, found: Base, kind: str, people: Sequence[str]) -> Mapping[str, list[str]]:
    """Return for each id of people where they belonged in the snapshot, as far as they are in it."""
    hashes, members = await _hashes(tx, found, people), await asyncio.to_thread(found.read, "memberships")
    where = await asyncio.to_thread(belonging, members, kind, found.people)
    return {one: where[digest] for one, digest in hashes.items() if digest in where}


async def _hashes(tx: TenantTx, found: Base, people: Collection[str]) -> dict[str, bytes]:
    """Return by id of people the hash they have in the snapshot, if they are in it."""
    secret, names = await rights.secret(tx), await explanations.names(tx, "person", found.at)

    def told() -> dict[str, bytes]:
        return {one: pseudonyms.digest(secret, names.get(one, one))[:WIDTH] for one in people}

    return await asyncio.to_thread(told)


def _person(people: bytes, number: int) -> bytes:
    return people[number * WIDTH : (number + 1) * WIDTH]


def belonging(members: Table, kind: str, people: bytes) -> dict[bytes, list[str]]:
    """Return for each hash of a person where they belonged; `people` are the hashes behind the numbers, 8 bytes each."""
    if kind not in members or "person" not in members:
        return {}
    found: dict[bytes, list[str]] = {}
    for number, label in zip(members.ints("person").tolist(), members.texts(kind), strict=True):
        if label is not None:
            found.setdefault(_person(people, number), []).append(label)
    return found


def narrowed(rows: Table, cell: Cell | None) -> Table:
    """Return the rows of a cell; all of them where the table knows none of its kind."""
    if cell is None or cell.kind not in rows:
        return rows
    labels = rows.labels(cell.kind)
    return rows.where(rows.codes(cell.kind) == (labels.index(cell.label) if cell.label in labels else -2))


def said(one: Lineage, cell: Cell) -> str:
    """Return a filter with what a measure narrows it to."""
    by = "the actor's " if one.table == EVENTS and cell.kind != COMMUNITY else ""
    return "; ".join([*filter(None, [one.filter]), f"{by}{cell.kind} is {cell.label}"])


def name(found: Base) -> str:
    """Return the id of the result as it is shown."""
    return ids.show("result", found.result.id)
