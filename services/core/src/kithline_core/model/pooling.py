"""Whether a tenant lets pooled figures count its own."""

from datetime import datetime

from kithline_core.model.shapes import Asked, Stored
from kithline_core.model.types import LongText


class NewPooling(Asked, frozen=True):
    """What a tenant decides, and why."""

    agreed: bool
    reason: LongText


class Pooling(Stored, frozen=True):
    """What holds. Nothing was decided: it does not take part, without reason or date."""

    agreed: bool = False
    reason: str | None = None
    changed_at: datetime | None = None
