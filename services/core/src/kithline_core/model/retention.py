"""How long data stay: events from the day they came in, roll-ups from the day their last event came in."""

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta

from kithline_core.model.shapes import Asked, Stored
from kithline_core.model.types import LongText

# 13 months: what cards with 196 days of look-back before 196 days of window need.
EVENTS_DAYS: Final = 90
ROLLUPS_DAYS: Final = 396

Days = Annotated[int, Meta(ge=1, le=36_500)]


class AskedRetention(Asked, frozen=True):
    """What shall hold from now on; null keeps for ever. Roll-ups stay at least as long as the events behind them."""

    events_days: Days | None
    rollups_days: Days | None
    reason: Annotated[LongText, Meta(min_length=1)]


class Terms(Stored, frozen=True):
    """Days that events and roll-ups stay; null is for ever."""

    events_days: int | None = None
    rollups_days: int | None = None


class Policy(Stored, frozen=True):
    """What was chosen (or the default), and what holds once the grounds in force have shortened it."""

    chosen: bool
    asked: Terms
    holds: Terms
    shortened_by: list[UUID]
    next_at: datetime | None
    last_at: datetime | None


class Leaving(Stored, frozen=True):
    """Rows of one table that a run would remove now, and the receipt of the oldest."""

    table: str
    rows: int
    oldest: datetime | None
