"""What callers see of those who act on the platform: partners, grants, tenants and their keys."""

from datetime import datetime
from typing import Literal

from kithline_api.views import View


class Partner(View, frozen=True):
    """A platform that acts for tenants that consented."""

    noun = "partner"
    id: str
    title: str
    created_at: datetime


class Grant(View, frozen=True):
    """A permission under which a partner acts: for one tenant, or (external_id null) for any."""

    noun = "grant"
    id: str
    partner_id: str
    given_by: str
    external_id: str | None
    document: str | None
    valid_from: datetime
    valid_until: datetime | None


class Tenant(View, frozen=True):
    """An organisation whose data stand apart from everybody else's."""

    noun = "tenant"
    id: str
    external_id: str
    title: str
    created_at: datetime


class Key(View, frozen=True):
    """A key without its secret."""

    noun = "key"
    id: str
    key_id: str
    title: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


class IssuedKey(Key, frozen=True):
    """A new key. `key` is the secret: shown now, never again."""

    key: str


class Caller(View, frozen=True):
    """Who is calling, and what the key may do."""

    kind: Literal["operator", "partner", "tenant"]
    key_id: str
    scopes: list[str]
    tenant_id: str | None
    partner_id: str | None
