"""Findings computed at a tenant's site: stored as results of a run of their own, which is done when it is there."""

import hashlib
from datetime import datetime
from uuid import UUID

from kithline_core import ids
from kithline_core.db.database import TenantTx
from kithline_core.model.findings import Received
from kithline_core.model.results import NewResult

# Two sendings of one finding wait for each other.
LOCK = """
    select pg_advisory_xact_lock(hashtextextended(tenant_id::text || $2, 0))
      from tenants
     where tenant_id = $1
"""

KNOWN = """
    select results.result_id, results.sha256
      from signatures
      join results
        on results.tenant_id = $1 and results.result_id = signatures.result_id
     where signatures.tenant_id = $1 and signatures.scorer = $2 and signatures.key = $3
       and signatures.window_start = $4 and signatures.window_end = $5
"""

RUN = """
    insert into runs (tenant_id, run_id, intended_use, requested, state, started_at, finished_at)
    values ($1, $2, $3, $4, 'succeeded', now(), now())
"""

TASK = """
    insert into run_tasks
           (tenant_id, task_id, run_id, scorer, version, plugin, plugin_version, parameters, after, window_start,
            window_end, state, finished_at)
    values ($1, $2, $3, $4, $5, $6, $7, '{}', '{}', $8, $9, $10, now())
"""

RESULT = """
    insert into results
           (tenant_id, result_id, run_id, task_id, scorer, version, status, score, level, key, finding, sha256, attempt,
            tier, seconds, window_start, window_end, grounds, origin)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, 'site', 0, $13, $14, $15, 'site')
"""

SIGNATURE = """
    insert into signatures
           (tenant_id, result_id, signing_key_id, signature, scorer, key, window_start, window_end)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
"""


async def known(tx: TenantTx, scorer: str, key: str, window: tuple[datetime, datetime]) -> Received | None:
    """Return what this finding of this window was stored as, None when it is new; whoever sends it meanwhile waits."""
    await tx.run(LOCK, f"{scorer} {key}")
    return await tx.maybe(Received, KNOWN, scorer, key, *window)


async def insert(
    tx: TenantTx,
    new: NewResult,
    window: tuple[datetime, datetime],
    plugin: tuple[str, str],
    use: str,
    signed: tuple[UUID, bytes],
) -> UUID:
    """Store a finding with its signature, as the result of a run that is done. Return the result's id."""
    run_id, task_id, result_id = ids.new(), ids.new(), ids.new()
    state = "error" if new.status == "error" else "done"
    await tx.run(RUN, run_id, use, {"findings": [new.scorer]})
    await tx.run(TASK, task_id, run_id, new.scorer, new.version, *plugin, *window, state)
    digest = hashlib.sha256(new.document).hexdigest()
    await tx.run(
        RESULT, result_id, run_id, task_id, new.scorer, new.version, new.status, new.score, new.level, new.key,
        new.document, digest, *window, new.grounds,
    )  # fmt: skip
    await tx.run(SIGNATURE, result_id, *signed, new.scorer, new.key, *window)
    return result_id
