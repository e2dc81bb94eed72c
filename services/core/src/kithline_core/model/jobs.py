"""Work that takes longer than a request: done in steps by the dispatcher, with progress and, at the end, a receipt."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from msgspec import field

from kithline_core.model.shapes import Stored

JobState = Literal["queued", "running", "succeeded", "failed", "cancelled"]


class Job(Stored, frozen=True):
    """A job as it is shown: `receipt` fills up as it goes and names nobody; `subject` is the keyed hash of a person."""

    id: UUID
    kind: str
    subject: str | None
    state: JobState
    done: int
    total: int | None
    receipt: dict[str, Any]
    reason: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class Held(Stored, frozen=True):
    """A job in a dispatcher's hands. `token` fences out everybody else; `place` is where its last step ended."""

    id: UUID
    kind: str
    parameters: dict[str, Any]
    done: int
    total: int | None
    place: dict[str, Any]
    receipt: dict[str, Any]
    attempt: int
    token: UUID
    created_at: datetime
    started_at: datetime


class Advance(Stored, frozen=True):
    """What one step came to: how far it got, what is said of it, whether it was the last, seconds until the next."""

    done: int
    total: int | None
    place: dict[str, Any] = field(default_factory=dict)
    receipt: dict[str, Any] = field(default_factory=dict)
    over: bool = False
    wait: float = 0.0


class Due(Stored, frozen=True):
    """A job that a dispatcher may take up."""

    tenant_id: UUID
    job_id: UUID
