"""What a tenant chose about plugins: which ones, in which version, with which parameters, and what a shadow came to."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from kithline_core.model.shapes import Asked, Stored
from kithline_core.model.types import TEXT

Decision = Literal["accept", "pin", "opt_out"]
Version = Annotated[str, Meta(min_length=1, max_length=100, pattern=TEXT, description="A version of the plugin")]
Reason = Annotated[str, Meta(min_length=1, max_length=1000, pattern=TEXT, description="Why it is so from now on")]
Enabled = Annotated[bool, Meta(description="Null: as it comes; what the operator installed beside Kithline is enabled")]


class NewChoice(Asked, frozen=True):
    """What is to be different about a plugin; what is left out stays. `pinned` null: the newest version."""

    reason: Reason
    enabled: Enabled | UnsetType | None = UNSET
    pinned: Version | UnsetType | None = UNSET


class NewShadow(Asked, frozen=True):
    """Which version is to run beside the one in force."""

    version: Version


class NewDecision(Asked, frozen=True):
    """`accept`: move to the new version; `pin`: stay; `opt_out`: do without the plugin."""

    decision: Decision
    reason: Reason


class Choice(Stored, frozen=True):
    """What a tenant chose about one plugin. `enabled` None: as it comes; `pinned` None: the newest version."""

    plugin: str
    enabled: bool | None = None
    pinned: str | None = None
    reason: str | None = None
    changed_at: datetime | None = None


class Parameters(Stored, frozen=True):
    """What stands in place of a manifest's values; `checked_by` is the plugin version whose own type took them."""

    scorer: str
    parameters: dict[str, Any]
    checked_by: str
    reason: str
    changed_at: datetime


class Shadow(Stored, frozen=True):
    """A version that runs beside the one in force; over once it has a decision."""

    id: UUID
    plugin: str
    in_force: str
    candidate: str
    decision: Decision | None
    reason: str | None
    started_at: datetime
    ended_at: datetime | None


class Awaiting(Stored, frozen=True):
    """A result whose snapshot the candidate has not seen yet, with the parameters of its run."""

    result_id: UUID
    scorer: str
    overrides: dict[str, Any]


class Difference(Stored, frozen=True):
    """Of one snapshot, what the version in force says and what the candidate does; `difference` in 1e-9 of the score."""

    scorer: str
    status: str
    candidate_status: str
    level: int | None
    candidate_level: int | None
    difference: int | None
    identical: bool
