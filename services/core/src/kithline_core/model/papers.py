"""Papers: drafts written from the live configuration, and which of them were issued."""

from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

import msgspec

from kithline_core.model.shapes import Stored

Kind = Literal["notice", "ropa", "dpia", "works-agreement"]
Language = Literal["en", "de"]
KINDS: Final[tuple[Kind, ...]] = ("notice", "ropa", "dpia", "works-agreement")
LANGUAGES: Final[tuple[Language, ...]] = ("en", "de")


class Change(msgspec.Struct, frozen=True):
    """A fact that is another now: an RFC 6901 pointer into the facts, with what stood there and what stands there."""

    pointer: str
    was: Any = None
    now: Any = None


class IssuedPaper(Stored, frozen=True):
    """A draft that was issued, with the facts it told."""

    id: UUID
    kind: str
    language: str
    sha256: str
    facts: dict[str, Any]
    issued_at: datetime
    outdated_at: datetime | None


class Draft(Stored, frozen=True):
    """A draft: its text, the facts it tells and their hash, the issue of it there is, and what changed since."""

    kind: Kind
    language: Language
    sha256: str
    text: str
    facts: dict[str, Any]
    issued: IssuedPaper | None
    changed: list[Change]
