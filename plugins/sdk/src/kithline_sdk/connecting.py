"""What a connector takes and says: another system's export in, rows of dataset files out, one at a time.

A connector runs in the same sandbox as a scorer: it sees the one file it was given, and nothing else.
"""

from collections.abc import Iterator
from typing import Any, BinaryIO, ClassVar, NamedTuple, Protocol

import msgspec

Cell = str | int | float | bool | None


class Entry(msgspec.Struct, frozen=True, tag="row"):
    """A row for a dataset file (`people`, `events`, ...); the host judges it as strictly as one that was sent."""

    file: str
    row: dict[str, Cell]


class Fault(msgspec.Struct, frozen=True, tag="fault"):
    """Something of the export that cannot be taken: where it stands, a code, and words that quote no content.

    The code `left_out` says that it is not meant to be taken, as private messages are not: nobody counts that a failure.
    """

    where: str
    code: str
    message: str


class Progress(msgspec.Struct, frozen=True, tag="progress"):
    """How much of the export is behind us, in bytes or members: whatever `total` counts."""

    done: int
    total: int


Said = Entry | Fault | Progress


class Unreadable(ValueError):
    """The export as a whole cannot be read; the words say what would help."""


class Source(NamedTuple):
    """The export: its name, its bytes and how many there are."""

    name: str
    stream: BinaryIO
    size: int


class Connector(Protocol):
    """A named reader of one kind of export: no clock, no network, no state between calls."""

    key: ClassVar[str]
    version: ClassVar[str]
    Options: ClassVar[type[msgspec.Struct]]

    def read(self, source: Source, options: Any) -> Iterator[Said]:  # noqa: ANN401 - each connector narrows it to its own Options
        """Yield rows, faults and progress. Raises Unreadable when nothing can be made of it."""
        ...
