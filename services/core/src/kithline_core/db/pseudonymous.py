"""A tenant that keeps pseudonyms alone: from its first ground of that mode on, whatever becomes of the ground.

On the day it begins nobody may be here under an id of their own. It does not end: an id that came in again would stand
beside its pseudonym, and nobody could say that the two are one.
"""

from typing import Final

from kithline_core.db.database import TenantTx
from kithline_core.db.saying import PEOPLE
from kithline_core.errors import Conflict
from kithline_core.model import pseudonyms
from kithline_core.model.rows import UNNAMED

# A pseudonym, or the name of somebody who was erased.
HASHED: Final = "^(p|erased)-[a-z2-7]{26}$"

# $3: the word for somebody who is not named. $4: what columns of people are called in rows that are kept as JSON.
RAW = """
    select exists (select from memberships where tenant_id = $1 and (person !~ $2 or manager !~ $2))
           or exists (select from events where tenant_id = $1 and (actor !~ $2 or target !~ $2))
           or exists (select from activity_day where tenant_id = $1 and actor !~ $2)
           or exists (select from tie_day where tenant_id = $1 and (actor !~ $2 or target !~ $2))
           or exists (select from item_use where tenant_id = $1 and (actor !~ $2 or used_by !~ $2))
           or exists (select from opening where tenant_id = $1 and (asker !~ $2 or answerer !~ $2))
           or exists (select from ties where tenant_id = $1 and (actor !~ $2 or target !~ $2))
           or exists (
               select from answers
                where tenant_id = $1 and (respondent !~ $2 or (confirmed_by !~ $2 and confirmed_by <> $3)))
           or exists (select from ratings where tenant_id = $1 and rater !~ $2)
           or exists (select from survivals where tenant_id = $1 and unit !~ $2)
           or exists (select from identities where tenant_id = $1 and kind = 'person' and (id !~ $2 or same_as !~ $2))
           or exists (select from disputes where tenant_id = $1 and kind = 'person' and subject !~ $2)
           or exists (
               select from communities cross join lateral string_to_table(hosts, ';') as one (host)
                where tenant_id = $1 and btrim(host) <> '' and btrim(host) !~ $2)
           or exists (
               select from batch_rows cross join lateral jsonb_each_text(before) as one (name, cell)
                where tenant_id = $1 and name = any($4::text[]) and cell !~ $2 and cell <> $3)
           or exists (
               select from batch_rows cross join lateral jsonb_each_text(after) as one (name, cell)
                where tenant_id = $1 and name = any($4::text[]) and cell !~ $2 and cell <> $3)
           or exists (
               select from corrected_rows cross join lateral jsonb_each_text(image) as one (name, cell)
                where tenant_id = $1 and name = any($4::text[]) and cell !~ $2 and cell <> $3) as raw
"""

BEGUN = """
    select exists (select from processing_grounds
                    where tenant_id = $1 and mode = 'pseudonymous' and valid_from <= now()) as begun
"""

KEY = "select text_secret from tenants where tenant_id = $1"

CLAIMED = """
    select right_id, person
      from person_rights
     where tenant_id = $1 and kind <> 'erase' and person !~ $2
     order by lifted_at is null desc, right_id
"""

# A right that is in force under the pseudonym already needs no second row.
RENAME = """
    update person_rights as had
       set person = $3, lifted_at = case
               when had.lifted_at is null and exists (
                   select from person_rights as other
                    where other.tenant_id = $1 and other.person = $3 and other.kind = had.kind
                      and other.lifted_at is null)
               then now() else had.lifted_at end
     where tenant_id = $1 and right_id = $2
"""


async def begun(tx: TenantTx) -> bool:
    """Say whether the tenant keeps pseudonyms."""
    (row,) = await tx.rows(BEGUN)
    found: bool = row["begun"]
    return found


async def begin(tx: TenantTx) -> None:
    """Have rights that are in force hold on under pseudonyms. Raises Conflict when people are here under their own ids.

    Hashing only those to come would count everybody twice, and "never stored" would be untrue.
    """
    (found,) = await tx.rows(RAW, HASHED, UNNAMED, list(PEOPLE))
    if found["raw"]:
        raise Conflict(
            "people are here under their own ids (in rows, links, disputes, answers' confirmed_by, communities' hosts or what "
            "imports and corrections keep of rows), and in the mode pseudonymous none may be stored: erase them first, send "
            "the others to a tenant of their own, or agree on another mode",
            pointer="/mode",
        )
    (key,) = await tx.rows(KEY)
    for claimed in await tx.rows(CLAIMED, HASHED):
        await tx.run(RENAME, claimed["right_id"], pseudonyms.pseudonym(key["text_secret"], claimed["person"]))
