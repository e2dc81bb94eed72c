"""CSV from strangers: strict UTF-8 (or a named encoding), capped lines and columns, records by header."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from kithline_sdk.archives import lines
from kithline_sdk.connecting import Unreadable

LINE_BYTES: Final = 1024**2
COLUMNS: Final = 500
Record = tuple[int, dict[str, str]]


class Table:
    """A CSV whose header has been read: `columns`, and its records."""

    def __init__(
        self, chunks: Iterable[bytes], needed: Sequence[str] = (), *, delimiter: str = ",", encoding: str = "utf-8"
    ) -> None:
        """Read the header.

        Raises Unreadable here and later for another encoding, a line over 1 MiB, more than 500 columns, a column named
        twice or one of `needed` that is not there.
        """
        if len(delimiter) != 1:
            raise Unreadable(f"a delimiter is one character, not {delimiter!r}")
        self._reader = csv.reader(_texts(chunks, encoding), delimiter=delimiter, strict=True)
        self.columns = _header(self._next() or [], needed)

    def __iter__(self) -> Iterator[Record]:
        """Yield (line, cells by column), empty cells left out."""
        while (cells := self._next()) is not None:
            if len(cells) > len(self.columns):
                raise Unreadable(f"line {self._reader.line_num} has {len(cells)} cells, the header {len(self.columns)}")
            named = zip(self.columns, cells, strict=False)
            yield self._reader.line_num, {name: cell for name, cell in named if cell}

    def _next(self) -> list[str] | None:
        try:
            return next(self._reader, None)
        except csv.Error as error:
            raise Unreadable(f"line {self._reader.line_num} is no CSV: {error}") from None


def _texts(chunks: Iterable[bytes], encoding: str) -> Iterator[str]:
    try:
        for number, line in enumerate(lines(chunks, LINE_BYTES), 1):
            try:
                text = line.decode(encoding)
            except UnicodeDecodeError:
                raise Unreadable(f"line {number} is not {encoding}; name the encoding with the option") from None
            yield text.removeprefix("\ufeff") if number == 1 else text
    except LookupError:
        raise Unreadable(f"there is no encoding {encoding!r}") from None


def _header(cells: list[str], needed: Sequence[str]) -> list[str]:
    header = [cell.strip() for cell in cells]
    if len(header) > COLUMNS:
        raise Unreadable(f"the header has {len(header)} columns, allowed are {COLUMNS}")
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise Unreadable(f"the column {twice[0]!r} stands there twice")
    missing = [name for name in needed if name not in header]
    if missing:
        raise Unreadable(f"the columns {', '.join(missing)} are missing; the header has {', '.join(header[:20])}")
    return header
