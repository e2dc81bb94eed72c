"""Errands: work that needs a sandbox and is no run, such as a what-if; its answer is kept for a while."""

from datetime import datetime
from typing import Any
from uuid import UUID

from kithline_core.model.shapes import Stored


class Errand(Stored, frozen=True):
    """An errand as it stands: over once it has an `answer` (JSON bytes) or a `problem` (code, detail, pointer)."""

    id: UUID
    kind: str
    answer: bytes | None
    problem: dict[str, Any] | None
    created_at: datetime
    finished_at: datetime | None
    expires_at: datetime


class Held(Stored, frozen=True):
    """An errand in a worker's hands; `token` fences out everybody else."""

    id: UUID
    kind: str
    asked: dict[str, Any]
    attempt: int
    token: UUID
