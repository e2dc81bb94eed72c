"""Disputes: somebody says that a membership, or what an organisation is said to be, is wrong."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from kithline_core.model.identities import Kind
from kithline_core.model.rows import OrganisationRow, PersonRow
from kithline_core.model.shapes import Asked, Stored
from kithline_core.model.types import Group, Id, LongText, Natural, Role, Text, Time

State = Literal["open", "accepted", "refused"]


class MembershipName(Asked, frozen=True):
    """What identifies a row of people.csv."""

    person: Id
    group: Group | None = None
    organisation: Id | None = None
    department: Id | None = None
    valid_from: Time | None = None
    source: Id | None = None


class OrganisationName(Asked, frozen=True):
    """What identifies a row of organisations.csv."""

    organisation: Id
    valid_from: Time | None = None


class ClaimedMembership(Asked, frozen=True):
    """What should stand there instead. Left out: as in the row; null: not known. Without dates: for as long as the row."""

    group: Group | UnsetType | None = UNSET
    organisation: Id | UnsetType | None = UNSET
    department: Id | UnsetType | None = UNSET
    rank: Text | UnsetType | None = UNSET
    manager: Id | UnsetType | None = UNSET
    leader: bool | UnsetType | None = UNSET
    valid_from: Time | None = None
    valid_to: Time | None = None


class ClaimedOrganisation(Asked, frozen=True):
    """What should stand there instead. Left out: as in the row; null: not known. Without a date: from the row's on."""

    name: Text | UnsetType | None = UNSET
    role: Role | UnsetType | None = UNSET
    tier: Natural | UnsetType | None = UNSET
    owner: Text | UnsetType | None = UNSET
    circles: LongText | UnsetType | None = UNSET
    competing: LongText | UnsetType | None = UNSET
    aliases: LongText | UnsetType | None = UNSET
    valid_from: Time | None = None


class DisputedMembership(MembershipName, frozen=True, kw_only=True):
    """One row of people.csv, and what should stand there."""

    claimed: ClaimedMembership


class DisputedOrganisation(OrganisationName, frozen=True, kw_only=True):
    """One row of organisations.csv, and what should stand there."""

    claimed: ClaimedOrganisation


class NewDispute(Asked, frozen=True):
    """One disputed row, a membership or an organisation; why it is disputed, and who says so."""

    reason: Annotated[LongText, Meta(min_length=1)]
    opened_by: Annotated[Text, Meta(min_length=1, description="A role, not a name: `the person`, `their agency`")]
    membership: DisputedMembership | None = None
    organisation: DisputedOrganisation | None = None


class Decision(Asked, frozen=True):
    """Why a dispute is accepted, or refused."""

    reason: Annotated[LongText, Meta(min_length=1)]


class Dispute(Stored, frozen=True):
    """A dispute as it stands. `about` is the disputed row as it was when the dispute was opened."""

    id: UUID
    kind: Kind
    subject: str
    about: dict[str, Any]
    claimed: dict[str, Any]
    reason: str
    opened_by: str
    state: State
    decision: str | None
    created_at: datetime
    decided_at: datetime | None


class Remedy(Stored, frozen=True):
    """Which rows would change: as they count now, and as they would. What any figure would be is withheld."""

    memberships: list[PersonRow]
    memberships_then: list[PersonRow]
    organisations: list[OrganisationRow]
    organisations_then: list[OrganisationRow]
    effect: Literal["withheld"] = "withheld"
    why: str = "before and after, figures differ by fewer people than the floor; accept, and run again"
