"""The frozen, sorted, columnar input of one scorer, and its canonical bytes.

Canonical form (rulings 1.4): magic, window, then per table in the manifest's order its name, row count and per column
its name, type, null bitmap and values; int64 and float64 little-endian, strings as UTF-8 behind a u32 length.
"""

import hashlib
import struct
from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

MAGIC: Final = b"KLS1"
DAY: Final = 86_400_000_000  # microseconds
_U32 = struct.Struct("<I")
_I64 = struct.Struct("<q")


class Window:
    """A half-open span [start, end) in microseconds since 1970, UTC."""

    __slots__ = ("end", "start")

    def __init__(self, start: int, end: int) -> None:
        if end < start:
            raise ValueError("a window ends after it starts")
        self.start, self.end = start, end

    @property
    def days(self) -> float:
        """Its length in days."""
        return (self.end - self.start) / DAY

    @property
    def first_day(self) -> int:
        """The number of the first day it touches."""
        return self.start // DAY

    @property
    def last_day(self) -> int:
        """The number of the last day it touches."""
        return max(self.first_day, -(-self.end // DAY) - 1)


class Column:
    """One column: int64 or float64 values; strings are codes into `labels`, which are sorted by code point."""

    __slots__ = ("kind", "labels", "present", "values")

    def __init__(self, kind: str, values: Ints | Floats, present: Bools, labels: tuple[str, ...] = ()) -> None:
        self.kind, self.values, self.present, self.labels = kind, values, present, labels

    def take(self, index: NDArray[np.intp] | Bools) -> "Column":
        """Return the chosen rows; labels that no row uses any more stay."""
        return Column(self.kind, self.values[index], self.present[index], self.labels)

    @classmethod
    def of(cls, kind: str, cells: Sequence[object]) -> "Column":
        """Build a column from Python values; None is null. NaN is refused, -0.0 becomes 0.0."""
        present = np.fromiter((cell is not None for cell in cells), np.bool_, len(cells))
        if kind == "str":
            labels = tuple(sorted({str(cell) for cell in cells if cell is not None}))
            code = {label: number for number, label in enumerate(labels)}
            codes = np.fromiter((-1 if cell is None else code[str(cell)] for cell in cells), np.int64, len(cells))
            return cls(kind, codes, present, labels)
        filled = [0 if cell is None else cell for cell in cells]
        if kind == "float":
            values = np.array(filled, np.float64) + 0.0
            if np.isnan(values).any():
                raise ValueError("NaN is not a value; leave the cell empty")
            return cls(kind, values, present)
        return cls(kind, np.array(filled, np.int64), present)


class Table:
    """Named columns of equal length."""

    __slots__ = ("columns", "name", "rows")

    def __init__(self, name: str, columns: Mapping[str, Column]) -> None:
        self.name, self.columns = name, dict(columns)
        self.rows = len(next(iter(self.columns.values())).present) if self.columns else 0

    def __contains__(self, column: str) -> bool:
        return column in self.columns

    def ints(self, column: str) -> Ints:
        """Return whole numbers (person, day, time, bool too); null reads as 0: see `present`."""
        return self.columns[column].values.astype(np.int64, copy=False)

    def floats(self, column: str) -> Floats:
        """Return numbers with NaN for null."""
        found = self.columns[column]
        return np.where(found.present, found.values.astype(np.float64), np.nan)

    def codes(self, column: str) -> Ints:
        """Return a string column as numbers into `labels(column)`; null is -1."""
        return self.columns[column].values.astype(np.int64, copy=False)

    def labels(self, column: str) -> tuple[str, ...]:
        """Return the distinct strings of a column, sorted by code point."""
        return self.columns[column].labels

    def texts(self, column: str) -> list[str | None]:
        """Return a string column as Python strings."""
        found = self.columns[column]
        return [None if code < 0 else found.labels[code] for code in found.values.tolist()]

    def present(self, column: str) -> Bools:
        """Return where a column has a value."""
        return self.columns[column].present

    def where(self, keep: Bools) -> "Table":
        """Return the rows where `keep` is true."""
        return Table(self.name, {name: column.take(keep) for name, column in self.columns.items()})

    def sorted(self) -> "Table":
        """Return the rows sorted by all columns, the first column first, null before any value."""
        if not self.columns:
            return self
        keys = [key for column in reversed(self.columns.values()) for key in (column.values, column.present)]
        order = np.lexsort(keys)
        return Table(self.name, {name: column.take(order) for name, column in self.columns.items()})


class Snapshot:
    """One tenant's data as one scorer asked for it. Read-only by convention and by process boundary."""

    __slots__ = ("tables", "window")

    def __init__(self, window: Window, tables: Iterable[Table]) -> None:
        self.window = window
        self.tables = {table.name: table for table in tables}

    def __getitem__(self, name: str) -> Table:
        return self.tables[name]

    def __contains__(self, name: str) -> bool:
        return name in self.tables

    def encode(self) -> bytes:
        """Return the canonical bytes."""
        parts = [MAGIC, _I64.pack(self.window.start), _I64.pack(self.window.end), _U32.pack(len(self.tables))]
        for table in self.tables.values():
            parts += encode_table(table)
        return b"".join(parts)

    @classmethod
    def decode(cls, data: bytes) -> "Snapshot":
        """Read canonical bytes back. Raises ValueError when they are not."""
        return _Reader(data).snapshot()


def encode_table(table: Table) -> list[bytes]:
    """Return the canonical bytes of one table, in parts."""
    parts = [_text(table.name), _U32.pack(table.rows), _U32.pack(len(table.columns))]
    for name, column in table.columns.items():
        parts += [_text(name), _text(column.kind), np.packbits(column.present, bitorder="little").tobytes()]
        parts.append(_cells(column))
    return parts


def table_hash(table: Table) -> str:
    """Return the sha256 of a table's canonical bytes."""
    return hashlib.sha256(b"".join(encode_table(table))).hexdigest()


def _text(text: str) -> bytes:
    raw = text.encode()
    return _U32.pack(len(raw)) + raw


def _cells(column: Column) -> bytes:
    if column.kind == "str":
        empty = _text("")
        known = [_text(label) for label in column.labels]
        return b"".join([empty if code < 0 else known[code] for code in column.values.tolist()])
    kind = "<f8" if column.kind == "float" else "<i8"
    return np.where(column.present, column.values, 0).astype(kind).tobytes()


# Numbers of strings, and how many bytes they take.
_Numbered = tuple["array[int]", int]
# The shortest string takes four bytes: so many may be in a window. Few strings make few different windows.
WINDOW: Final = 64
IN_WINDOW: Final = WINDOW // 4
WINDOWS: Final = 1 << 16


def _whole(window: bytes, met: dict[bytes, int]) -> _Numbered:
    """Return the numbers of the strings that lie in a stretch of bytes from end to end."""
    codes, at = array("q"), 0
    while at + _U32.size <= len(window):
        end = at + _U32.size + _U32.unpack_from(window, at)[0]
        if end > len(window):
            break
        codes.append(met.setdefault(window[at:end], len(met)))
        at = end
    return codes, at


def _labelled(codes: Ints, texts: list[str], present: Bools) -> Column:
    """Return a column of strings from numbers into texts: labels sorted, of present cells only, null as -1."""
    used = np.zeros(len(texts), np.bool_)
    used[codes[present]] = True
    labels = tuple(sorted(text for text, one in zip(texts, used.tolist(), strict=True) if one))
    place = {label: number for number, label in enumerate(labels)}
    numbers = np.array([place.get(text, -1) for text in texts], np.int64)
    found = numbers[codes] if len(texts) else codes
    return Column("str", np.where(present, found, -1), present, labels)


class _Reader:
    """A cursor over canonical bytes."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def snapshot(self) -> Snapshot:
        if self.take(len(MAGIC)) != MAGIC:
            raise ValueError("not a snapshot")
        window = Window(*(int(_I64.unpack(self.take(8))[0]) for _ in range(2)))
        return Snapshot(window, [self.table() for _ in range(self.u32())])

    def take(self, size: int) -> bytes:
        found = self.data[self.at : self.at + size]
        if len(found) != size:
            raise ValueError("the snapshot is cut short")
        self.at += size
        return found

    def u32(self) -> int:
        return int(_U32.unpack(self.take(4))[0])

    def text(self) -> str:
        return self.take(self.u32()).decode()

    def strings(self, present: Bools) -> Column:
        """Read as many strings as there are rows, several at once where such a stretch of bytes was read before."""
        met, known, codes, left = dict[bytes, int](), dict[bytes, _Numbered](), array("q"), len(present)
        while left:
            window = self.data[self.at : self.at + WINDOW]
            found = known.get(window) if left >= IN_WINDOW else None
            if found is None:
                found = _whole(window, met) if left >= IN_WINDOW else None
                if found is None or not found[1]:
                    found = self.cell(met)
                elif len(known) < WINDOWS:
                    known[window] = found
            codes.extend(found[0])
            self.at += found[1]
            left -= len(found[0])
        return _labelled(np.frombuffer(codes, np.int64), [cell[_U32.size :].decode() for cell in met], present)

    def cell(self, met: dict[bytes, int]) -> "_Numbered":
        """Return the string that is next."""
        start = self.at
        size = _U32.size + self.u32()
        self.at = start
        cell = self.take(size)
        self.at = start
        return array("q", [met.setdefault(cell, len(met))]), size

    def table(self) -> Table:
        name, rows, width = self.text(), self.u32(), self.u32()
        return Table(name, dict(self.column(rows) for _ in range(width)))

    def column(self, rows: int) -> tuple[str, Column]:
        name, kind = self.text(), self.text()
        bits = np.frombuffer(self.take(-(-rows // 8)), np.uint8)
        present = np.unpackbits(bits, count=rows, bitorder="little").astype(np.bool_)
        if kind == "str":
            return name, self.strings(present)
        raw = self.take(8 * rows)
        if kind == "float":
            return name, Column(kind, np.frombuffer(raw, "<f8").astype(np.float64), present)
        return name, Column(kind, np.frombuffer(raw, "<i8").astype(np.int64), present)
