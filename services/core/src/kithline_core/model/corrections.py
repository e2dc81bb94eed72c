"""Corrections: withdrawals, what was restored, imports that were undone. They append; history stays readable."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta

from kithline_core.model.shapes import Asked, Stored
from kithline_core.model.types import Id, Name

CorrectionKind = Literal["withdrawn", "restored", "undone"]

Reason = Annotated[
    str, Meta(min_length=1, max_length=1000, pattern=r"^[^\x00]*$", description="Why, for whoever reads the history")
]
Role = Annotated[
    str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00]*$", description="In which role; the key is noted anyway")
]


class Correction(Stored, frozen=True):
    """One act of correcting: of which file or import, by whom, why, and how many of what."""

    id: UUID
    kind: CorrectionKind
    file: str | None
    batch: str | None
    reason: str
    made_by: str
    counts: dict[str, Any]
    undoes_id: UUID | None
    undone_id: UUID | None
    created_at: datetime


class EventsWithdrawal(Asked, frozen=True):
    """Events to withdraw: by their ids and source, or all that came with an import."""

    reason: Reason
    by: Role | None = None
    source: Id | None = None
    ids: Annotated[list[Id], Meta(min_length=1, max_length=10_000)] | None = None
    batch: Name | None = None


class RowsWithdrawal(Asked, frozen=True):
    """Rows of a file to withdraw, each named by what identifies it."""

    reason: Reason
    rows: Annotated[list[dict[str, Any]], Meta(min_length=1, max_length=1_000)]
    by: Role | None = None


class WhyUndone(Asked, frozen=True):
    """Why something is taken back."""

    reason: Reason
    by: Role | None = None
