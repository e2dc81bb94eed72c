"""What is shown of duties towards people: jobs with their receipts, what was done by whom, how long data stay."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from kithline_api.views import View
from kithline_core.model.jobs import JobState
from kithline_core.model.retention import Terms


class Job(View, frozen=True):
    """Work that takes longer than a request. `subject` is the keyed hash of a person's id; no id is ever in here."""

    noun = "job"
    id: str
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


class AuditEvent(View, frozen=True):
    """One act: `action` is noun.verb, `subject` what it was done to (of a person: the keyed hash of the id)."""

    noun = "audit"
    id: str
    action: str
    subject: str
    details: dict[str, Any]
    created_at: datetime


class Leaving(View, frozen=True):
    """Rows of one table that a run would remove now, and when the oldest of them came in."""

    table: str
    rows: int
    oldest: datetime | None


class Retention(View, frozen=True):
    """Days that data stay: as asked (the default of the dataset's nature unless `chosen`), and as grounds shorten it."""

    chosen: bool
    asked: Terms
    holds: Terms
    shortened_by: list[str]
    next_at: datetime | None
    last_at: datetime | None
    estimate: list[Leaving]


class AboutPerson(Struct, frozen=True):
    """A row that speaks of the person, as it is stored, and its table."""

    table: str
    row: dict[str, Any]


class Copy(Struct, frozen=True):
    """Everything that is held about a person now. `subject` is the keyed hash that receipts call them by."""

    subject: str
    data: list[AboutPerson]
