"""How much of everything there is: counted where the sender's rows stand, so that nothing has to be rolled up first."""

from datetime import UTC, datetime
from typing import Final

from kithline_core.db.database import TenantTx

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

# One row per table that a manifest can ask for; what is dated counts when it falls into the window.
COUNTS = """
    select (select count(*) from organisations where tenant_id = $1) as organisations,
           (select count(*) from memberships where tenant_id = $1) as memberships,
           (select count(*) from populations where tenant_id = $1) as populations,
           (select count(*) from communities where tenant_id = $1) as communities,
           (select count(*) from interfaces where tenant_id = $1) as interfaces,
           (select count(*) from ties
             where tenant_id = $1 and (first_at is null or first_at < $3) and (last_at is null or last_at >= $2)) as ties,
           (select count(*) from organisation_ties where tenant_id = $1) as organisation_ties,
           (select count(*) from answers
              join assessments using (tenant_id, questionnaire, assessment)
             where tenant_id = $1 and closed_at is not null
               and (dated is null or (dated >= $2 and dated < $3))) as answers,
           (select count(*) from ratings where tenant_id = $1) as ratings,
           (select count(*) from survivals where tenant_id = $1) as survivals,
           (select count(*) from incidents
             where tenant_id = $1 and (occurred_at is null or (occurred_at >= $2 and occurred_at < $3))) as incidents,
           (select count(*) from ideas
             where tenant_id = $1 and (submitted_at is null or (submitted_at >= $2 and submitted_at < $3))) as ideas,
           (select count(*) from decisions
             where tenant_id = $1 and (decided_at is null or (decided_at >= $2 and decided_at < $3))) as decisions,
           (select count(*) from outcomes
             where tenant_id = $1 and (dated is null or (dated >= $2 and dated < $3))) as outcomes,
           (select count(*) from roadmap where tenant_id = $1) as roadmap,
           (select count(*) from barriers where tenant_id = $1) as barriers,
           (select count(*) from interventions where tenant_id = $1) as interventions,
           (select count(*) from group_ties where tenant_id = $1) as group_ties,
           (select count(*) from group_activity where tenant_id = $1) as group_activity,
           (select count(*) from waits where tenant_id = $1) as waits,
           (select count(*) from contributions where tenant_id = $1) as contributions,
           (select count(*) from competitor_day where tenant_id = $1 and day between $4 and $5) as competitor_day,
           count(*) as activity_day,
           count(target) as tie_day,
           count(*) filter (where kind = 'practice') as item_use,
           count(distinct day) as event_day
      from events
     where tenant_id = $1 and day between $4 and $5 and occurred_at >= $2 and occurred_at < $3 and withdrawn_at is null
"""

SPAN = "select min(occurred_at) as first, max(occurred_at) as last from events where tenant_id = $1 and withdrawn_at is null"


async def counts(tx: TenantTx, start: datetime, end: datetime) -> dict[str, int]:
    """Return the rows of each table in a window; tables of events count events, `event_day` days."""
    days = [(moment.astimezone(UTC) - EPOCH).days for moment in (start, end)]
    (row,) = await tx.rows(COUNTS, start, end, *days)
    return dict(row)


async def span(tx: TenantTx) -> tuple[datetime, datetime] | None:
    """Return the instants of the first event and the last; None without events."""
    (row,) = await tx.rows(SPAN)
    return None if row["first"] is None else (row["first"], row["last"])
