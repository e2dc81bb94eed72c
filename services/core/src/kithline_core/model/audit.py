"""What was done with a tenant's data and settings."""

from datetime import datetime
from typing import Any
from uuid import UUID

from kithline_core.model.shapes import Stored


class AuditEvent(Stored, frozen=True):
    """One act: `action` is noun.verb, `subject` what it was done to."""

    id: UUID
    action: str
    subject: str
    details: dict[str, Any]
    created_at: datetime
