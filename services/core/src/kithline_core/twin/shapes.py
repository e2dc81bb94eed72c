"""What a twin is drawn from: all that is told of a snapshot. Whatever is in it at least k share, or it is a class."""

from typing import TypeAlias

import msgspec

from kithline_core.twin.cells import Cell
from kithline_core.twin.words import Word
from kithline_sdk.snapshot import Window


class Told(msgspec.Struct, frozen=True):
    """Values that stand for some rows; `rows` None: fewer than k, how many is not told."""

    values: tuple[float, ...]
    rows: int | None


class Numbers(msgspec.Struct, frozen=True):
    """Figures by their cells."""

    parts: list[Told]


class Moments(msgspec.Struct, frozen=True):
    """Days or times: cells of steps from the window's start, how long a step is, and whether its edges are met."""

    cells: list[Cell]
    step: int
    first: bool
    last: bool


class Texts(msgspec.Struct, frozen=True):
    """Words by number, each with its rows."""

    words: list[int]
    rows: list[int | None]


class People(msgspec.Struct, frozen=True):
    """How many people stand in a column, in how many rows each, and whether some have no membership."""

    people: int | None
    rows_each: list[Told]
    outside: bool


Shape: TypeAlias = Numbers | Moments | Texts | People


class ColumnShape(msgspec.Struct, frozen=True):
    """A column: how many cells are empty (None: fewer than k are), whether any is not; `ascending`: in the order of rows."""

    kind: str
    empty: int | None
    full: bool
    shape: Shape
    ascending: bool = False


class PairsShape(msgspec.Struct, frozen=True):
    """Pairs of people with several rows each: how many pairs, who stands in how many of them, rows of a pair."""

    pairs: int
    one: People
    other: People
    rows_each: list[Told]


class TableShape(msgspec.Struct, frozen=True):
    """A table: rows (None: of fewer than k people), columns in `order`, some of them joined, facts of it as a whole.

    Each fact is of a class that bugs hang on. `pairs`: people have several rows with the same other.
    """

    name: str
    rows: int | None
    order: list[str]
    columns: dict[str, ColumnShape]
    unique: bool
    loops: bool
    mutual: bool
    ordered: list[tuple[str, str]]
    pairs: PairsShape | None


class SnapshotShape(msgspec.Struct, frozen=True):
    """A snapshot: its window, how many people (None: fewer than k), its words and tables.

    `also` are words that stand beside it, by number; `taken` are texts that no drawn one may happen to be.
    """

    window: Window
    people: int | None
    floor: int
    words: list[Word]
    tables: list[TableShape]
    also: list[int]
    taken: frozenset[str]
