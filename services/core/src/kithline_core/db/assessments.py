"""Sittings of questionnaires: opened, answered, closed."""

from collections.abc import Collection
from uuid import UUID

from kithline_core import ids
from kithline_core.db import bulk, stale
from kithline_core.db.database import TenantTx
from kithline_core.errors import Conflict
from kithline_core.model.assessments import Assessment, NewAssessment

CREATE = """
    insert into assessments (tenant_id, assessment_id, questionnaire, assessment, version, title)
    values ($1, $2, $3, $4, $5, $6)
        on conflict (tenant_id, questionnaire, assessment) do nothing
 returning assessment_id as id, questionnaire, assessment, version, title, 'open' as state, created_at, closed_at
"""

GET = """
    select assessment_id as id, questionnaire, assessment, version, title,
           case when closed_at is null then 'open' else 'closed' end as state, created_at, closed_at
      from assessments
     where tenant_id = $1 and assessment_id = $2
"""

PAGE = """
    select assessment_id as id, questionnaire, assessment, version, title,
           case when closed_at is null then 'open' else 'closed' end as state, created_at, closed_at
      from assessments
     where tenant_id = $1 and ($2::uuid is null or assessment_id < $2)
     order by assessment_id desc
     limit $3
"""

CLOSE = """
    update assessments
       set closed_at = now()
     where tenant_id = $1 and assessment_id = $2 and closed_at is null
"""

ENSURE = """
    insert into assessments (tenant_id, assessment_id, questionnaire, assessment, version, closed_at)
    select $1, sent.*, now()
      from unnest($2::uuid[], $3::text[], $4::text[], $5::text[]) as sent
        on conflict (tenant_id, questionnaire, assessment) do nothing
"""


async def create(tx: TenantTx, new: NewAssessment) -> Assessment:
    """Open a sitting. Raises Conflict when the sender's id is taken."""
    made = await tx.maybe(Assessment, CREATE, ids.new(), new.questionnaire, new.assessment, new.version, new.title)
    if made is None:
        raise Conflict(f"the assessment {new.assessment!r} of {new.questionnaire!r} exists already")
    return made


async def get(tx: TenantTx, assessment_id: UUID) -> Assessment:
    """Return one sitting. Raises NotFound."""
    return await tx.one(Assessment, GET, assessment_id)


async def page(tx: TenantTx, before: UUID | None = None, size: int = 50) -> list[Assessment]:
    """Return sittings, the newest first."""
    return await tx.all(Assessment, PAGE, before, size)


async def close(tx: TenantTx, assessment_id: UUID) -> Assessment:
    """Close a sitting: from now on it counts. Raises NotFound."""
    if await tx.run(CLOSE, assessment_id):
        await stale.table(tx, "assessments")
    return await get(tx, assessment_id)


async def ensure(tx: TenantTx, sat: Collection[tuple[str, str, str | None]]) -> None:
    """Make the sittings that answers speak of; one that comes with its answers is closed from the start."""
    first: dict[tuple[str, str], str | None] = {}
    for questionnaire, assessment, version in sorted(sat, key=bulk.order):
        first.setdefault((questionnaire, assessment), version)
    names = list(first)
    fresh = [ids.new() for _ in names]
    await tx.run(ENSURE, fresh, [name[0] for name in names], [name[1] for name in names], list(first.values()))
