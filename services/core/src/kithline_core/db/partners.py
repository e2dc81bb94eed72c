"""Partners: platforms that act for tenants."""

from uuid import UUID

from kithline_core import ids
from kithline_core.db import acting
from kithline_core.db.database import Tx
from kithline_core.model.tenants import NewPartner, Partner

CREATE = """
    insert into partners (partner_id, title)
    values ($1, $2)
 returning partner_id as id, title, created_at
"""

GET = "select partner_id as id, title, created_at from partners where partner_id = $1"

PAGE = """
    select partner_id as id, title, created_at
      from partners
     where $1::uuid is null or partner_id < $1
     order by partner_id desc
     limit $2
"""


async def create(tx: Tx, new: NewPartner) -> Partner:
    """Admit a partner."""
    partner_id = ids.new()
    await acting.partner(tx, partner_id)
    return await tx.one(Partner, CREATE, partner_id, new.title)


async def get(tx: Tx, partner_id: UUID) -> Partner:
    """Return one partner. Raises NotFound."""
    await acting.partner(tx, partner_id)
    return await tx.one(Partner, GET, partner_id)


async def page(tx: Tx, before: UUID | None = None, size: int = 50) -> list[Partner]:
    """Return partners, the newest first. For operators only."""
    await acting.operator(tx)
    return await tx.all(Partner, PAGE, before, size)
