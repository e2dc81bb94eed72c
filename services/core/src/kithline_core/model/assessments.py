"""An assessment: one sitting of one questionnaire. It counts once it is closed."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from kithline_core.model.shapes import Asked, Stored
from kithline_core.model.types import Id, Name, Text


class NewAssessment(Asked, frozen=True):
    """Opens a sitting under the sender's id."""

    questionnaire: Name
    assessment: Id
    version: Name | None = None
    title: Text | None = None


class Assessment(Stored, frozen=True):
    """A sitting. One that came with a bulk of answers is closed from the start."""

    id: UUID
    questionnaire: str
    assessment: str
    version: str | None
    title: str | None
    state: Literal["open", "closed"]
    created_at: datetime
    closed_at: datetime | None
