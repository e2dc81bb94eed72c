"""The outbox: what happened, written in the transaction that made it happen."""

from typing import Any
from uuid import UUID

from kithline_core import ids
from kithline_core.db.database import TenantTx, Tx
from kithline_core.model.results import Notice

ADD = """
    insert into outbox (tenant_id, outbox_id, kind, subject_id, payload)
    values ($1, $2, $3, $4, $5)
"""

PAGE = """
    select outbox_id as id, kind, subject_id, payload, created_at, delivered_at
      from outbox
     where tenant_id = $1 and outbox_id > coalesce($2, '00000000-0000-0000-0000-000000000000'::uuid)
     order by outbox_id
     limit $3
"""


async def add(tx: Tx, tenant_id: UUID, kind: str, subject_id: UUID, payload: dict[str, Any]) -> None:
    """Write down that something happened; the dispatcher's role writes for any tenant."""
    args = (ids.new(), kind, subject_id, payload)
    await (tx.run(ADD, *args) if isinstance(tx, TenantTx) else tx.run(ADD, tenant_id, *args))


async def page(tx: TenantTx, after: UUID | None = None, size: int = 50) -> list[Notice]:
    """Return notices, the oldest first."""
    return await tx.all(Notice, PAGE, after, size)
