"""Turns records into typed rows, listing every problem with its file and line."""

import re
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

import msgspec
from msgspec import inspect

from kithline_core.dataset.records import Record
from kithline_core.model.rows import IDENTITY, AnswerRow, EventRow, Row
from kithline_core.model.wording import worded

R = TypeVar("R", bound=Row)
MOST_PROBLEMS: Final = 200
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class Fault(NamedTuple):
    """What is wrong with a record: the column ("" for the whole), a code where it is known at once, and words."""

    column: str
    code: str
    message: str

    @property
    def told(self) -> str:
        """Return the fault as a sentence of its own."""
        return self.message if self.code or not self.column else f"{self.column}: {self.message}"


class Unfit(ValueError):
    """A record is no row of its file."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(faults[0].told)
        self.faults = faults


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
    found: list[tuple[int, Row]] = []
    before = len(problems)
    for line, record in records:
        try:
            found.append((line, fitted(record, kind)))
        except Unfit as error:
            problems += [f"{path.name}:{line}: {fault.told}" for fault in error.faults]
            if len(problems) - before > MOST_PROBLEMS:
                problems.append(f"{path.name}: further problems are not listed")
                break
    return found


def fitted(record: dict[str, Any], kind: type[R]) -> R:
    """Return a record of text as a row: numbers and dates are read from their text. Raises Unfit."""
    times = time_columns(kind)
    full = {name: instant(cell) if name in times else cell for name, cell in record.items()}
    try:
        return msgspec.convert(full, kind, strict=False)
    except (msgspec.ValidationError, OverflowError) as error:
        raise Unfit(faults(full, kind, str(error))) from None


def instant(cell: Any) -> Any:  # noqa: ANN401 - a cell as it came
    """Return an instant as text; a date alone is its midnight, UTC."""
    if isinstance(cell, str) and _DATE.fullmatch(cell):
        return f"{cell}T00:00:00Z"
    return cell if isinstance(cell, str | datetime) else str(cell)


def faults(record: dict[str, Any], kind: type[Row], first: str) -> list[Fault]:
    """Return every fault of a record, column by column; the decoder itself stops at the first."""
    known = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    words = f"known are {', '.join(known)}"
    told = [Fault(name, "unknown_field", f"unknown column {name!r}; {words}") for name in record if name not in known]
    told += [
        Fault(name, "missing", f"column {name!r} is required")
        for name, field in known.items()
        if field.required and name not in record
    ]
    for name, cell in record.items():
        if name in known:
            try:
                msgspec.convert(cell, known[name].type, strict=False)
            except (msgspec.ValidationError, OverflowError) as error:
                told.append(Fault(name, "", worded(error, known[name].type)))
    return told or [Fault("", "", first)]


def settled(path: Path, stem: str, rows: list[tuple[int, Row]], problems: list[str]) -> list[tuple[int, Row]]:
    """Return the rows, with their lines, without repetitions: a later row replaces the same one before it.

    Events, and answers that name nobody, may repeat and not differ: a second body is a problem.
    """
    kept: dict[tuple[object, ...], tuple[int, Row]] = {}
    for line, row in rows:
        name = tuple(getattr(row, column) for column in IDENTITY[stem])
        first = kept.get(name)
        told = _clash(row, first[1]) if first is not None else None
        if first is not None and told is not None:
            problems.append(f"{path.name}:{line}: {told} (see line {first[0]})")
        kept[name] = first if first is not None and stem == "events" else (line, row)
    return list(kept.values())


def _clash(row: Row, first: Row) -> str | None:
    if isinstance(row, EventRow) and row != first:
        return (
            f"the event {row.id!r} of source {row.source or ''!r} stands there with another body; an id names one event"
        )
    if isinstance(row, AnswerRow) and row.respondent is None and row != first:
        return f"another answer to {row.item!r} names nobody; give each respondent an id, so that both count"
    return None
