"""Results: the stored finding's envelope. The finding itself is bytes, served as they were written."""

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import field

from kithline_core.model.shapes import Stored


class Seen(Stored, frozen=True):
    """A moment as the database knows it: whose changes were there, and whose were not."""

    at: datetime
    snapshot: str


class NewResult(Stored, frozen=True):
    """What a worker hands in: the finding document as encoded, and what the envelope needs.

    `grounds` are those people were counted under, `reads` the tables it rests on, `snapshot_at` when they were read;
    `seen` is what was there by then, `reach_start` the first moment of its look-back; `error` is the kind of one.
    """

    scorer: str
    version: str
    status: str
    key: str
    document: bytes
    score: float | None = None
    level: int | None = None
    tier: str = "none"
    seconds: float = 0.0
    published: dict[str, Any] | None = None
    grounds: list[UUID] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)
    snapshot_at: datetime | None = None
    seen: Seen | None = None
    reach_start: datetime | None = None
    interval: tuple[float, float] | None = None
    level_probability: float | None = None
    method: dict[str, str] | None = None
    error: str = ""


class Result(Stored, frozen=True):
    """The envelope of a stored finding. `lapsed`: a ground it rests on is no longer in force; `sha256`: None then.

    `level_held` is the level that holds against noise; `method` says, part by part, how the finding was found.
    """

    id: UUID
    run_id: UUID
    task_id: UUID
    scope_id: UUID | None
    scorer: str
    version: str
    status: str
    score: float | None
    level: int | None
    key: str
    sha256: str | None
    attempt: int
    tier: str
    seconds: float
    window_start: datetime
    window_end: datetime
    published: dict[str, Any] | None
    stale_since: datetime | None
    created_at: datetime
    grounds: list[UUID]
    reads: list[str]
    origin: str
    snapshot_at: datetime | None
    lapsed: bool
    interval_low: float | None = None
    interval_high: float | None = None
    level_probability: float | None = None
    level_held: int | None = None
    method: dict[str, str] | None = None
    reasons: list[str] = field(default_factory=list)

    @property
    def interval(self) -> tuple[float, float] | None:
        """Both ends of the score's interval, in points."""
        return (
            None if self.interval_low is None or self.interval_high is None else (self.interval_low, self.interval_high)
        )


class Finding(Stored, frozen=True):
    """The stored bytes and their sha256 (an ETag)."""

    document: bytes
    sha256: str


class Earlier(Stored, frozen=True):
    """An earlier finding of the same run, with what it rests on."""

    document: bytes
    grounds: list[UUID]
    reads: list[str]
    snapshot_at: datetime | None


class Notice(Stored, frozen=True):
    """A row of the outbox: something happened, and whoever asked will be told."""

    id: UUID
    kind: str
    subject_id: UUID
    payload: dict[str, Any]
    created_at: datetime
    delivered_at: datetime | None
