"""Draws a twin from a shape and a seed. It sees no data: however many twins are drawn, they tell what the shape tells."""

from typing import TypeAlias

import numpy as np

from kithline_core.twin import layout, matching, mending
from kithline_core.twin.cells import spread
from kithline_core.twin.moments import earlier
from kithline_core.twin.shapes import ColumnShape, Moments, People, SnapshotShape, TableShape, Texts, Told
from kithline_core.twin.words import spelled
from kithline_sdk.snapshot import DAY, Bools, Column, Floats, Ints, Snapshot, Table
from kithline_sdk.stats.random import Draws

Cells: TypeAlias = tuple[Ints | Floats, Bools]


class Drawer:
    """One twin being drawn: its people, its words, and the numbers that decide."""

    def __init__(self, shape: SnapshotShape, seed: int) -> None:
        self.shape, self.draws = shape, Draws(seed)
        self.window = earlier(shape.window)
        self.words = spelled(shape.words, self.draws, shape.taken)
        self.people = self.some(self.many(shape.people))
        self.members = self.people

    def many(self, count: int | None) -> int:
        """Return a count; where fewer than k are hidden, a drawn number of them."""
        return 1 + int(self.draws.below(self.shape.floor, 1)[0]) if count is None else count

    def some(self, size: int) -> Ints:
        """Return the numbers below `size` in a drawn order."""
        return np.argsort(self.draws.uniform(size), kind="stable").astype(np.int64)

    @property
    def also(self) -> list[str]:
        """The texts that stand beside the snapshot."""
        return [self.words[word] for word in self.shape.also]

    def snapshot(self) -> Snapshot:
        """Draw the whole twin."""
        first = [one for one in self.shape.tables if one.name == "memberships"]
        drawn = {one.name: self.table(one) for one in [*first, *(one for one in self.shape.tables if one not in first)]}
        return Snapshot(self.window, _dense([drawn[one.name] for one in self.shape.tables]))

    def table(self, shape: TableShape) -> Table:
        """Draw a table."""
        fixed = matching.matched(self, shape) or matching.repeated(self, shape)
        rows = len(next(iter(fixed.values()))[0]) if fixed else self.many(shape.rows)
        drawn = {name: fixed.get(name) or self.column(one, rows) for name, one in shape.columns.items()}
        mending.mend(self.draws, shape, drawn, frozenset(fixed) if shape.pairs else frozenset())
        _within_days(self.draws, drawn)
        if shape.name == "memberships" and "person" in drawn:
            self.members = np.unique(drawn["person"][0][drawn["person"][1]])
        columns = {name: self.made(shape.columns[name].kind, cells) for name, cells in drawn.items()}
        table = layout.apart(Table(shape.name, columns), shape.order).sorted()
        for name, one in shape.columns.items():
            if one.ascending:
                table.columns[name] = _risen(table.columns[name])
        return table

    def made(self, kind: str, cells: Cells) -> Column:
        """Return drawn cells as a column; words become texts."""
        values, present = cells
        if kind == "str":
            texts = [self.words[word] if there else None for word, there in zip(values.tolist(), present, strict=True)]
            return Column.of("str", texts)
        shown = np.where(present, values, 0)
        return Column(kind, shown.astype(np.float64) if kind == "float" else shown.astype(np.int64), present)

    def column(self, shape: ColumnShape, rows: int) -> Cells:
        """Draw a column of so many rows."""
        empty = self.many(shape.empty)
        present = self.some(rows) >= (min(empty, rows - shape.full) if shape.empty is None else empty)
        values = self.values(shape, int(present.sum()))
        if values is None:
            return np.zeros(rows, np.int64), np.zeros(rows, np.bool_)
        cells: Ints | Floats = np.zeros(rows) if values.dtype == np.float64 else np.zeros(rows, np.int64)
        cells[present] = values
        return cells, present

    def values(self, shape: ColumnShape, size: int) -> Ints | Floats | None:
        """Draw the values of a column; None where it has none that may be told."""
        one = shape.shape
        if isinstance(one, People):
            return self.persons(one, size)
        if isinstance(one, Moments):
            return self.moments(one, shape.kind, size)
        parts: list[tuple[tuple[float, ...], int | None]]
        if isinstance(one, Texts):
            parts = [((word,), rows) for word, rows in zip(one.words, one.rows, strict=True)]
        else:
            parts = [(part.values, part.rows) for part in one.parts]
        places = self.parts([rows for _, rows in parts], size)
        if places is None:
            return None
        found = np.zeros(size)
        for place, (values, _) in enumerate(parts):
            rows = places == place
            found[rows] = np.array(values)[self.draws.below(len(values), int(rows.sum()))]
        return found.astype(np.int64) if isinstance(one, Texts) else found

    def parts(self, weights: list[int | None], size: int) -> Ints | None:
        """Return for each of `size` rows of which part it is, in a drawn order; every part has a row if there are enough."""
        if not weights:
            return None
        rows = np.array([self.many(one) for one in weights], np.int64)
        order = np.repeat(np.arange(len(rows)), rows)
        kept = _even(order, size) if len(order) > size else self.filled(order, order, size)
        return np.asarray(kept[self.some(size)], np.int64)

    def filled(self, order: Ints, pool: Ints, size: int) -> Ints:
        """Return numbers filled up to `size` with some drawn from a pool."""
        return np.concatenate([order, pool[self.draws.below(len(pool), size - len(order))]])

    def moments(self, shape: Moments, kind: str, size: int) -> Ints | None:
        """Draw days or times, shifted as the twin's window is."""
        places = self.parts([cell.rows for cell in shape.cells], size)
        if places is None:
            return None
        steps = np.zeros(size)
        for place, cell in enumerate(shape.cells):
            rows, (low, high) = places == place, spread(cell)
            steps[rows] = np.floor(low + self.draws.uniform(int(rows.sum())) * (high - low))
        last = (self.window.last_day + 1 - self.window.first_day) * (
            DAY // shape.step if DAY > shape.step > 1 else 1
        ) - 1
        for wanted, edge in ((shape.first, 0), (shape.last, last)):
            if wanted and size and not (steps == edge).any():
                steps[int(self.draws.below(size, 1)[0])] = edge
        within = self.draws.below(shape.step, size) if 1 < shape.step < DAY else np.zeros(size, np.int64)
        start = self.window.first_day * (1 if kind == "day" else DAY)
        return start + steps.astype(np.int64) * shape.step + within

    def persons(self, shape: People, size: int) -> Ints | None:
        """Draw who stands in which row."""
        who = self.chosen(shape)
        if not shape.rows_each or not size:
            return None
        return np.asarray(who[self.rows_of(shape.rows_each, len(who), size)], np.int64)

    def rows_of(self, rows_each: list[Told], many: int, size: int) -> Ints:
        """Return for each of `size` rows of which of `many` it is, with so many rows each, in a drawn order."""
        often = self.parts([part.rows for part in rows_each], many)
        each = np.ones(many, np.int64)
        for place, part in enumerate(rows_each):
            found = often == place
            each[found] = np.array(part.values, np.int64)[self.draws.below(len(part.values), int(np.sum(found)))]
        rows = np.repeat(np.arange(many), np.maximum(each, 1))
        busy = (
            np.flatnonzero(each > 1) if (each > 1).any() else np.arange(many)
        )  # rows that lack go to whoever has several
        rows = _even(rows, size) if len(rows) > size else self.filled(rows, busy, size)
        return np.asarray(rows[self.some(size)], np.int64)

    def chosen(self, shape: People) -> Ints:
        """Return whom a column is about: members, unless others are in it too."""
        wanted = max(1, self.many(shape.people))
        members = self.members[self.some(len(self.members))]
        if not shape.outside and wanted <= len(members):
            return members[:wanted]
        others = np.setdiff1d(self.people, members)
        mixed = np.concatenate([others[:1], members, others[1:]])
        mixed = np.concatenate([mixed[:1], mixed[1:][self.some(max(0, len(mixed) - 1))]])
        return np.asarray(mixed[:wanted], np.int64)


def _even(order: Ints, size: int) -> Ints:
    """Return `size` of sorted numbers, each kind with as even a share as there is room for; none is lost if all fit."""
    _, first = np.unique(order, return_index=True)
    rest = np.setdiff1d(np.arange(len(order)), first)
    room = max(0, size - len(first))
    kept = rest[np.linspace(0, len(rest) - 1, room).astype(np.int64)] if room and len(rest) else rest[:0]
    return np.asarray(order[np.concatenate([first[:size], kept])], np.int64)


def _within_days(draws: Draws, drawn: dict[str, Cells]) -> None:
    """Put the first and the last moment of a day's row into its day."""
    if "day" not in drawn or not {"first_at", "last_at"} & drawn.keys():
        return
    days = drawn["day"][0].astype(np.int64) * DAY
    moments = np.sort(draws.below(DAY, 2 * len(days)).reshape(2, -1), axis=0)
    for place, name in enumerate(("first_at", "last_at")):
        if name in drawn:
            drawn[name] = (days + moments[place], drawn[name][1] & drawn["day"][1])


def _risen(column: Column) -> Column:
    values = column.values.copy()
    values[column.present] = np.sort(values[column.present])
    return Column(column.kind, values, column.present)


def _dense(tables: list[Table]) -> list[Table]:
    """Return tables whose people are numbered without a gap."""
    columns = [column for table in tables for column in table.columns.values() if column.kind == "person"]
    known = np.unique(np.concatenate([np.zeros(0, np.int64), *(one.values[one.present] for one in columns)]))
    for column in columns:
        column.values = np.where(column.present, np.searchsorted(known, column.values), 0).astype(np.int64)
    return [table.sorted() for table in tables]
