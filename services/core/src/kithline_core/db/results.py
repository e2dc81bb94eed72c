"""Results: append-only, one per run and scorer, their finding as the bytes that were written."""

import hashlib
from uuid import UUID

from kithline_core import ids
from kithline_core.db.database import TenantTx
from kithline_core.model.results import Finding, NewResult, Result
from kithline_core.model.runs import Claimed

INSERT = """
    insert into results
           (tenant_id, result_id, run_id, task_id, scope_id, scorer, version, status, score, level, key, finding, sha256,
            attempt, tier, seconds, window_start, window_end, published)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
 returning result_id as id, run_id, task_id, scope_id, scorer, version, status, score, level, key, sha256, attempt,
           tier, seconds, window_start, window_end, published, stale_since, created_at
"""

GET = """
    select result_id as id, run_id, task_id, scope_id, scorer, version, status, score, level, key, sha256, attempt,
           tier, seconds, window_start, window_end, published, stale_since, created_at
      from results
     where tenant_id = $1 and result_id = $2
"""

PAGE = """
    select result_id as id, run_id, task_id, scope_id, scorer, version, status, score, level, key, sha256, attempt,
           tier, seconds, window_start, window_end, published, stale_since, created_at
      from results
     where tenant_id = $1 and ($2::uuid is null or result_id < $2)
       and ($4::uuid is null or run_id = $4) and ($5::text is null or scorer = $5)
     order by result_id desc
     limit $3
"""

FINDING = """
    select finding as document, sha256
      from results
     where tenant_id = $1 and result_id = $2
"""

OF_RUN = """
    select finding as document, sha256
      from results
     where tenant_id = $1 and run_id = $2 and scorer = any($3::text[])
     order by scorer
"""


async def insert(tx: TenantTx, claimed: Claimed, new: NewResult) -> Result:
    """Store a finding. Only `tasks.finish` calls this: it holds the fence."""
    return await tx.one(
        Result, INSERT, ids.new(), claimed.run_id, claimed.id, claimed.scope_id, new.scorer, new.version, new.status,
        new.score, new.level, new.key, new.document, hashlib.sha256(new.document).hexdigest(), claimed.attempt,
        new.tier, new.seconds, claimed.window_start, claimed.window_end, new.published,
    )  # fmt: skip


async def get(tx: TenantTx, result_id: UUID) -> Result:
    """Return one envelope. Raises NotFound."""
    return await tx.one(Result, GET, result_id)


async def page(
    tx: TenantTx,
    before: UUID | None = None,
    size: int = 50,
    *,
    run_id: UUID | None = None,
    scorer: str | None = None,
) -> list[Result]:
    """Return envelopes, the newest first, of one run or scorer when named."""
    return await tx.all(Result, PAGE, before, size, run_id, scorer)


async def finding_bytes(tx: TenantTx, result_id: UUID) -> Finding:
    """Return the finding exactly as it was written, with its sha256. Raises NotFound."""
    return await tx.one(Finding, FINDING, result_id)


async def earlier(tx: TenantTx, run_id: UUID, scorers: list[str]) -> list[Finding]:
    """Return the findings of these scorers in the same run, by scorer; one that is absent is unknown."""
    return await tx.all(Finding, OF_RUN, run_id, scorers)
