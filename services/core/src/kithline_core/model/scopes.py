"""A scope: which communities and channels count. Never changed; a new version says something else."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from kithline_core.model.shapes import Asked, Stored
from kithline_core.model.types import Id, LongText, Text

Ids = Annotated[list[Id], Meta(max_length=1000)]


class NewScope(Asked, frozen=True):
    """Communities and channels to count; left out means all of them."""

    scope: Id
    title: Text | None = None
    reason: LongText | None = None
    communities: Ids | None = None
    channels: Ids | None = None


class Scope(Stored, frozen=True):
    """One version of a scope."""

    id: UUID
    scope: str
    version: int
    title: str | None
    reason: str | None
    communities: list[str] | None
    channels: list[str] | None
    created_at: datetime
