"""Disputes about where somebody belongs, or what an organisation is: opened, looked at, accepted or refused.

What is accepted becomes a row of its own beside the one it corrects, which stays as it was sent.
"""

from typing import Any, Final
from uuid import UUID

import msgspec

from kithline_core import ids
from kithline_core.db import audit, door, organisations, people, remedies, rights
from kithline_core.db.database import TenantTx
from kithline_core.db.remedies import MEMBERSHIPS, ORGANISATIONS
from kithline_core.errors import Conflict, Invalid, NotFound
from kithline_core.model.disputes import (
    Dispute,
    DisputedMembership,
    DisputedOrganisation,
    MembershipName,
    NewDispute,
    OrganisationName,
    Remedy,
)
from kithline_core.model.identities import Kind
from kithline_core.model.rows import OrganisationRow, PersonRow

OPEN = """
    insert into disputes (tenant_id, dispute_id, kind, subject, about, claimed, reason, opened_by)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
 returning dispute_id as id, kind, subject, about, claimed, reason, opened_by, state, decision, created_at, decided_at
"""

GET = """
    select dispute_id as id, kind, subject, about, claimed, reason, opened_by, state, decision, created_at, decided_at
      from disputes
     where tenant_id = $1 and dispute_id = $2
"""

# What no list shows is not read by its name either.
SHOWN = """
    select dispute_id as id, kind, subject, about, claimed, reason, opened_by, state, decision, created_at, decided_at
      from disputes
     where tenant_id = $1 and dispute_id = $2 and not (kind = 'person' and subject = any($3::text[]))
"""

PAGE = """
    select dispute_id as id, kind, subject, about, claimed, reason, opened_by, state, decision, created_at, decided_at
      from disputes
     where tenant_id = $1 and ($2::uuid is null or dispute_id < $2) and ($4::text is null or state = $4)
       and not (kind = 'person' and subject = any($5::text[]))
     order by dispute_id desc
     limit $3
"""

DECIDE = """
    update disputes
       set state = $3, decision = $4, decided_at = now()
     where tenant_id = $1 and dispute_id = $2 and state = 'open'
 returning dispute_id as id, kind, subject, about, claimed, reason, opened_by, state, decision, created_at, decided_at
"""

_NOTHING_ELSE: Final = (
    "what is claimed stands there already; that somebody has left is claimed with group, organisation and department "
    "null from that day on"
)


async def open_(tx: TenantTx, new: NewDispute) -> Dispute:
    """Dispute a row. Raises Invalid, NotFound when there is no such row, Conflict when nothing else is claimed."""
    if (new.membership is None) == (new.organisation is None):
        raise Invalid("dispute either a membership or an organisation", pointer="/membership")
    if new.membership is not None:
        row, claimed = await _membership(tx, new.membership)
        return await _open(tx, new, "person", row.person, row, claimed)
    assert new.organisation is not None  # noqa: S101 - one of the two is there
    known, claimed = await _organisation(tx, new.organisation)
    return await _open(tx, new, "organisation", known.organisation, known, claimed)


async def _membership(tx: TenantTx, told: DisputedMembership) -> tuple[PersonRow, dict[str, Any]]:
    entry = await door.load(tx)
    name = msgspec.structs.replace(told, person=entry.stored(told.person))
    for row in await tx.all(PersonRow, MEMBERSHIPS, name.person):
        if remedies.named(row, name, MembershipName):
            claimed = msgspec.to_builtins(told.claimed)
            if isinstance(claimed.get("manager"), str):
                claimed["manager"] = entry.stored(claimed["manager"])
            return row, claimed
    raise NotFound("there is no such row of people.csv; all its identity counts, dates and source too")


async def _organisation(tx: TenantTx, told: DisputedOrganisation) -> tuple[OrganisationRow, dict[str, Any]]:
    for row in await tx.all(OrganisationRow, ORGANISATIONS, told.organisation):
        if remedies.named(row, told, OrganisationName):
            return row, msgspec.to_builtins(told.claimed)
    raise NotFound("there is no such row of organisations.csv; its date counts too")


async def _open(
    tx: TenantTx, new: NewDispute, kind: Kind, subject: str, row: PersonRow | OrganisationRow, claimed: dict[str, Any]
) -> Dispute:
    if not remedies.differs(row, claimed):
        raise Conflict(_NOTHING_ELSE, pointer="/claimed")
    about = msgspec.to_builtins(row)
    made = await tx.one(Dispute, OPEN, ids.new(), kind, subject, about, claimed, new.reason, new.opened_by)
    await audit.record(tx, "dispute.open", ids.show("dispute", made.id), {"kind": kind})
    return made


async def get(tx: TenantTx, dispute_id: UUID) -> Dispute:
    """Return one dispute. Raises NotFound, also for one about somebody whom no list may show."""
    return await tx.one(Dispute, SHOWN, dispute_id, sorted(await rights.unshown(tx)))


async def kind(tx: TenantTx, dispute_id: UUID) -> Kind:
    """Return what a dispute is about, a person or an organisation. Raises NotFound."""
    return (await tx.one(Dispute, GET, dispute_id)).kind


async def page(tx: TenantTx, before: UUID | None = None, size: int = 50, *, state: str | None = None) -> list[Dispute]:
    """Return disputes, the newest first, but those about people whom no list may show."""
    return await tx.all(Dispute, PAGE, before, size, state, sorted(await rights.unshown(tx)))


async def preview(tx: TenantTx, dispute_id: UUID) -> Remedy:
    """Return which rows would change, row by row. Raises NotFound."""
    return await remedies.preview(tx, await get(tx, dispute_id))


async def accept(tx: TenantTx, dispute_id: UUID, reason: str) -> Dispute:
    """Write the correction as a row of its own; what depended on the old one is stale. Raises NotFound, Conflict.

    Also of somebody whom no list may show: whoever says that a row is wrong may have it restricted until this is settled.
    """
    decided = await _decide(tx, dispute_id, "accepted", reason)
    if decided.kind == "person":
        (verdict,) = await people.upsert(tx, [remedies.membership(decided)])
    else:
        (verdict,) = await organisations.upsert(tx, [remedies.organisation(decided)])
    if verdict.status in {"rejected", "conflict"}:
        raise Conflict(verdict.detail or "the correction cannot be stored")
    return decided


async def refuse(tx: TenantTx, dispute_id: UUID, reason: str) -> Dispute:
    """Leave everything as it is, and say why. Raises NotFound, Conflict."""
    return await _decide(tx, dispute_id, "refused", reason)


async def _decide(tx: TenantTx, dispute_id: UUID, state: str, reason: str) -> Dispute:
    decided = await tx.maybe(Dispute, DECIDE, dispute_id, state, reason)
    if decided is None:
        found = await tx.one(Dispute, GET, dispute_id)
        raise Conflict(f"the dispute was {found.state} already; open another one")
    await audit.record(tx, f"dispute.{'accept' if state == 'accepted' else 'refuse'}", ids.show("dispute", dispute_id))
    return decided
