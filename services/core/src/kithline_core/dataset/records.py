"""Reads one file of a dataset folder into plain records with their line numbers."""

import csv
import gzip
import io
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TextIO

import msgspec

from kithline_core.errors import DatasetError

Record = tuple[int, dict[str, Any]]
# A header of a million columns is told by its first.
_SHOWN: Final = 20
_SHOWN_CHARACTERS: Final = 100

csv.field_size_limit(min(sys.maxsize, 1 << 20))


def read(path: Path, ending: str, known: Mapping[str, bool]) -> Iterator[Record]:
    """Yield (line, record) with empty cells left out; `known` says of each column whether it is required.

    Raises DatasetError for a file that cannot be read, and for a header with unknown, repeated or missing columns.
    """
    if ending == ".parquet":
        yield from _parquet(path)
        return
    with _open(path) as lines:
        try:
            yield from _csv(path, lines, known) if ending == ".csv" else _ndjson(path, lines)
        except (UnicodeDecodeError, csv.Error, OSError, EOFError) as error:
            raise DatasetError([f"{path.name}: cannot be read: {error}; it should be UTF-8 {ending[1:]}"]) from None


def _open(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return io.TextIOWrapper(gzip.open(path), encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _csv(path: Path, lines: TextIO, known: Mapping[str, bool]) -> Iterator[Record]:
    reader = csv.reader(lines, strict=True)
    header = next(reader, None)
    if header is None:
        raise DatasetError([f"{path.name}: is empty; the first line names the columns"])
    if faults := header_faults(header, known):
        raise DatasetError([f"{path.name}: {fault}" for fault in faults])
    for cells in reader:
        if len(cells) != len(header) and cells:
            raise DatasetError([f"{path.name}:{reader.line_num}: {len(cells)} cells under {len(header)} columns"])
        if cells:
            yield reader.line_num, filled(header, cells)


def header_faults(header: Sequence[str], known: Mapping[str, bool]) -> list[str]:
    """Return what is wrong with the columns of a table, the first of each kind; `known` says which are required."""
    twice = sorted(name for name, times in Counter(header).items() if times > 1)
    unknown = [name for name in header if name not in known]
    missing = [name for name, required in known.items() if required and name not in header]
    return [
        *(f"the column {_short(name)} stands twice in the header" for name in twice[:_SHOWN]),
        *(f"unknown column {_short(name)}; known are {', '.join(known)}" for name in unknown[:_SHOWN]),
        *(f"the column {name!r} is required" for name in missing),
    ]


def filled(header: Sequence[str], cells: Sequence[str]) -> dict[str, Any]:
    """Return the cells of a line by column, empty ones left out."""
    return {name: cell for name, cell in zip(header, cells, strict=True) if cell}


def _short(name: str) -> str:
    return repr(name if len(name) <= _SHOWN_CHARACTERS else f"{name[:_SHOWN_CHARACTERS]}…")


def _ndjson(path: Path, lines: TextIO) -> Iterator[Record]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                record = msgspec.json.decode(line, type=dict[str, Any])
            except (msgspec.MsgspecError, RecursionError) as error:
                raise DatasetError([f"{path.name}:{number}: not a JSON object: {error}"]) from None
            yield number, {name: cell for name, cell in record.items() if cell is not None and cell != ""}


def _parquet(path: Path) -> Iterator[Record]:
    try:
        from pyarrow import parquet  # noqa: PLC0415 - an optional extra, 165 MB
    except ImportError:
        raise DatasetError([f"{path.name}: reading Parquet needs pyarrow; install it or send CSV or NDJSON"]) from None
    for number, record in enumerate(parquet.read_table(path).to_pylist(), 1):
        yield number, {name: cell for name, cell in record.items() if cell is not None and cell != ""}
