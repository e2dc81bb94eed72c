"""Papers that were issued, and who stands in them."""

from typing import Any

from kithline_core import ids
from kithline_core.db.database import TenantTx
from kithline_core.model.papers import IssuedPaper, Kind, Language

ISSUE = """
    insert into issued_papers (tenant_id, paper_id, kind, language, sha256, facts)
    values ($1, $2, $3, $4, $5, $6)
 returning paper_id as id, kind, language, sha256, facts, issued_at, outdated_at
"""

NEWEST = """
    select distinct on (kind, language)
           paper_id as id, kind, language, sha256, facts, issued_at, outdated_at
      from issued_papers
     where tenant_id = $1
     order by kind, language, paper_id desc
"""

OUTDATE = """
    update issued_papers
       set outdated_at = now()
     where tenant_id = $1 and paper_id = $2 and outdated_at is null
"""

PARTNER = """
    select partners.title
      from tenants
      join partners on partners.partner_id = tenants.partner_id
     where tenants.tenant_id = $1
"""


async def issue(tx: TenantTx, kind: Kind, language: Language, sha256: str, facts: dict[str, Any]) -> IssuedPaper:
    """Write down that a draft with these facts was issued."""
    return await tx.one(IssuedPaper, ISSUE, ids.new(), kind, language, sha256, facts)


async def newest(tx: TenantTx) -> list[IssuedPaper]:
    """Return the last issue of every kind and language."""
    return await tx.all(IssuedPaper, NEWEST)


async def outdate(tx: TenantTx, issued: IssuedPaper) -> bool:
    """Write down that a paper no longer says the truth. False: that stands there already."""
    return bool(await tx.run(OUTDATE, issued.id))


async def partner(tx: TenantTx) -> str:
    """Return the name of the platform that acts for this tenant."""
    (row,) = await tx.rows(PARTNER)
    return str(row["title"])
