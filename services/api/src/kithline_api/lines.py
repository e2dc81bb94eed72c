"""Cuts a batch into its lines and looks at none of them: what is wrong with a line is its own verdict."""

import json
import re
from collections.abc import Iterator
from typing import Final

import msgspec

from kithline_api.auth import NDJSON
from kithline_api.bodies import Malformed, decode, place

# From the first character of a line that is not blank to its end.
_LINE: Final = re.compile(rb"[^ \t\r\n][^\n]*")
_ROOM: Final = b" \t\r\n"
_SPACE: Final = 0x20
# So many blank lines are passed over at once; fewer are quicker looked at.
_MANY: Final = 100_000
_BLANK: Final = re.compile(r"[ \t\n\r]*")
# Bytes that are no UTF-8 pass through the text and come out as they were.
_BYTES: Final = "surrogateescape"


# Finds where a value ends and keeps nothing of it; control characters, NaN and lone surrogates are for the strict reader.
_scan = json.JSONDecoder(object_pairs_hook=len, strict=False).raw_decode


def cut(body: bytes, media: str) -> Iterator[tuple[int, bytes]]:
    """Yield each line with its number, from 1: lines of NDJSON that are not blank, or elements of a JSON array.

    Raises Malformed where the whole cannot be cut, InvalidBody where it is no array.
    """
    return _of_lines(body) if media == NDJSON else enumerate(_of_array(body), 1)


def _of_lines(body: bytes) -> Iterator[tuple[int, bytes]]:
    return _of_few(body) if body.count(b"\n") < _MANY else _of_many(body)


def _of_few(body: bytes) -> Iterator[tuple[int, bytes]]:
    for number, piece in enumerate(body.split(b"\n"), 1):
        if piece and piece[0] > _SPACE and piece[-1] > _SPACE:
            yield number, piece
        elif line := piece.strip(_ROOM):
            yield number, line


def _of_many(body: bytes) -> Iterator[tuple[int, bytes]]:
    number, seen = 1, 0
    for found in _LINE.finditer(body):
        number += body.count(b"\n", seen, found.start())
        seen = found.start()
        yield number, found[0].rstrip(_ROOM)


def _of_array(body: bytes) -> Iterator[bytes]:
    text = body.decode(errors=_BYTES)
    if not text.startswith("[", _past(text, 0)):
        decode(body, list[msgspec.Raw])
    at = _past(text, _past(text, 0) + 1)
    if text.startswith("]", at):
        return _end(text, at)
    while True:
        start, at = at, _value(text, at)
        yield text[start:at].encode(errors=_BYTES)
        at = _past(text, at)
        if not text.startswith(",", at):
            return _end(text, at)
        at = _past(text, at + 1)


def _past(text: str, at: int) -> int:
    blank = _BLANK.match(text, at)
    return at if blank is None else blank.end()


def _value(text: str, at: int) -> int:
    try:
        return _scan(text, at)[1]
    except json.JSONDecodeError as error:
        raise Malformed(place(error)) from None


def _end(text: str, at: int) -> None:
    if not text.startswith("]", at):
        raise Malformed(f"Expecting ',' or ']' at character {at}")
    if _past(text, at + 1) != len(text):
        raise Malformed(f"Extra data at character {at + 1}")
