"""By what events were listed before, and of which days: lists that divide the same days otherwise could be crossed with these."""

from kithline_core.db.database import TenantTx
from kithline_core.db.evidence import Days
from kithline_core.model.evidence import Division

# Two lists at once would not see each other.
ALONE = "select $1::uuid as tenant_id, pg_advisory_xact_lock(hashtextextended('lists of ' || $1::uuid::text, 0))"

ADD = """
    insert into told_lists (tenant_id, first_day, last_day, communities, members)
    select $1, $2, $3, $4, $5
     where not exists (
           select from told_lists
            where tenant_id = $1 and first_day <= $3 and last_day >= $2
              and (communities <> $4 or (members <> '' and $5 <> ''::bytea and members <> $5)))
        on conflict (tenant_id, first_day, last_day, communities, members) do nothing
"""

THERE = """
    select exists (select from told_lists
                    where tenant_id = $1 and first_day = $2 and last_day = $3
                      and communities = $4 and members = $5) as there
"""


async def add(tx: TenantTx, days: Days, division: Division) -> None:
    """Write down how lists divide the events of days, unless others that were told divide some of these otherwise."""
    await tx.rows(ALONE)
    await tx.run(ADD, *days, *division)


async def there(tx: TenantTx, days: Days, division: Division) -> bool:
    """Say whether this is written down."""
    (row,) = await tx.rows(THERE, *days, *division)
    return bool(row["there"])
