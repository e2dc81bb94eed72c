"""Questionnaires: immutable once they have a version."""

import hashlib

import msgspec

from kithline_core.db import stale
from kithline_core.db.database import TenantTx
from kithline_core.errors import Conflict
from kithline_core.model.questionnaires import Questionnaire

INSERT = """
    insert into questionnaires (tenant_id, questionnaire, version, document, sha256)
    values ($1, $2, $3, $4, $5)
        on conflict (tenant_id, questionnaire, version) do nothing
 returning questionnaire
"""

SHA256 = "select sha256 from questionnaires where tenant_id = $1 and questionnaire = $2 and version = $3"

GET = "select document from questionnaires where tenant_id = $1 and questionnaire = $2 and version = $3"

PAGE = """
    select document
      from questionnaires
     where tenant_id = $1 and (questionnaire, version) > ($2, $3)
     order by questionnaire, version
     limit $4
"""


async def put(tx: TenantTx, new: Questionnaire) -> bool:
    """Store a version; return whether it is new. Raises Conflict when the version exists with another body."""
    digest = hashlib.sha256(msgspec.json.encode(new, order="deterministic")).digest()
    if await tx.rows(INSERT, new.questionnaire, new.version, msgspec.to_builtins(new), digest):
        await stale.table(tx, "questionnaires")  # answers without a version answer the newest
        return True
    (had,) = await tx.rows(SHA256, new.questionnaire, new.version)
    if had["sha256"] != digest:
        raise Conflict(f"{new.questionnaire} has a version {new.version!r} already, and it says something else")
    return False


async def get(tx: TenantTx, questionnaire: str, version: str) -> Questionnaire | None:
    """Return one version, if it is here."""
    rows = await tx.rows(GET, questionnaire, version)
    return msgspec.convert(rows[0]["document"], Questionnaire) if rows else None


async def page(tx: TenantTx, after: tuple[str, str] = ("", ""), size: int = 200) -> list[Questionnaire]:
    """Return versions by key and version, behind a cursor."""
    return [msgspec.convert(row["document"], Questionnaire) for row in await tx.rows(PAGE, *after, size)]
