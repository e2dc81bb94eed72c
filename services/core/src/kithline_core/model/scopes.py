"""A scope: which communities and channels count. Never changed; a new version says something else."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from kithline_core.model.shapes import Asked, Stored
from kithline_core.model.types import Id, LongText, Text

Ids = Annotated[list[Id], Meta(max_length=1000)]


class NewScope(Asked, frozen=True):
    """Communities and channels to count; left out means all of them.

    `owner` is who answers for the choice, in words (a role); left out, whoever owned the version before. `reason`: why
    it is so from now on.
    """

    scope: Id
    reason: LongText
    title: Text | None = None
    owner: Text | None = None
    communities: Ids | None = None
    channels: Ids | None = None


class Scope(Stored, frozen=True):
    """One version of a scope."""

    id: UUID
    scope: str
    version: int
    title: str | None
    owner: str | None
    reason: str | None
    communities: list[str] | None
    channels: list[str] | None
    created_at: datetime


class NotCounted(Stored, frozen=True):
    """A community that a scope names and nobody counts."""

    community: str
    reason: Literal["unknown", "sensitive"]


class Counted(Stored, frozen=True):
    """How much a version counts, rounded; null where `withheld` says why nothing may be said."""

    version: int
    events: int | None
    people: int | None
    withheld: str | None


class Preview(Stored, frozen=True):
    """What a version of a scope would count in a window, beside the version before it."""

    scope: str
    version: int
    window: tuple[datetime, datetime]
    communities: list[str] | None
    channels: list[str] | None
    not_counted: list[NotCounted]
    counted: Counted
    before: Counted | None
