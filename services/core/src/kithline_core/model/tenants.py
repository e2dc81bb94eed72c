"""Who may do what for whom: operators, partners, the grants between them, and tenants."""

from datetime import datetime
from uuid import UUID

from kithline_core.model.shapes import Asked, Stored
from kithline_core.model.types import LongText, Name, Text, Time


class Operator(Stored, frozen=True):
    """Somebody who runs this installation."""

    id: UUID
    title: str
    created_at: datetime


class NewPartner(Asked, frozen=True):
    """A platform that wants to act for tenants."""

    title: Text


class Partner(Stored, frozen=True):
    """A platform that acts for tenants that consented."""

    id: UUID
    title: str
    created_at: datetime


class NewGrant(Asked, frozen=True):
    """A permission for a partner: who gave it, on which document, until when; one tenant or (empty) any."""

    given_by: Text
    external_id: Name | None = None
    document: LongText | None = None
    valid_until: Time | None = None


class Grant(Stored, frozen=True):
    """A permission under which a partner acts."""

    id: UUID
    partner_id: UUID
    given_by: str
    external_id: str | None
    document: str | None
    valid_from: datetime
    valid_until: datetime | None


class NewTenant(Asked, frozen=True):
    """What a partner says about a tenant when it provisions it."""

    title: Text


class Tenant(Stored, frozen=True):
    """An organisation whose data stand apart from everybody else's."""

    id: UUID
    partner_id: UUID
    external_id: str
    title: str
    created_at: datetime
