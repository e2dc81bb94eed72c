"""From when to when there are events, of how many people, and whether there are too many rows to look through at once."""

from datetime import datetime

from kithline_core.db.database import TenantTx

SPAN = "select min(occurred_at) as first, max(occurred_at) as last from events where tenant_id = $1 and withdrawn_at is null"

# No more than it takes to know that they are enough.
ACTORS = """
    select count(*) as people
      from (select distinct actor from activity_day where tenant_id = $1 and day between $2 and $3 limit $4) as actors
"""

ROWS = """
    select count(*) as rows
      from (select from tie_day where tenant_id = $1 and day between $2 and $3
             union all
            select from activity_day where tenant_id = $1 and day between $2 and $3
             union all
            select from item_use where tenant_id = $1 and day between $2 and $3
             union all
            select from opening where tenant_id = $1 and day between $2 and $3
             union all
            select from ties where tenant_id = $1
             union all
            select from memberships where tenant_id = $1
             union all
            select from answers where tenant_id = $1
             limit $4) as rows
"""


async def actors(tx: TenantTx, first_day: int, last_day: int, most: int) -> int:
    """Return how many people did something on these days (since 1970), as far as they are rolled up; `most` at most."""
    (row,) = await tx.rows(ACTORS, first_day, last_day, most)
    found: int = row["people"]
    return found


async def rows(tx: TenantTx, first_day: int, last_day: int, most: int) -> int:
    """Return how many rows about people a snapshot of these days (since 1970) may read; `most` at most."""
    (row,) = await tx.rows(ROWS, first_day, last_day, most)
    found: int = row["rows"]
    return found


async def span(tx: TenantTx) -> tuple[datetime, datetime] | None:
    """Return the instants of the first event and the last; None without events."""
    (row,) = await tx.rows(SPAN)
    return None if row["first"] is None else (row["first"], row["last"])
