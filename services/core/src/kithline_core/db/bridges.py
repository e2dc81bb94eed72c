"""Old data under another version of a rule: what was computed once is kept, for it never changes."""

from typing import Final
from uuid import UUID

from kithline_core.db.database import TenantTx
from kithline_core.model.shapes import Stored

MOST: Final = 200

# Of each window and scope the newest result of either version, in the order of windows.
CHOSEN = """
    select result_id
      from (select distinct on (scope_id, window_start, window_end, version) result_id, window_end
              from results
             where tenant_id = $1 and scorer = $2 and version = any($3::text[]) and status <> 'withheld'
             order by scope_id, window_start, window_end, version, result_id desc) as newest
     order by window_end desc, result_id desc
     limit $4
"""

GET = """
    select status, level, score, bridged, stored
      from bridges
     where tenant_id = $1 and result_id = $2 and plugin_version = $3
"""

INSERT = """
    insert into bridges (tenant_id, result_id, plugin_version, status, level, score, bridged, stored)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
        on conflict (tenant_id, result_id, plugin_version) do nothing
"""


class Bridged(Stored, frozen=True):
    """What a rule finds of old data; `bridged` and `stored` are scores in units of 1e-9, by it and by the rule of the time."""

    status: str
    level: int | None
    score: float | None
    bridged: int | None
    stored: int | None


async def chosen(tx: TenantTx, scorer: str, versions: list[str], most: int = MOST) -> list[UUID]:
    """Return the results that a bridge spans, the latest windows first."""
    return [row["result_id"] for row in await tx.rows(CHOSEN, scorer, versions, most)]


async def get(tx: TenantTx, result_id: UUID, plugin_version: str) -> Bridged | None:
    """Return what another rule finds of a result's data, if it was computed."""
    return await tx.maybe(Bridged, GET, result_id, plugin_version)


async def store(tx: TenantTx, result_id: UUID, plugin_version: str, new: Bridged) -> None:
    """Keep what another rule finds of a result's data."""
    await tx.run(INSERT, result_id, plugin_version, new.status, new.level, new.score, new.bridged, new.stored)
