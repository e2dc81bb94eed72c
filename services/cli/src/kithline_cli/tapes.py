"""Large files as they are sent: their bytes uncompressed, from any place on, and what names them."""

import gzip
import hashlib
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple, cast

import msgspec

from kithline_core.dataset.folder import stem_and_format
from kithline_core.dataset.rows import Unfit, fitted
from kithline_core.errors import DatasetError
from kithline_core.model.rows import FILES, Row

_CHUNK: Final = 1_000_000
# Bytes after which a line is passed on in pieces: no row is that long.
_LONGEST: Final = 2_000_000
# A verb where a cell or a string begins and ends with it.
_CUSTOM: Final = re.compile(rb'(?<![^",\r\n])custom:([a-z0-9_-]+\.[a-z0-9_.-]+)(?![^",\r\n])')


class Content(NamedTuple):
    """How many bytes a file has as it is sent, their sha256, and what look like its custom verbs."""

    size: int
    sha256: str
    verbs: set[str]


class Tape:
    """A file of a folder as a server reads it.

    A line of NDJSON that only a folder's reader takes (numbers in quotes, a date alone) is written anew; any other
    line, also a bad one, stays as it is, so that lines keep their numbers. Raises DatasetError for a file that cannot
    be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        known = stem_and_format(path)
        if known is None or known[1] == ".parquet":
            raise DatasetError([f"{path.name}: only CSV and NDJSON files are sent in parts"])
        self.stem, self.form = known[0], known[1].removeprefix(".")
        self._kind = FILES[self.stem]
        self._rest, self._start, self._chunks = b"", 0, self._open()

    @cached_property
    def content(self) -> Content:
        """What there is in all; the whole file is read for it, once."""
        digest, size, found = hashlib.sha256(), 0, set[str]()
        for chunk in self._open():
            digest.update(chunk)
            size += len(chunk)
            found.update(one.decode() for one in _CUSTOM.findall(chunk))
        return Content(size, digest.hexdigest(), found)

    def read(self, start: int, size: int) -> bytes:
        """Return up to so many bytes from a place on; going back is possible and starts over."""
        if start < self._start:
            self._rest, self._start, self._chunks = b"", 0, self._open()
        while self._start + len(self._rest) < start + size:
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            done = min(start - self._start, len(self._rest))
            self._rest, self._start = self._rest[done:] + chunk, self._start + done
        return self._rest[start - self._start :][:size]

    def _open(self) -> Iterator[bytes]:
        try:
            with self._raw() as raw:
                yield from (self._lines(raw) if self.form == "ndjson" else iter(lambda: raw.read(_CHUNK), b""))
        except (OSError, EOFError) as error:
            raise DatasetError([f"{self.path.name}: cannot be read: {error}"]) from None

    def _raw(self) -> BinaryIO:
        return cast("BinaryIO", gzip.open(self.path)) if self.path.suffix == ".gz" else self.path.open("rb")

    def _lines(self, raw: BinaryIO) -> Iterator[bytes]:
        decoder, lines, size = msgspec.json.Decoder(self._kind), list[bytes](), 0
        for line in iter(lambda: raw.readline(_LONGEST), b""):
            lines.append(_strict(line, decoder, self._kind))
            size += len(line)
            if size > _CHUNK:
                yield b"".join(lines)
                lines, size = [], 0
        yield b"".join(lines)


def _strict(line: bytes, decoder: msgspec.json.Decoder[Row], kind: type[Row]) -> bytes:
    try:
        decoder.decode(line)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return _anew(line, kind)
    return line


def _anew(line: bytes, kind: type[Row]) -> bytes:
    try:
        record = msgspec.json.decode(line, type=dict[str, Any])
        row = fitted({name: cell for name, cell in record.items() if cell is not None and cell != ""}, kind)
    except (msgspec.MsgspecError, Unfit, RecursionError):
        return line
    return msgspec.json.encode(row) + line[len(line.rstrip(b"\r\n")) :]
