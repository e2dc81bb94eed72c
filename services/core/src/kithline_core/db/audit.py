"""Who did what, and when: appended in the transaction of the act itself. No person's id is ever written here."""

from typing import Any
from uuid import UUID

from kithline_core import ids
from kithline_core.db.database import TenantTx
from kithline_core.model.audit import AuditEvent

RECORD = """
    insert into audit_events (tenant_id, audit_id, action, subject, details)
    values ($1, $2, $3, $4, $5)
 returning audit_id as id, action, subject, details, created_at
"""

PAGE = """
    select audit_id as id, action, subject, details, created_at
      from audit_events
     where tenant_id = $1 and ($2::uuid is null or audit_id < $2) and ($4::text is null or action = $4)
     order by audit_id desc
     limit $3
"""


async def record(tx: TenantTx, action: str, subject: str, details: dict[str, Any] | None = None) -> AuditEvent:
    """Write down that something was done (`noun.verb`) to a subject (a public id or a name; of a person: its digest)."""
    return await tx.one(AuditEvent, RECORD, ids.new(), action, subject, details or {})


async def page(
    tx: TenantTx, before: UUID | None = None, size: int = 50, *, action: str | None = None
) -> list[AuditEvent]:
    """Return what was done, the newest first."""
    return await tx.all(AuditEvent, PAGE, before, size, action)
