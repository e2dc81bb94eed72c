"""Cuts the bytes of a file, or of a part of one, into lines or CSV records, and knows how far it got.

Cut in parts or as a whole, a file gives the same pieces: what a part ends in the middle of is left for the next.
"""

import csv
import re
from collections.abc import Iterator
from typing import Final, NamedTuple, Self

# More than any row can have within its limits.
LINE_BYTES: Final = 1_048_576
BOM: Final = b"\xef\xbb\xbf"
_LINE: Final = re.compile(rb"[^\n]*(?:\n|\Z)")
_ROOM: Final = b" \t\r\n"
_BLANK: Final = re.compile(rb"(?:[ \t\r\n]*\n)?")
_CSV_LINE: Final = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_CSV_BLANK: Final = re.compile(rb"[\r\n]*")
_LONG: Final = f"the line has more than the {LINE_BYTES} bytes that a row has at most"


class Piece(NamedTuple):
    """A line of a file (number from 1) with what it holds, or with the fault because of which it holds nothing."""

    line: int
    content: bytes | list[str]
    fault: str | None = None


class Cut:
    """A cut through bytes: iterate over its pieces; `at` is the place behind the last, `lines` the lines up to there.

    `whole`: the end of the bytes is that of the file. `skipping`: the bytes begin (afterwards: the next ones would)
    inside a line that is too long.
    """

    def __init__(self, body: bytes, lines: int = 0, *, whole: bool = True, skipping: bool = False) -> None:
        self.body, self.lines, self.whole, self.skipping = body, lines, whole, skipping
        self.at = self._began = 0
        self._before = lines

    def ndjson(self) -> Iterator[Piece]:
        """Yield lines that are not blank."""
        while self._begin(_LINE, _BLANK):
            try:
                line = self._line(_LINE)
            except _TooLong:
                yield Piece(self.lines, b"", _LONG)
                continue
            if line is None:
                return
            if stripped := line.strip(_ROOM):
                yield Piece(self.lines, stripped)

    def csv(self) -> Iterator[Piece]:
        """Yield records as a strict reader of CSV sees them; the header is the first."""
        reader = csv.reader(_Texts(self), strict=True)
        while self._begin(_CSV_LINE, _CSV_BLANK):
            fault, cells = None, list[str]()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except _TooLong:
                fault = _LONG
            except UnicodeDecodeError:
                fault = "the line is not UTF-8"
            except csv.Error as error:
                if self.at == self._began:  # it goes on in the next part
                    return
                fault = f"the line is not CSV: {error}"
            yield Piece(self.lines, cells, fault)

    def _begin(self, line: re.Pattern[bytes], blank: re.Pattern[bytes]) -> bool:
        """Go to where the next piece begins; say whether there is one."""
        if self.skipping:
            self._skip(line)
        if not self.skipping:
            end = _matched(blank, self.body, self.at)
            end -= self._halved(end)
            self.lines += _ends(self.body[self.at : end], line)
            self.at = end
        self._began, self._before = self.at, self.lines
        return not self.skipping and self.at < len(self.body)

    def _skip(self, line: re.Pattern[bytes]) -> None:
        end = _matched(line, self.body, self.at)
        self.skipping = not self._ended(line, end)
        self.at = end - self._halved(end)

    def _line(self, line: re.Pattern[bytes]) -> bytes | None:
        """Return the next line and go behind it; None, back where the piece began, when its end is not here."""
        end = _matched(line, self.body, self.at)
        found = self.body[self.at : end]
        if not self.whole and not (found and self._ended(line, end)):
            self._leave(line, found, end)
            return None
        if not found:
            return None
        self.at = end
        self.lines += 1
        if line is _CSV_LINE and self.at - self._began > LINE_BYTES:
            raise _TooLong
        return found

    def _leave(self, line: re.Pattern[bytes], found: bytes, end: int) -> None:
        """Leave a line whose end is not here to the next part. Raises _TooLong for one that is too long already."""
        known = end - self._began if line is _CSV_LINE else len(found.lstrip(_ROOM))
        if not known:  # blank so far, which says nothing in NDJSON
            self.at = end
        elif known > LINE_BYTES:
            self.at, self.lines, self.skipping = end - self._halved(end), self.lines + 1, True
            raise _TooLong
        else:
            self.at, self.lines = self._began, self._before

    def _ended(self, line: re.Pattern[bytes], end: int) -> bool:
        last = self.body[end - 1 : end]
        return last == b"\n" or (line is _CSV_LINE and last == b"\r" and (self.whole or end < len(self.body)))

    def _halved(self, end: int) -> int:
        """Return 1 where a part ends in what may be the first half of a line's end."""
        return int(not self.whole and end == len(self.body) and self.body[end - 1 : end] == b"\r")


class _TooLong(Exception):
    """A record goes on for longer than any row can."""


class _Texts:
    """The lines of a cut as text: an iterator that goes on after it raised, as a generator does not."""

    def __init__(self, cut: Cut) -> None:
        self._cut = cut

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        line = self._cut._line(_CSV_LINE)  # noqa: SLF001 - the other half of a cut
        if line is None:
            raise StopIteration
        return line.decode()


def _matched(pattern: re.Pattern[bytes], body: bytes, at: int) -> int:
    found = pattern.match(body, at)
    return at if found is None else found.end()


def _ends(blank: bytes, line: re.Pattern[bytes]) -> int:
    return blank.count(b"\n") + (blank.count(b"\r") - blank.count(b"\r\n") if line is _CSV_LINE else 0)
