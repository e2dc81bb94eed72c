"""CSV from strangers: strict UTF-8 (or a named encoding), capped lines and columns, records by header."""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final

from kithline_sdk.archives import lines
from kithline_sdk.connecting import Unreadable

LINE_BYTES: Final = 1024**2
COLUMNS: Final = 500
DELIMITERS: Final = ",;\t|"
Record = tuple[int, dict[str, str]]
_ENCODE: Final = "save it as UTF-8, or name its encoding where the connector asks for one: encoding=cp1252"


class Table:
    """A CSV whose header has been read: `columns`, and its records."""

    def __init__(
        self, chunks: Iterable[bytes], needed: Sequence[str] = (), *, delimiter: str = "", encoding: str = "utf-8"
    ) -> None:
        """Read the header; without a delimiter it is the one of `,`, `;`, tab and `|` that the header has most of.

        Raises Unreadable here and later for another encoding, a line over 1 MiB, more than 500 columns, a column named
        twice or one of `needed` that is not there.
        """
        if len(delimiter) > 1:
            raise Unreadable(f"a delimiter is one character, not {delimiter!r}")
        texts = _texts(chunks, encoding)
        first = next(texts, "")
        self._reader = csv.reader(chain((first,), texts), delimiter=delimiter or _delimiter(first), strict=True)
        self.columns = _header(self._next() or [], needed)

    def __iter__(self) -> Iterator[Record]:
        """Yield (line, cells by column); empty cells and columns without a name are left out."""
        while (cells := self._next()) is not None:
            if len(cells) > len(self.columns):
                raise Unreadable(f"line {self._reader.line_num} has {len(cells)} cells, the header {len(self.columns)}")
            named = zip(self.columns, cells, strict=False)
            yield self._reader.line_num, {name: cell for name, cell in named if cell and name}

    def _next(self) -> list[str] | None:
        try:
            return next(self._reader, None)
        except csv.Error as error:
            raise Unreadable(f"line {self._reader.line_num} is no CSV: {error}") from None


def _delimiter(header: str) -> str:
    # Excel writes the list separator of the country it runs in.
    bare = re.sub(r'"[^"]*"', "", header)
    return max(DELIMITERS, key=bare.count)


def _texts(chunks: Iterable[bytes], encoding: str) -> Iterator[str]:
    try:
        chunks, encoding = _narrow(chunks, encoding)
        for number, line in enumerate(lines(chunks, LINE_BYTES), 1):
            try:
                text = line.decode(encoding)
            except UnicodeDecodeError:
                raise Unreadable(f"line {number} is not {encoding}; {_ENCODE}") from None
            yield text.removeprefix("\ufeff") if number == 1 else text
    except LookupError:
        raise Unreadable(f"there is no encoding {encoding!r}") from None


def _narrow(chunks: Iterable[bytes], encoding: str) -> tuple[Iterable[bytes], str]:
    """Return the bytes and their encoding, UTF-16 and UTF-32 as UTF-8: only there a line feed is one byte."""
    rest = iter(chunks)
    first = next(rest, b"")
    name = codecs.lookup(encoding).name
    marked = first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and not first.startswith(codecs.BOM_UTF32_LE)
    if name == "utf-8" and marked:
        name = "utf-16"
    whole = chain((first,), rest)
    return (_recoded(whole, name), "utf-8") if name.startswith(("utf-16", "utf-32")) else (whole, encoding)


def _recoded(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in chunks:
            yield decoder.decode(chunk).encode()
        yield decoder.decode(b"", final=True).encode()
    except UnicodeDecodeError:
        raise Unreadable(f"it is not {encoding}; {_ENCODE}") from None


def _header(cells: list[str], needed: Sequence[str]) -> list[str]:
    header = [cell.strip() for cell in cells]
    if len(header) > COLUMNS:
        raise Unreadable(f"the header has {len(header)} columns, allowed are {COLUMNS}")
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        raise Unreadable(f"the column {twice[0]!r} stands there twice")
    missing = [name for name in needed if name not in header]
    if missing:
        raise Unreadable(f"the columns {', '.join(missing)} are missing; the header has {', '.join(header[:20])}")
    return header
