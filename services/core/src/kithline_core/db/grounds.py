"""Processing grounds: nothing about people is taken in, or counted, without one in force."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from kithline_core import ids
from kithline_core.db.database import TenantTx
from kithline_core.errors import NoGround
from kithline_core.model.grounds import Ground, NewGround

CREATE = """
    insert into processing_grounds
           (tenant_id, ground_id, title, basis, purposes, groups, legal_entity, country, documents, works_agreement,
            impact_assessment, scorers, mode, floor, retention_days, valid_from, valid_to, signed_by)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, coalesce($16, now()), $17, $18)
 returning ground_id as id, title, basis, purposes, groups, legal_entity, country, documents, works_agreement,
           impact_assessment, scorers, mode, floor, retention_days, valid_from, valid_to, signed_by, created_at
"""

GET = """
    select ground_id as id, title, basis, purposes, groups, legal_entity, country, documents, works_agreement,
           impact_assessment, scorers, mode, floor, retention_days, valid_from, valid_to, signed_by, created_at
      from processing_grounds
     where tenant_id = $1 and ground_id = $2
"""

PAGE = """
    select ground_id as id, title, basis, purposes, groups, legal_entity, country, documents, works_agreement,
           impact_assessment, scorers, mode, floor, retention_days, valid_from, valid_to, signed_by, created_at
      from processing_grounds
     where tenant_id = $1 and ($2::uuid is null or ground_id < $2)
     order by ground_id desc
     limit $3
"""

IN_FORCE = """
    select ground_id as id, title, basis, purposes, groups, legal_entity, country, documents, works_agreement,
           impact_assessment, scorers, mode, floor, retention_days, valid_from, valid_to, signed_by, created_at
      from processing_grounds
     where tenant_id = $1 and valid_from <= coalesce($2, now()) and (valid_to is null or valid_to > coalesce($2, now()))
     order by ground_id
"""

END = """
    update processing_grounds
       set valid_to = now()
     where tenant_id = $1 and ground_id = $2 and (valid_to is null or valid_to > now())
"""


async def create(tx: TenantTx, new: NewGround) -> Ground:
    """Write a ground down; without a date it is in force from now on."""
    return await tx.one(
        Ground, CREATE, ids.new(), new.title, new.basis, new.purposes, new.groups, new.legal_entity, new.country,
        new.documents, new.works_agreement, new.impact_assessment, new.scorers, new.mode, new.floor,
        new.retention_days, new.valid_from, new.valid_to, new.signed_by,
    )  # fmt: skip


async def get(tx: TenantTx, ground_id: UUID) -> Ground:
    """Return one ground. Raises NotFound."""
    return await tx.one(Ground, GET, ground_id)


async def page(tx: TenantTx, before: UUID | None = None, size: int = 50) -> list[Ground]:
    """Return grounds, the newest first."""
    return await tx.all(Ground, PAGE, before, size)


async def end(tx: TenantTx, ground_id: UUID) -> Ground:
    """End a ground now; what came under it is no longer counted. Raises NotFound."""
    await tx.run(END, ground_id)
    return await get(tx, ground_id)


async def in_force(tx: TenantTx, at: datetime | None = None) -> list[Ground]:
    """Return the grounds in force at an instant (default: now, by the database's clock)."""
    return await tx.all(Ground, IN_FORCE, at)


async def require(tx: TenantTx, groups: Iterable[str | None] = (None,)) -> list[Ground]:
    """Return the grounds in force. Raises NoGround when one of these groups of people has none (None: any will do)."""
    found = await in_force(tx)
    bare = [group for group in groups if not any(ground.covers(group) for ground in found)]
    if bare:
        named = ", ".join(sorted(group for group in bare if group is not None)) or "people"
        raise NoGround(f"no processing ground is in force for {named}; create one from a template first")
    return found
