"""Turns records into typed rows, listing every problem with its file and line."""

import re
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import inspect

from kithline_core.dataset.records import Record
from kithline_core.model.rows import IDENTITY, Row

MOST_PROBLEMS: Final = 200
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@cache
def time_columns(kind: type[Row]) -> frozenset[str]:
    """Return the columns that hold instants; there a date alone is midnight UTC."""
    fields = inspect.multi_type_info([kind])[0]
    assert isinstance(fields, inspect.StructType)  # noqa: S101 - Row is a struct
    return frozenset(field.encode_name for field in fields.fields if _is_time(field.type))


def _is_time(kind: inspect.Type) -> bool:
    if isinstance(kind, inspect.Metadata):
        return _is_time(kind.type)
    parts = kind.types if isinstance(kind, inspect.UnionType) else (kind,)
    return any(isinstance(part, inspect.DateTimeType) if part is kind else _is_time(part) for part in parts)


def typed(path: Path, records: Iterable[Record], kind: type[Row], problems: list[str]) -> list[tuple[int, Row]]:
    """Return the rows that are right; what is wrong goes to `problems`, at most 200 a file."""
    times, found, before = time_columns(kind), [], len(problems)
    for line, record in records:
        full = {name: _instant(cell) if name in times else cell for name, cell in record.items()}
        try:
            found.append((line, msgspec.convert(full, kind, strict=False)))
        except (msgspec.ValidationError, OverflowError) as error:
            problems += [f"{path.name}:{line}: {text}" for text in reasons(full, kind, str(error))]
            if len(problems) - before > MOST_PROBLEMS:
                problems.append(f"{path.name}: further problems are not listed")
                break
    return found


def _instant(cell: Any) -> Any:  # noqa: ANN401 - a cell as it came
    if isinstance(cell, str) and _DATE.fullmatch(cell):
        return f"{cell}T00:00:00Z"
    return cell if isinstance(cell, str | datetime) else str(cell)


def reasons(record: dict[str, Any], kind: type[Row], first: str) -> list[str]:
    """Return every problem of a record, column by column; the decoder itself stops at the first."""
    known = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    told = [f"unknown column {name!r}; known are {', '.join(known)}" for name in record if name not in known]
    told += [f"column {name!r} is required" for name, field in known.items() if field.required and name not in record]
    for name, cell in record.items():
        if name in known:
            try:
                msgspec.convert(cell, known[name].type, strict=False)
            except (msgspec.ValidationError, OverflowError) as error:
                told.append(f"{name}: {error}")
    return told or [first]


def settled(path: Path, stem: str, rows: list[tuple[int, Row]], problems: list[str]) -> list[Row]:
    """Return the rows without repetitions: a later row replaces the same one before it; events may only repeat."""
    kept: dict[tuple[object, ...], tuple[int, Row]] = {}
    for line, row in rows:
        name = tuple(getattr(row, column) for column in IDENTITY[stem])
        first = kept.get(name)
        if stem == "events" and first is not None and first[1] != row:
            told = f"the event {name[1]!r} of source {name[0] or ''!r} stands in line {first[0]} with another body"
            problems.append(f"{path.name}:{line}: {told}; an id names one event")
        kept[name] = (line, row) if first is None or stem != "events" else first
    return [row for _, row in kept.values()]
