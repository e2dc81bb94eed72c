"""Identity links: two ids that name one person or one organisation, and what is said of such a link."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from kithline_core.model.row import ID_BYTES, Row
from kithline_core.model.shapes import Asked, Stored
from kithline_core.model.types import Id, Share, Text

Kind = Literal["person", "organisation"]


class IdentityRow(Row, frozen=True):
    """One id that is another name of somebody, or of an organisation, whose rows stand under `same_as`."""

    kind: Kind
    id: Id
    same_as: Id
    confidence: Share | None = None
    rule: Text | None = None
    source: Id | None = None


class NewIdentity(Asked, frozen=True):
    """A link made by hand: whatever stands under `id` counts for `same_as` from then on."""

    kind: Kind
    id: Id
    same_as: Id
    reason: Text | None = None

    def __post_init__(self) -> None:
        """Refuse ids that no row could hold. Raises ValueError."""
        for name in ("id", "same_as"):
            if len(getattr(self, name).encode()) > ID_BYTES:
                raise ValueError(f"{name} is longer than {ID_BYTES} bytes")


class Identity(Stored, frozen=True):
    """A link as it was made, and when it was taken back, if it was."""

    id: UUID
    kind: Kind
    alias: str
    same_as: str
    confidence: float | None
    rule: str | None
    source: str | None
    created_at: datetime
    undone_at: datetime | None


class Suggestion(Stored, frozen=True):
    """Two ids that look like one, by which rule, and how sure that rule is. Nothing is merged before somebody says so."""

    kind: Kind
    id: str
    same_as: str
    rule: str
    confidence: float
