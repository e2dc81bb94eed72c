"""What more data do, and what one person alone may do."""

import math
from typing import Final

import numpy as np

from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.checks import CLOSE, need, run
from kithline_sdk.kit.bench import Bench, scored
from kithline_sdk.kit.outcomes import Skipped
from kithline_sdk.snapshot import Column, Snapshot, Table

PEOPLE: Final = 60
PAIRS: Final = 5
TIMES: Final = 4
BEHAVIOUR: Final = ("tie_day", "activity_day", "ties", "item_use", "opening")
_LOUD: Final = 20  # counted events of the whale per pair and day: what the engine's cap leaves


def narrowing(bench: Bench) -> str:
    """Four times the people in the same structure give a narrower interval, on average. Raises Skipped, AssertionError."""
    one, four = _widths(bench, 1), _widths(bench, TIMES)
    if not one or not four:
        raise Skipped("no world of this size gave a score with an interval")
    before, after = (math.fsum(widths) / len(widths) for widths in (one, four))
    said = f"mean width {before:.4f} with {PEOPLE} people, {after:.4f} with {TIMES} times as many"
    need(after < before or before <= CLOSE, said)
    return said


def copies(world: Snapshot, times: int) -> Snapshot:
    """Return the world with its people `times` over, strangers to each other, in the same departments and places."""
    people = 1 + max((int(column.values.max(initial=0)) for _, column in _people(world)), default=0)
    tables = [
        table if "person" not in CATALOGUE[table.name].values() else _repeated(table, people, times)
        for table in world.tables.values()
    ]
    return Snapshot(world.window, [table.sorted() for table in tables])


def whale(bench: Bench, world: Snapshot, _: int) -> str | None:
    """Add somebody who contacts everybody every week, uses all that was shared and answers all that was asked: the score rises by no more than `concentration` says."""
    if not bench.reads(*BEHAVIOUR):
        return "it reads nothing that people do"
    loud = with_whale(world)
    before, after = run(bench.scorer, world), run(bench.scorer, loud)
    if not scored(before) or not scored(after):
        return "no world gave a score with and without the newcomer"
    if after.concentration is None:
        raise AssertionError("the finding has no `concentration`")
    lifted = (after.score or 0.0) - (before.score or 0.0)
    need(
        lifted <= after.concentration + bench.drawn + CLOSE,
        f"one newcomer lifts the score by {lifted:.4f}, `concentration` says {after.concentration:.4f}",
    )
    return None


def with_whale(world: Snapshot) -> Snapshot:
    """Return the world with one more person who contacts everybody once a week, as often as counts."""
    people = 1 + max((int(column.values.max(initial=0)) for _, column in _people(world)), default=0)
    grown = [_with_newcomer(table, people) for table in world.tables.values()]
    return Snapshot(world.window, [table.sorted() for table in grown])


def _people(world: Snapshot) -> list[tuple[str, Column]]:
    return [
        (name, column)
        for table in world.tables.values()
        for name, column in table.columns.items()
        if column.kind == "person"
    ]


def _widths(bench: Bench, times: int) -> list[float]:
    found = [run(bench.scorer, copies(bench.world(PEOPLE, seed), times)) for seed in range(PAIRS)]
    return [one.interval[1] - one.interval[0] for one in found if scored(one) and isinstance(one.interval, tuple)]


def _repeated(table: Table, people: int, times: int) -> Table:
    index = np.tile(np.arange(table.rows), times)
    shift = np.repeat(np.arange(times), table.rows) * people
    columns = {name: column.take(index) for name, column in table.columns.items()}
    moved = {
        name: Column(c.kind, np.where(c.present, c.values + shift, c.values), c.present)
        for name, c in columns.items()
        if c.kind == "person"
    }
    if table.name == "item_use" and "item" in table:  # what strangers share are other things
        texts = zip(table.texts("item") * times, np.repeat(np.arange(times), table.rows), strict=True)
        moved["item"] = Column.of("str", [f"{item}.{copy}" for item, copy in texts])
    return Table(table.name, {**columns, **moved})


def _with_newcomer(table: Table, people: int) -> Table:
    if not table.rows or table.name not in {*BEHAVIOUR, "memberships"} or "person" not in _kinds(table):
        return table
    if "used_by" in table:
        return _using_all(table, people)
    if table.name == "opening":
        return _answering_all(table, people)
    weeks = sorted(set(table.ints("day").tolist()))[::7] if "day" in table else [0]
    size = 1 if table.name == "memberships" else len(weeks) * people
    index = np.append(np.arange(table.rows), np.zeros(size, np.int64))
    columns = {name: column.take(index) for name, column in table.columns.items()}
    new = {"day": np.repeat(weeks, size // len(weeks)), "count": np.full(size, _LOUD), "recipients": np.ones(size)}
    ends = {"actor": np.full(size, people), "target": np.tile(np.arange(people), size // people or 1)[:size]}
    for name, values in {**new, **ends, "person": np.full(size, people)}.items():
        if name in columns:
            columns[name] = _filled(columns[name], values, table.rows)
    return Table(table.name, columns)


def _using_all(table: Table, person: int) -> Table:
    """Return `item_use` where one more person used every item on every day that anybody shared or used it."""
    columns = {name: column.take(np.tile(np.arange(table.rows), 2)) for name, column in table.columns.items()}
    used_by = _filled(columns["used_by"], np.full(table.rows, person), table.rows)
    return Table(table.name, {**columns, "used_by": used_by})


def _answering_all(table: Table, person: int) -> Table:
    """Return `opening` where one more person answered everything at once."""
    if not {"opened_at", "answerer", "answered_at"} <= table.columns.keys():
        return table
    asked = np.flatnonzero(~table.present("answerer"))
    columns = {name: column.take(np.append(np.arange(table.rows), asked)) for name, column in table.columns.items()}
    new = {"answerer": np.full(len(asked), person), "answered_at": table.ints("opened_at")[asked] + 1}
    return Table(table.name, columns | {name: _filled(columns[name], cells, table.rows) for name, cells in new.items()})


def _kinds(table: Table) -> set[str]:
    return {column.kind for column in table.columns.values()}


def _filled(column: Column, values: np.ndarray, rows: int) -> Column:
    whole = np.append(column.values[:rows], values).astype(np.int64)
    return Column(column.kind, whole, np.append(column.present[:rows], np.ones(len(values), np.bool_)))
