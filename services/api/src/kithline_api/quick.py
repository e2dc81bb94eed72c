"""Reads lines of events in bulk, several times as fast as one by one, and leaves to the strict reader what it doubts.

A line is doubted when anything in it could be what the strict reader refuses: then that one decides, and explains. What
types can say cheaply (lengths, zones, enumerations, unknown members) is said by a twin of the row's type; what they
cannot is looked for here, in all lines.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Annotated, Any, Final, Union, cast, get_args, get_origin, get_type_hints

import msgspec
import numpy as np
from msgspec import UNSET, Meta, UnsetType
from msgspec.structs import astuple

from kithline_core.dataset.cut import LINE_BYTES
from kithline_core.model.row import ASCII_SAFE, FIRST, LAST, ids_of
from kithline_core.model.rows import EventRow
from kithline_core.model.types import Verb

Cells = tuple[Any, ...]

_FIELDS: Final = EventRow.__struct_fields__
_VERB: Final = re.compile(get_args(Verb)[1].pattern)
_IDS: Final = tuple(_FIELDS.index(name) for name in ids_of(EventRow))
_OPTIONAL: Final = tuple(field.name for field in msgspec.structs.fields(EventRow) if not field.required)
_COUNT_AT: Final = _FIELDS.index("count")
_QUOTE: Final = ord('"')


def events(lines: Sequence[bytes | str]) -> list[EventRow | None]:
    """Return a row for every line that is certainly one; None for those the strict reader has to look at."""
    rows = _read(lines, _decoder(None))
    if all(rows):
        known: Sequence[int] = range(len(rows))
        read = cast("Sequence[bytes]", lines)  # a line that is a row is bytes
    else:
        known = [place for place, row in enumerate(rows) if row is not None]
        read = [cast("bytes", lines[place]) for place in known]
    cells = [astuple(row) for row in rows if row is not None]
    for place in _doubted(read, cells) if cells else ():
        rows[known[place]] = None
    return rows


def _read(lines: Iterable[bytes | str], decode: Callable[[bytes], EventRow]) -> list[EventRow | None]:
    rows: list[EventRow | None] = []
    for line in lines:
        try:
            rows.append(decode(line) if len(line) <= LINE_BYTES else None)  # type: ignore[arg-type]  # words fail
        except (msgspec.MsgspecError, ValueError, RecursionError):
            rows.append(None)
    return rows


@cache
def _decoder(absent: UnsetType | None) -> Callable[[bytes], EventRow]:
    return msgspec.json.Decoder(_twin(absent)).decode


def _twin(absent: UnsetType | None) -> type[EventRow]:
    """Return the row's type without what costs most: regular expressions, and a look at every cell in Python.

    `absent`: what stands where a member does not.
    """
    hints = get_type_hints(EventRow, include_extras=True)
    required = {field.name for field in msgspec.structs.fields(EventRow) if field.required}
    fields = [(name, _plain(hints[name])) for name in _FIELDS if name in required]
    more = [(name, _plain(hints[name]) | UnsetType, absent) for name in _FIELDS if name not in required]
    twin = msgspec.defstruct(
        "EventTwin", [*fields, *more], bases=(EventRow,), namespace={"__post_init__": _nothing}, frozen=True, kw_only=True,
        forbid_unknown_fields=True, omit_defaults=True, gc=False,
    )  # fmt: skip
    return cast("type[EventRow]", twin)


def _nothing(_: EventRow) -> None:
    """Leave a row as it is: what its type does not say is looked at below."""


def _plain(hint: Any) -> Any:  # noqa: ANN401 - an annotation
    """Return an annotation without patterns."""
    if get_origin(hint) is Annotated:
        kind, *metas = get_args(hint)
        return Annotated[(kind, *map(_unpatterned, metas))]
    parts = get_args(hint)
    return Union[tuple(map(_plain, parts))] if type(None) in parts else hint  # noqa: UP007 - built, not written


def _unpatterned(meta: Meta) -> Meta:
    limits = {name: getattr(meta, name) for name in ("min_length", "max_length", "ge", "le", "tz")}
    return Meta(**{name: limit for name, limit in limits.items() if limit is not None})


def _doubted(lines: Sequence[bytes], cells: Sequence[Cells]) -> set[int]:
    """Return the places of lines that may hold what the twin cannot see; a look at all of them saves one at each."""
    together = b"".join(lines)
    columns = dict(zip(_FIELDS, zip(*cells, strict=True), strict=True))
    found = {*_strange(columns["verb"]), *_timeless(columns)}
    if _quotes(together) != _needed(len(cells), columns):
        found |= {place for place, (line, row) in enumerate(zip(lines, cells, strict=True)) if _repeats(line, row)}
    if b"\\" in together or not together.isascii():
        found |= {place for place, (line, row) in enumerate(zip(lines, cells, strict=True)) if _hides(line, row)}
    return found


def _quotes(text: bytes) -> int:
    return int(np.count_nonzero(np.frombuffer(text, np.uint8) == _QUOTE))


def _needed(rows: int, columns: dict[str, Cells]) -> int:
    """Return how many quotes rows need: names and strings are quoted, and all cells are strings but `count`."""
    given = len(_FIELDS) * rows - sum(columns[name].count(None) for name in _OPTIONAL)
    return 4 * given - 2 * (rows - columns["count"].count(None))


def _repeats(line: bytes, cells: Cells) -> bool:
    """Say whether a member may stand twice: there are more quotes than names and strings need."""
    given, number = len(cells) - cells.count(None), cells[_COUNT_AT] is not None
    spare = line.count(b'"') - (4 * given - 2 * number)
    if spare and b"\\\\" not in line:  # else it is not plain which quotes are escaped
        spare -= line.count(b'\\"')
    return spare > 0 and (b"null" not in line or spare != 2 * (_named(line) - given))


def _named(line: bytes) -> int:
    """Return how many different members a line names, those that are null among them."""
    return len(_FIELDS) - astuple(_decoder(UNSET)(line)).count(UNSET)


def _strange(verbs: Cells) -> Iterable[int]:
    """Return where a verb is none."""
    strange = {verb for verb in set(verbs) if _VERB.search(verb) is None}
    return (place for place, verb in enumerate(verbs) if verb in strange) if strange else ()


def _timeless(columns: dict[str, Cells]) -> Iterable[int]:
    """Return where an instant lies at the edge of time."""
    occurred, sent = columns["occurred_at"], columns["sent_at"]
    told = [moment for moment in sent if moment is not None]
    if min(*occurred, *told, LAST) >= FIRST and max(*occurred, *told, FIRST) <= LAST:
        return ()
    return (
        place
        for place, moments in enumerate(zip(occurred, sent, strict=True))
        if not all(moment is None or FIRST <= moment <= LAST for moment in moments)
    )


def _hides(line: bytes, cells: Cells) -> bool:
    """Say whether there may be a NUL, or an id of more bytes than characters, that is too long."""
    if b"\\" not in line and line.isascii():
        return False
    return b"\\u0000" in line or any(len(cells[place] or "") > ASCII_SAFE for place in _IDS)
