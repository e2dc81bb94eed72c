"""Direct messages of employees: none is taken, and one that came before anybody knew whose it was is removed."""

from collections.abc import Iterable

from kithline_core.db import door, marks
from kithline_core.db.database import TenantTx
from kithline_core.model import pseudonyms
from kithline_core.model.rows import PersonRow

FOUND = """
    select source, id, day, kind, text_hash, withdrawn_at is null as counts
      from events
     where tenant_id = $1 and visibility = 'direct' and (actor = any($2::text[]) or target = any($2::text[]))
     order by source, id
"""

FORGET = """
    delete from events
     where tenant_id = $1 and visibility = 'direct' and (actor = any($2::text[]) or target = any($2::text[]))
"""


async def meet(tx: TenantTx, rows: Iterable[PersonRow]) -> None:
    """Remove what is stored of direct messages from or to people whom a row calls employees."""
    people = sorted({row.person for row in rows if row.group == "employee"})
    if not people:
        return
    secret = (await door.load(tx)).secret
    stored = sorted({*people, *(pseudonyms.pseudonym(secret, person) for person in people)})
    if await tx.rows(FOUND, stored):
        await tx.rows(marks.QUEUE)
        # Once more behind the queue: whoever was in it may have withdrawn some, or stored more.
        await marks.mark(tx, [tuple(row)[:5] for row in await tx.rows(FOUND, stored) if row["counts"]])
        await tx.run(FORGET, stored)
