"""API keys: what they may do, and who stands behind them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from msgspec import Meta

from kithline_core.model.shapes import Asked, Stored
from kithline_core.model.types import Text, Time

RESOURCES: Final = (
    "answers",
    "assessments",
    "audit",
    "communities",
    "coverage",
    "datasets",
    "disputes",
    "events",
    "evidence",
    "findings",
    "grounds",
    "identities",
    "imports",
    "indices",
    "interfaces",
    "jobs",
    "keys",
    "organisations",
    "papers",
    "people",
    "plugins",
    "privacy",
    "questionnaires",
    "registers",
    "results",
    "retention",
    "runs",
    "schemas",
    "scopes",
    "ties",
)
SCOPES: Final = tuple(f"{resource}:{verb}" for resource in RESOURCES for verb in ("read", "write"))

Scope = Annotated[str, Meta(pattern=r"^[a-z]+:(read|write)$", max_length=40)]


class NewKey(Asked, frozen=True):
    """What a new key may do, and until when (default: a year; two at most, and not past its maker's)."""

    title: Text
    scopes: Annotated[list[Scope], Meta(min_length=1, max_length=100)]
    expires_at: Time | None = None


class Key(Stored, frozen=True):
    """A key without its secret, which is shown once and never stored."""

    id: UUID
    key_id: str
    title: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


class Principal(Stored, frozen=True):
    """Who is calling. `id` is the operator's, the partner's or (for a tenant key) the key's; `expires_at` the key's."""

    kind: Literal["operator", "partner", "tenant"]
    id: UUID
    key_id: str
    scopes: Sequence[str]
    tenant_id: UUID | None = None
    partner_id: UUID | None = None
    expires_at: datetime | None = None
