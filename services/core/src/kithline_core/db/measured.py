"""What construct checks read of one tenant: findings that hold, and when each community was last heard of."""

from collections.abc import Collection
from datetime import datetime

from kithline_core.db.database import TenantTx
from kithline_core.db.lapsing import lapsed
from kithline_core.model.shapes import Stored

# Of each scorer, plugin version and window the newest; not what changed since, what counts one scope, or what lapsed.
FINDINGS = f"""
    select distinct on (results.scorer, run_tasks.plugin_version, results.window_end)
           results.scorer, run_tasks.plugin, run_tasks.plugin_version as version, results.window_end,
           results.finding as document
      from results
      join run_tasks on run_tasks.tenant_id = $1 and run_tasks.task_id = results.task_id
     where results.tenant_id = $1 and results.scorer = any($2::text[]) and results.scope_id is null
       and results.stale_since is null
       and not {lapsed("results")}
     order by results.scorer, run_tasks.plugin_version, results.window_end desc, results.result_id desc
     limit $3
"""

HEARD = """
    select community, max(day) as day
      from activity_day
     where tenant_id = $1 and community is not null
       and (verb in ('posted', 'replied', 'shared', 'mentioned', 'answered') or verb like 'custom:%')
     group by community
"""


class Found(Stored, frozen=True):
    """A finding as its bytes, and which version of which plugin it is of."""

    scorer: str
    plugin: str
    version: str
    window_end: datetime
    document: bytes


async def findings(tx: TenantTx, scorers: Collection[str], most: int) -> list[Found]:
    """Return findings by scorer and version, of each the latest window first."""
    return await tx.all(Found, FINDINGS, sorted(scorers), most)


async def heard(tx: TenantTx) -> dict[str, int]:
    """Return the last day (since 1970) on which somebody contributed, by community."""
    return {row["community"]: row["day"] for row in await tx.rows(HEARD)}
