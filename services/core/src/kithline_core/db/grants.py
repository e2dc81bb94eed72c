"""Grants: under which permission a partner acts for tenants."""

from uuid import UUID

from kithline_core import ids
from kithline_core.db import acting
from kithline_core.db.database import Tx
from kithline_core.errors import Forbidden
from kithline_core.model.tenants import Grant, NewGrant

CREATE = """
    insert into grants (partner_id, grant_id, given_by, external_id, document, valid_until)
    values ($1, $2, $3, $4, $5, $6)
 returning grant_id as id, partner_id, given_by, external_id, document, valid_from, valid_until
"""

IN_FORCE = """
    select grant_id as id, partner_id, given_by, external_id, document, valid_from, valid_until
      from grants
     where partner_id = $1 and (external_id is null or $2::text is null or external_id = $2)
       and valid_from <= now() and (valid_until is null or valid_until > now()) and revoked_at is null
     order by grant_id
"""

REVOKE = """
    update grants
       set revoked_at = coalesce(revoked_at, now())
     where partner_id = $1 and grant_id = $2
 returning grant_id as id, partner_id, given_by, external_id, document, valid_from, valid_until
"""


class NoGrant(Forbidden):
    """No grant in force lets the partner act for this tenant."""

    code = "no_grant"


async def create(tx: Tx, partner_id: UUID, new: NewGrant) -> Grant:
    """Write a grant down; it holds from now on."""
    await acting.partner(tx, partner_id)
    return await tx.one(
        Grant, CREATE, partner_id, ids.new(), new.given_by, new.external_id, new.document, new.valid_until
    )


async def in_force(tx: Tx, partner_id: UUID, external_id: str | None = None) -> list[Grant]:
    """Return the grants that hold now, for one tenant or (None) any."""
    await acting.partner(tx, partner_id)
    return await tx.all(Grant, IN_FORCE, partner_id, external_id)


async def require(tx: Tx, partner_id: UUID, external_id: str) -> None:
    """Raise NoGrant when no grant lets the partner act for this tenant."""
    if not await in_force(tx, partner_id, external_id):
        raise NoGrant(f"no grant in force lets this partner act for {external_id!r}; the operator gives one")


async def revoke(tx: Tx, partner_id: UUID, grant_id: UUID) -> Grant:
    """End a grant at once. Raises NotFound."""
    await acting.partner(tx, partner_id)
    return await tx.one(Grant, REVOKE, partner_id, grant_id)
