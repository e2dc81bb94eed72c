"""Imports by their names, and what undoing one came to."""

from datetime import datetime
from typing import Any, Literal

import msgspec

from kithline_core.model.shapes import Stored


class Batch(Stored, frozen=True):
    """An import: how many events and rows of files stand for it.

    `expired_at`: since then some of what rows were before is forgotten, and undoing it does not put these back.
    """

    batch: str
    opened_at: datetime
    undone_at: datetime | None
    expired_at: datetime | None
    events: int
    rows: int


class Left(Stored, frozen=True):
    """A row that an import touched and somebody changed again: it stays as it is. `row` says which."""

    file: str
    row: dict[str, Any]


class Stays(Stored, frozen=True):
    """Something here that may have come with an import and that undoing one never touches; `words` say what to do."""

    what: Literal["settings", "value_model", "questionnaires", "verbs", "competitors"]
    words: str


class Undone(Stored, frozen=True):
    """What undoing an import took out, put back and left alone; not `done`: call again for the rest.

    `left` names up to 1,000 rows, `left_alone` counts all of them. `expired`: some rows are not among all these, as
    what they were before has had its time. `stays`: what is kept under no import's name, and so is not put back.
    """

    batch: str
    done: bool
    expired: bool
    events: int
    removed: int
    restored: int
    left_alone: int
    left: list[Left] = msgspec.field(default_factory=list)
    stays: list[Stays] = msgspec.field(default_factory=list)
