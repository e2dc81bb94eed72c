"""Links between ids that name one person or one organisation: made, listed, taken back. A link is never changed.

Roll-ups and rows stay under the ids they came with, so that taking a link back restores everything.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import msgspec

from kithline_core import ids
from kithline_core.affiliation import identity
from kithline_core.db import audit, batches, bulk, door, images, rights, stale
from kithline_core.db.bulk import Page
from kithline_core.db.database import TenantTx
from kithline_core.errors import Conflict
from kithline_core.model.identities import Identity, IdentityRow, NewIdentity
from kithline_core.model.verdicts import Verdict

# Two at once could close a circle of which neither sees the other's half.
QUEUE = "select pg_advisory_xact_lock(hashtextextended('identities of ' || $1::uuid::text, 0)) as tenant_id"

IN_FORCE = """
    select kind, id, same_as, confidence, rule, source
      from identities
     where tenant_id = $1 and undone_at is null
"""

PAGE = """
    select row_id, kind, id, same_as, confidence, rule, source
      from identities
     where tenant_id = $1 and undone_at is null and row_id > $2
     order by row_id
     limit $3
"""

HISTORY = """
    select row_id as id, kind, id as alias, same_as, confidence, rule, source, created_at, undone_at
      from identities
     where tenant_id = $1 and ($2::uuid is null or row_id < $2)
       and not (kind = 'person' and (id = any($4::text[]) or same_as = any($4::text[])))
     order by row_id desc
     limit $3
"""

GET = """
    select row_id as id, kind, id as alias, same_as, confidence, rule, source, created_at, undone_at
      from identities
     where tenant_id = $1 and row_id = $2
       and not (kind = 'person' and (id = any($3::text[]) or same_as = any($3::text[])))
"""

NAMED = """
    select row_id as id, kind, id as alias, same_as, confidence, rule, source, created_at, undone_at
      from identities
     where tenant_id = $1 and kind = $2 and id = $3 and undone_at is null
"""

STANDING = """
    select identities.row_id
      from unnest($2::text[], $3::text[]) as sent (kind, id)
      join identities
        on identities.tenant_id = $1 and identities.kind = sent.kind and identities.id = sent.id
           and identities.undone_at is null
"""

END = "update identities set undone_at = now() where tenant_id = $1 and row_id = any($2::uuid[])"

ADD = """
    insert into identities (tenant_id, row_id, kind, id, same_as, confidence, rule, source)
    select $1, sent.*
      from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::double precision[], $7::text[], $8::text[]) as sent
"""

Name = tuple[str, str]
Links = dict[Name, IdentityRow]
_CIRCLE: Final = (
    "the link would close a circle in which nobody stands for the others; take back one of the others first"
)


async def upsert(tx: TenantTx, rows: Sequence[IdentityRow]) -> list[Verdict]:
    """Take links in; one that says another id than before ends the one before. Raises NoGround."""
    entry = await (door.ready if any(row.kind == "person" for row in rows) else door.load)(tx)
    admitted = await entry.admit(tx, rows)
    await tx.rows(QUEUE)
    before = await in_force(tx)
    after, verdicts = dict(before), []
    names = {kind: _names(kind, before) for kind in ("person", "organisation")}
    for index, row in enumerate(admitted.rows):
        verdict = admitted.verdicts.get(index) or _verdict(index, row, after, names[row.kind])
        if index not in admitted.verdicts and verdict.status != "rejected":
            after[row.kind, row.id] = row
            names[row.kind][row.id] = row.same_as
        verdicts.append(verdict)
    await _replace(tx, before, after)
    return verdicts


def _names(kind: str, links: Links) -> dict[str, str]:
    return {link.id: link.same_as for link in links.values() if link.kind == kind}


def _verdict(index: int, row: IdentityRow, links: Links, names: identity.Names) -> Verdict:
    had = links.get((row.kind, row.id))
    if had == row:
        return Verdict(index, "duplicate")
    if identity.circle(names, row.id, row.same_as):
        return Verdict(index, "rejected", "circle", _CIRCLE, "/same_as")
    return Verdict(index, "accepted" if had is None else "updated")


async def _replace(tx: TenantTx, before: Links, after: Links) -> None:
    fresh = [row for name, row in sorted(after.items()) if before.get(name) != row]
    if not fresh:
        return
    found = await tx.rows(STANDING, [row.kind for row in fresh], [row.id for row in fresh])
    ended, made = [row["row_id"] for row in found], [ids.new() for _ in fresh]
    had = await images.numbered(tx, "identities", ended) if tx.batch is not None else {}
    await tx.run(END, ended)
    await tx.run(ADD, made, *bulk.columns_of(fresh))
    await batches.note(tx, "identities", had, made, ended)
    await audit.record(tx, "identity.link", "identities", {"links": len(fresh)})
    await stale.table(tx, "identities")


async def in_force(tx: TenantTx) -> Links:
    """Return the links that hold."""
    return {(row.kind, row.id): row for row in await tx.all(IdentityRow, IN_FORCE)}


async def link(tx: TenantTx, new: NewIdentity) -> Identity:
    """Link two ids by hand. Raises NoGround; Conflict when the id is linked already, for a circle, or for nobody here."""
    await tx.rows(QUEUE)
    new = await kept(tx, new)
    check(await in_force(tx), new)
    row = IdentityRow(kind=new.kind, id=new.id, same_as=new.same_as, rule=new.reason or "by hand")
    (verdict,) = await upsert(tx, [row])
    made = await tx.maybe(Identity, NAMED, new.kind, new.id)
    if made is None:
        raise Conflict(verdict.detail or "one of them is a competitor's: nothing is kept of them that could be linked")
    return made


async def kept(tx: TenantTx, new: NewIdentity) -> NewIdentity:
    """Return the link between ids as the tenant keeps them."""
    if new.kind == "organisation":
        return new
    entry = await door.load(tx)
    return msgspec.structs.replace(new, id=entry.stored(new.id), same_as=entry.stored(new.same_as))


def check(links: Links, new: NewIdentity) -> None:
    """Raise Conflict when the link cannot be made, saying what to do instead."""
    had = links.get((new.kind, new.id))
    if had is not None:
        # Not whom it is linked to: whoever may write links need not be one who may read them.
        raise Conflict(
            "this id is linked to another one already; take that link back first (GET /v1/identities:history lists it), or "
            "link the id that stands for both",
            pointer="/id",
        )
    if identity.circle(_names(new.kind, links), new.id, new.same_as):
        raise Conflict(_CIRCLE, pointer="/same_as")


async def undo(tx: TenantTx, identity_id: UUID) -> Identity:
    """Take a link back: whatever stood under each id stands there again. Raises NotFound, Conflict."""
    await tx.rows(QUEUE)
    found = await get(tx, identity_id)
    if found.undone_at is not None:
        raise Conflict("the link was taken back already")
    await tx.run(END, [identity_id])
    await audit.record(tx, "identity.undo", ids.show("identity", identity_id), {"kind": found.kind})
    await stale.table(tx, "identities")
    return await get(tx, identity_id)


async def get(tx: TenantTx, identity_id: UUID) -> Identity:
    """Return one link, taken back or not. Raises NotFound, also for one of somebody whom no list may show."""
    return await tx.one(Identity, GET, identity_id, sorted(await rights.unshown(tx)))


async def page(tx: TenantTx, after: UUID | None = None, size: int = 1000) -> Page[IdentityRow]:
    """Return the links that hold, behind a cursor."""
    return await bulk.page(tx, IdentityRow, PAGE, after, size)


async def history(tx: TenantTx, before: UUID | None = None, size: int = 50) -> list[Identity]:
    """Return every link ever made, the newest first, but those of people whom no list may show."""
    return await tx.all(Identity, HISTORY, before, size, sorted(await rights.unshown(tx)))
