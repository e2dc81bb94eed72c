"""Imports: files that come in parts, each part's whole lines taken in with the place they reach to."""

from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from msgspec import Meta

from kithline_core.errors import Conflict
from kithline_core.model.shapes import Asked, Stored
from kithline_core.model.types import Name

Format = Literal["csv", "ndjson"]
State = Literal["open", "paused", "completed", "cancelled"]
# How many rejects of one import are listed; the rest are counted.
MOST_REJECTS: Final = 100_000


class NewImport(Asked, frozen=True):
    """A file to come: which of the folder's, how it is written, its bytes uncompressed, and a name for its rows.

    `sha256` is of the uncompressed bytes: it finds the import again, and is not checked. Without a `batch` the
    import's own id names the rows.
    """

    file: Annotated[str, Meta(pattern=r"^[a-z_]+(?!\n)$", max_length=60)]
    format: Format
    bytes: Annotated[int, Meta(ge=1, le=1_000_000_000_000)]
    batch: Name | None = None
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}(?!\n)$")] | None = None


class Import(Stored, frozen=True):
    """An import: how far it got, and what became of its lines."""

    id: UUID
    file: str
    format: Format
    batch: str
    sha256: str | None
    state: State
    bytes: int
    position: int
    lines: int
    header: list[str] | None
    skipping: bool
    accepted: int
    updated: int
    duplicates: int
    conflicts: int
    rejected: int
    listed: int
    seconds: float
    created_at: datetime
    moved_at: datetime | None
    finished_at: datetime | None


class Reject(Stored, frozen=True):
    """A line that was not taken: its number (from 1), where in it, why. Nothing of what it said."""

    line: int
    pointer: str
    code: str
    message: str


class Step(Stored, frozen=True):
    """How a part moves an import along: where it begins and ends, and what is to be remembered for the next."""

    start: int
    end: int
    lines: int
    header: list[str] | None
    skipping: bool


class Counts(Stored, frozen=True):
    """What became of the lines of a part, in lines, and how many seconds it took."""

    accepted: int = 0
    updated: int = 0
    duplicates: int = 0
    conflicts: int = 0
    rejected: int = 0
    seconds: float = 0.0


class WrongOffset(Conflict):
    """A part begins elsewhere than the last one ended; `offset` is where it should."""

    code = "wrong_offset"

    def __init__(self, offset: int) -> None:
        super().__init__(f"the import stands at byte {offset}; send the file from there")
        self.offset = offset
