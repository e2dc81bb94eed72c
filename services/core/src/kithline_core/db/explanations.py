"""Why results differ, once it was told, and what one has to know to tell it: who was who, and who did not count, when."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from kithline_core.affiliation import identity
from kithline_core.db import datasets, errands
from kithline_core.db.database import TenantTx
from kithline_core.model.errands import Errand
from kithline_core.model.shapes import Stored

KIND: Final = "results.delta"

GET = "select document from explanations where tenant_id = $1 and before_id = $2 and after_id = $3"

INSERT = """
    insert into explanations (tenant_id, before_id, after_id, document)
    values ($1, $2, $3, $4)
        on conflict (tenant_id, before_id, after_id) do nothing
"""

# A question that somebody works on already is not asked twice.
UNDER_WAY = """
    select errand_id as id, kind, answer, problem, created_at, finished_at, expires_at
      from errands
     where tenant_id = $1 and kind = $2 and asked = $3 and finished_at is null
     limit 1
"""

# Whoever did not count at an instant, under every id they have.
BARRED = """
    select distinct person
      from person_rights
     where tenant_id = $1 and kind in ('object', 'restrict')
       and created_at <= $2 and (lifted_at is null or lifted_at > $2)
"""

LINKS = """
    select kind, id, same_as, confidence
      from identities
     where tenant_id = $1 and kind = $2 and created_at <= $3 and (undone_at is null or undone_at > $3)
"""


class _Link(Stored, frozen=True):
    kind: str
    id: str
    same_as: str
    confidence: float | None


async def get(tx: TenantTx, before: UUID, after: UUID) -> bytes | None:
    """Return what was told of two results, if it was."""
    rows = await tx.rows(GET, before, after)
    return rows[0]["document"] if rows else None


async def store(tx: TenantTx, before: UUID, after: UUID, document: bytes) -> None:
    """Keep what is told of two results."""
    await tx.run(INSERT, before, after, document)


async def ask(tx: TenantTx, kind: str, asked: dict[str, str]) -> Errand:
    """Return the errand that answers a question: one under way, else a new one. Raises Conflict."""
    return await tx.maybe(Errand, UNDER_WAY, kind, asked) or await errands.insert(tx, kind, asked)


async def barred(tx: TenantTx, at: datetime) -> list[str]:
    """Return who did not count at an instant, by objection or restriction."""
    return [row["person"] for row in await tx.rows(BARRED, at)]


async def names(tx: TenantTx, kind: str, at: datetime) -> dict[str, str]:
    """Return the id that stood for each linked id of people or organisations at an instant.

    The bar under which a link is a guess is the one in force now.
    """
    bar = (await datasets.get(tx)).affiliation.bar
    found = await tx.all(_Link, LINKS, kind, at)
    columns: dict[str, Sequence[object]] = {
        field: [getattr(one, field) for one in found] for field in ("kind", "id", "same_as", "confidence")
    }
    return identity.names(columns, kind, bar)
