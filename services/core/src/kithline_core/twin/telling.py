"""Reads a snapshot and tells its shape: the one place where a twin's maker sees the data."""

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np

from kithline_core.twin import facts, layout
from kithline_core.twin.cells import Cell, Rule, cells, spread
from kithline_core.twin.moments import HOUR
from kithline_core.twin.shapes import (
    ColumnShape,
    Moments,
    Numbers,
    PairsShape,
    People,
    Shape,
    SnapshotShape,
    TableShape,
    Texts,
    Told,
)
from kithline_core.twin.sharing import OF_NOBODY, Holders, everybody
from kithline_core.twin.words import NONE, Joined, Vocabulary, Words
from kithline_sdk.snapshot import DAY, Bools, Column, Floats, Ints, Snapshot, Table, Window
from kithline_sdk.stats.random import Draws

STANDING_FOR: Final = 16  # values that stand for one cell
TRIES: Final = 64


class Teller:
    """What telling needs beside a table: whose snapshot, k, its words, and draws that are the same for every twin of it."""

    def __init__(self, snapshot: Snapshot, floor: int, vocabulary: Vocabulary, salt: int) -> None:
        self.window, self.floor, self.salt = snapshot.window, floor, salt
        self.words = Words(vocabulary)
        self.people = everybody(snapshot)
        members = snapshot.tables.get("memberships")
        there = members is not None and "person" in members and members.rows
        self.members = np.unique(members.ints("person")) if members is not None and there else self.people

    def snapshot(self, snapshot: Snapshot, texts: Iterable[str]) -> SnapshotShape:
        """Tell a whole snapshot, and texts that stand beside it: what is an id in it becomes the same word."""
        tables = [self.table(layout.together(table), list(table.columns)) for table in snapshot.tables.values()]
        also = [self.words.of(text, "") for text in texts]
        columns = [column for table in snapshot.tables.values() for column in table.columns.values()]
        taken = frozenset(label for column in columns for label in column.labels)
        people, words = self.count(len(self.people)), self.words.words
        return SnapshotShape(snapshot.window, people, self.floor, words, tables, also, taken)

    def count(self, number: int) -> int | None:
        """Return a number of people, None where there are some and fewer than k."""
        return None if 0 < number < self.floor else number

    def table(self, table: Table, order: list[str]) -> TableShape:
        """Tell a table; `order`: its columns before some were joined."""
        holders = Holders(table)
        columns = {name: self.column(table, name, holders) for name in table.columns}
        few = holders.personal and self.count(holders.many(np.ones(table.rows, np.bool_))) is None
        return TableShape(
            table.name,
            None if few else table.rows,
            order,
            columns,
            *facts.of(table),
            None if few else self.pairs(table),
        )

    def pairs(self, table: Table) -> PairsShape | None:
        """Tell which people of a table have several rows with the same other; None where no pair has."""
        names = layout.PAIRS.get(table.name, ("", ""))
        columns = [table.columns[name] for name in names if name in table]
        if len(columns) < len(names) or any(one.kind != "person" or not one.present.all() for one in columns):
            return None
        known, often = np.unique(
            np.stack([one.values.astype(np.int64) for one in columns], 1), axis=0, return_counts=True
        )
        if len(known) == table.rows:
            return None
        there = np.ones(len(known), np.bool_)
        both = {name: Column("person", known[:, place], there) for place, name in enumerate(names)}
        rows_each = self.often(often.astype(np.float64), Holders(Table("", both)))
        return PairsShape(len(known), self.persons(known[:, 0]), self.persons(known[:, 1]), rows_each)

    def column(self, table: Table, name: str, holders: Holders) -> ColumnShape:
        """Tell a column."""
        column, present = table.columns[name], table.columns[name].present
        empty = int((~present).sum())
        few = holders.personal and self.count(holders.many(~present)) is None
        own = holders.take(present)
        shape = self.shape(table, name, column.values[present], own)
        rising = name != next(iter(table.columns)) and facts.rises(column)
        return ColumnShape(
            column.kind, None if few and empty < table.rows else empty, bool(present.any()), shape, rising
        )

    def shape(self, table: Table, name: str, values: Ints | Floats, holders: Holders) -> Shape:
        """Tell the values of a column."""
        column = table.columns[name]
        if column.kind == "person":
            return self.persons(values.astype(np.int64))
        if column.kind == "str":
            return self.texts(name, column, values.astype(np.int64), holders)
        if column.kind in {"day", "time"}:
            return moments(column.kind, values, holders, self.window, self.floor)
        if column.kind == "bool":
            return Numbers(self.flags(values, holders))
        whole = bool((values == np.floor(values)).all())
        rule = Rule(self.floor, whole, coarse=table.name in OF_NOBODY and not holders.personal)
        return Numbers(self.told(values.astype(np.float64), holders, rule))

    def told(self, values: Floats, holders: Holders, rule: Rule) -> list[Told]:
        """Return the cells of figures with values that stand for them, of which none is one that too few share."""
        return self.standing(cells(values, holders, rule), set(values.tolist()), rule)

    def standing(self, found: list[Cell], taken: set[float], rule: Rule) -> list[Told]:
        """Return cells with values that stand for them, of which none is taken."""
        draws = Draws(self.salt)
        return [Told(_standing(cell, taken, rule, draws), cell.rows) for cell in found]

    def flags(self, values: Ints | Floats, holders: Holders) -> list[Told]:
        """Return which of yes and no k people share, or some row says where a table holds nobody."""
        found = [(flag, values == flag) for flag in (0, 1)]
        return [
            Told((float(flag),), int(rows.sum()))
            for flag, rows in found
            if rows.any() and (not holders.personal or holders.many(rows) >= self.floor)
        ]

    def persons(self, people: Ints) -> People:
        """Tell who stands in a column: how many, how often."""
        who, often = np.unique(people, return_counts=True)
        each = np.arange(len(who))
        holders = Holders(Table("", {"person": Column("person", each, np.ones(len(who), np.bool_))}))
        rows_each = self.often(often.astype(np.float64), holders)
        return People(self.count(len(who)), rows_each, bool(len(np.setdiff1d(who, self.members))))

    def often(self, counts: Floats, holders: Holders) -> list[Told]:
        """Tell numbers of rows; one that too few share is no value of anybody's, so what stands for it may be it."""
        rule = Rule(self.floor, whole=True)
        found = cells(counts, holders, rule)
        return self.standing(found, {cell.low for cell in found if cell.low == cell.high}, rule)

    def texts(self, name: str, column: Column, codes: Ints, holders: Holders) -> Texts:
        """Tell a column's words: those that k share with their rows, the rest with rows of equal number."""
        numbers = [self.words.of(label, name) for label in column.labels]
        rows = np.bincount(codes, minlength=len(numbers))
        enough = holders.by(codes, len(numbers)) >= self.floor
        pool = np.flatnonzero(~enough & (rows > 0))
        kept = [place for place in pool.tolist() if not (holders.personal and self.speaks(numbers[place]))]
        shared = [(numbers[place], int(rows[place])) for place in np.flatnonzero(enough).tolist()]
        rest = self.pooled(kept, np.isin(codes, pool), numbers, holders)
        return Texts([word for word, _ in (*shared, *rest)], [many for _, many in (*shared, *rest)])

    def pooled(
        self, kept: list[int], rows: Bools, numbers: list[int], holders: Holders
    ) -> list[tuple[int, int | None]]:
        """Return words that too few share each with an equal part of their rows; where few share all, the oddest alone."""
        if not kept:
            return []
        if holders.personal and holders.many(rows) < self.floor:
            return [(max((numbers[place] for place in kept), key=self.oddness), None)]
        each = max(1, int(rows.sum()) // len(kept))
        return [(numbers[place], each) for place in kept]

    def speaks(self, word: int) -> bool:
        """Return whether a word says something as it is: a word of the vocabulary, or several with one among them."""
        found = self.words.words[word]
        if isinstance(found, Joined):
            return any(self.speaks(part) for part in found.parts)
        return isinstance(found, str) and found not in {"", NONE}

    def oddness(self, word: int) -> tuple[int, ...]:
        """Return how far a word is from a plain short name."""
        found = self.words.words[word]
        if isinstance(found, str | Joined):
            return (-1,)
        return len(found.beyond) + len(found.signs) + found.padded + (not found.words), found.band, -word


def moments(kind: str, values: Ints | Floats, holders: Holders, window: Window, k: int) -> Moments:
    """Tell days or times as steps from the window's first day: of a day, or of an hour where times are no midnights."""
    step = 1 if kind == "day" else DAY if not (values % DAY).any() else HOUR
    start = window.first_day if kind == "day" else window.first_day * DAY
    steps = np.floor((values - start) / step)
    edge = float((window.last_day + 1 - window.first_day) * (HOUR and DAY // HOUR if step == HOUR else 1))
    rule = Rule(k, whole=True, edge=edge, exact=step != HOUR)
    found = cells(steps, holders, rule)
    return Moments(found, step, bool((steps == 0).any()), bool((steps == edge - 1).any()))


def _standing(cell: Cell, known: set[float], rule: Rule, draws: Draws) -> tuple[float, ...]:
    if cell.low == cell.high:
        return (cell.low,)
    low, high = spread(cell)
    drawn = low + draws.uniform(TRIES) * (high - low)
    rounded = np.floor(drawn).tolist() if rule.whole else [float(f"{one:.3g}") for one in drawn.tolist()]
    free = [one for one in dict.fromkeys(rounded) if one not in known and cell.low <= one < cell.high]
    return tuple(free[:STANDING_FOR]) or (next(_beside(cell, known)),)


def _beside(cell: Cell, known: set[float]) -> Iterator[float]:
    """Yield whole values that nobody has, from the far end of a cell outwards."""
    low, high = spread(cell)
    value, step = (np.floor(low) - 1, -1) if low < 0 else (np.ceil(high), 1)
    while True:
        if value not in known:
            yield float(value)
        value += step
