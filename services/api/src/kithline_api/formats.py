"""What a bulk body may be written in: how each format is cut into lines, and how one of its lines becomes a row.

JSON and NDJSON are cut in `lines.py`, CSV as a dataset folder's files are, CloudEvents as the JSON they are.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar, cast

import msgspec

from kithline_api import cloudevents, lines, media
from kithline_api.bodies import InvalidBody, Malformed, decode
from kithline_api.fields import FieldError, code_of
from kithline_core.dataset import records, rows
from kithline_core.dataset.cut import BOM, LINE_BYTES, Cut
from kithline_core.model.rows import Row

R = TypeVar("R", bound=Row)
# A line with its number, from 1; what it is depends on the format.
Line = tuple[int, Any]
CSV_CODE: Final = "invalid_header"


class Format(msgspec.Struct, frozen=True):
    """A way to write rows. `place` turns a pointer into a row to one into what was sent."""

    cut: Callable[[bytes, type[Row]], Iterator[Line]]
    row: Callable[[Any, type[Any], int], Any]
    place: Callable[[str], str] = str


def of(name: str) -> Format:
    """Return the format of a media type."""
    return _FORMATS[name]


def json_row(line: bytes | str, kind: type[R], room: int) -> R:
    """Return a line of JSON (or what is wrong with it) as a row. Raises Malformed, or InvalidBody with so many errors."""
    if isinstance(line, str):
        raise Malformed(line)
    if len(line) > LINE_BYTES:
        raise Malformed(f"the line has {len(line)} bytes; a row has {LINE_BYTES} at most")
    return decode(line, kind, room)


def csv_records(cut: Cut, header: list[str]) -> Iterator[Line]:
    """Yield the records of a cut under a header: a dict of its cells, or what is wrong with it."""
    for piece in cut.csv():
        cells = cast("list[str]", piece.content)
        if piece.fault is not None:
            yield piece.line, piece.fault
        elif len(cells) != len(header):
            yield piece.line, f"{len(cells)} cells under {len(header)} columns"
        else:
            yield piece.line, records.filled(header, cells)


def csv_header(cut: Cut, kind: type[Row]) -> list[str] | None:
    """Return the columns of a CSV file, from its first record; None when that is not all here. Raises InvalidBody."""
    known = {field.encode_name: field.required for field in msgspec.structs.fields(kind)}
    piece = next(cut.csv(), None)
    if piece is None:
        return None
    header = cast("list[str]", piece.content)
    if faults := [piece.fault] if piece.fault else records.header_faults(header, known):
        raise InvalidBody([FieldError("", CSV_CODE, fault, piece.line) for fault in faults])
    return header


def csv_row(record: dict[str, Any] | str, kind: type[R], room: int) -> R:
    """Return a record of CSV as a row, read as a dataset folder's. Raises Malformed or InvalidBody."""
    if isinstance(record, str):
        raise Malformed(record)
    try:
        return rows.fitted(record, kind)
    except rows.Unfit as error:
        raise InvalidBody([_fault(one) for one in error.faults[:room]]) from None


def _fault(one: rows.Fault) -> FieldError:
    return FieldError(f"/{one.column}" if one.column else "", one.code or code_of(one.message), one.message)


def _csv(body: bytes, kind: type[Row]) -> Iterator[Line]:
    cut = Cut(body.removeprefix(BOM))
    header = csv_header(cut, kind)
    if header is None:
        raise InvalidBody([FieldError("", CSV_CODE, "the first line names the columns, and there is none", 1)])
    return csv_records(cut, header)


def _lines(name: str) -> Callable[[bytes, type[Row]], Iterator[Line]]:
    return lambda body, _: lines.cut(body, name)


_FORMATS: Final = {
    media.JSON: Format(_lines(media.JSON), json_row),
    media.NDJSON: Format(_lines(media.NDJSON), json_row),
    media.CSV: Format(_csv, csv_row),
    media.CLOUD_EVENT: Format(cloudevents.one, cloudevents.row, cloudevents.place),
    media.CLOUD_EVENTS: Format(cloudevents.batch, cloudevents.row, cloudevents.place),
}
