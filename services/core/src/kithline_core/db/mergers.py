"""What could be linked, and what a link would bring together. Neither changes anything."""

from kithline_core.affiliation import identity, suggesting
from kithline_core.affiliation.suggesting import Named
from kithline_core.db import identities, rights
from kithline_core.db.database import TenantTx
from kithline_core.model.identities import NewIdentity, Suggestion
from kithline_core.model.mergers import Merger
from kithline_core.model.rows import OrganisationRow, PersonRow

LISTED = "select distinct person from memberships where tenant_id = $1"

MET = """
    select actor as person from activity_day where tenant_id = $1
    union
    select target from tie_day where tenant_id = $1
    union
    select actor from ties where tenant_id = $1
    union
    select target from ties where tenant_id = $1
    union
    select respondent from answers where tenant_id = $1 and respondent is not null
    union
    select person from memberships where tenant_id = $1
"""

ORGANISATIONS = "select organisation, name, aliases from organisations where tenant_id = $1 order by row_id"

MEMBERSHIPS = """
    select person, "group", organisation, department, rank, manager, leader, bot, valid_from, valid_to, source,
           confidence, bot_confidence
      from memberships
     where tenant_id = $1 and person = any($2::text[])
     order by person, valid_from, row_id
"""

ROWS = """
    select organisation, name, role, tier, owner, circles, competing, aliases, valid_from, valid_to, successor
      from organisations
     where tenant_id = $1 and organisation = any($2::text[])
     order by organisation, valid_from, row_id
"""


async def suggest(tx: TenantTx) -> list[Suggestion]:
    """Return ids that look like one and are not linked, at most 1,000 a kind: people by form, organisations by name."""
    linked, hidden = set(await identities.in_force(tx)), await rights.unshown(tx)
    listed = {row["person"] for row in await tx.rows(LISTED)}
    met = [
        row["person"]
        for row in await tx.rows(MET)
        if row["person"] not in hidden and ("person", row["person"]) not in linked
    ]
    firms = [row for row in await tx.all(Named, ORGANISATIONS) if ("organisation", row.organisation) not in linked]
    return [*suggesting.people(met, listed), *suggesting.organisations(firms)]


async def preview(tx: TenantTx, new: NewIdentity) -> Merger:
    """Return the rows that a link would bring together. Raises Conflict when it cannot be made."""
    new, links = await identities.kept(tx, new), await identities.in_force(tx)
    identities.check(links, new)
    names = {link.id: link.same_as for link in links.values() if link.kind == new.kind}
    both = [new.id, new.same_as]
    people = await rights.shown(tx, await tx.all(PersonRow, MEMBERSHIPS, both)) if new.kind == "person" else []
    organisations = await tx.all(OrganisationRow, ROWS, both) if new.kind == "organisation" else []
    standing = identity.standing({**names, new.id: new.same_as})[new.id]
    hidden = new.kind == "person" and standing in await rights.unshown(tx)
    return Merger(kind=new.kind, standing=None if hidden else standing, memberships=people, organisations=organisations)
