"""Imports: claimed part by part, so that every byte of a file is taken in once, with its rows or not at all."""

from collections.abc import Sequence
from uuid import UUID

from kithline_core import ids
from kithline_core.db.database import TenantTx
from kithline_core.errors import Conflict
from kithline_core.model.imports import MOST_REJECTS, Counts, Import, NewImport, Reject, State, Step, WrongOffset

CREATE = """
    insert into imports (tenant_id, import_id, file, format, batch, sha256, bytes)
    values ($1, $2, $3, $4, $5, $6, $7)
 returning import_id as id, file, format, batch, sha256, state, bytes, position, lines, header, skipping, accepted,
           updated, duplicates, conflicts, rejected, listed, seconds, created_at, moved_at, finished_at
"""

GET = """
    select import_id as id, file, format, batch, sha256, state, bytes, position, lines, header, skipping, accepted,
           updated, duplicates, conflicts, rejected, listed, seconds, created_at, moved_at, finished_at
      from imports
     where tenant_id = $1 and import_id = $2
"""

PAGE = """
    select import_id as id, file, format, batch, sha256, state, bytes, position, lines, header, skipping, accepted,
           updated, duplicates, conflicts, rejected, listed, seconds, created_at, moved_at, finished_at
      from imports
     where tenant_id = $1 and ($2::uuid is null or import_id < $2) and ($4::text is null or sha256 = $4)
       and ($5::text is null or state = $5)
     order by import_id desc
     limit $3
"""

# Who moves the place on has the part: a twin waits here, and then finds the import elsewhere.
MOVE = """
    update imports
       set position = $4, lines = $5, header = $6, skipping = $7, moved_at = now(),
           state = case when $4 = bytes then 'completed' else state end,
           finished_at = case when $4 = bytes then now() end
     where tenant_id = $1 and import_id = $2 and position = $3 and state = 'open'
 returning listed
"""

COUNT = """
    update imports
       set accepted = accepted + $3, updated = updated + $4, duplicates = duplicates + $5, conflicts = conflicts + $6,
           rejected = rejected + $7, listed = listed + $8, seconds = seconds + $9
     where tenant_id = $1 and import_id = $2
 returning import_id as id, file, format, batch, sha256, state, bytes, position, lines, header, skipping, accepted,
           updated, duplicates, conflicts, rejected, listed, seconds, created_at, moved_at, finished_at
"""

REJECT = """
    insert into import_rejects (tenant_id, import_id, number, line, pointer, code, message)
    select $1, $2, $3 + said.ordinality, said.line, said.pointer, said.code, said.message
      from unnest($4::bigint[], $5::text[], $6::text[], $7::text[])
           with ordinality as said (line, pointer, code, message, ordinality)
"""

REJECTS = """
    select number, line, pointer, code, message
      from import_rejects
     where tenant_id = $1 and import_id = $2 and number > $3
     order by number
     limit $4
"""

TURN = """
    update imports
       set state = $3, finished_at = case when $3 = 'cancelled' then now() end
     where tenant_id = $1 and import_id = $2 and state = any($4::text[])
"""


async def create(tx: TenantTx, new: NewImport) -> Import:
    """Write an import down; it stands at byte 0."""
    made = ids.new()
    batch = new.batch or ids.show("import", made)
    return await tx.one(Import, CREATE, made, new.file, new.format, batch, new.sha256, new.bytes)


async def get(tx: TenantTx, import_id: UUID) -> Import:
    """Return one import. Raises NotFound."""
    return await tx.one(Import, GET, import_id)


async def page(
    tx: TenantTx, before: UUID | None = None, size: int = 50, *, sha256: str | None = None, state: str | None = None
) -> list[Import]:
    """Return imports, the newest first."""
    return await tx.all(Import, PAGE, before, size, sha256, state)


async def move(tx: TenantTx, import_id: UUID, step: Step) -> int:
    """Claim a part and return how many rejects are listed before it. Raises WrongOffset or Conflict."""
    moved = await tx.rows(MOVE, import_id, step.start, step.end, step.lines, step.header, step.skipping)
    if moved:
        return int(moved[0]["listed"])
    had = await get(tx, import_id)
    ready(had, step.start)
    raise WrongOffset(had.position)


def ready(one: Import, offset: int) -> None:
    """Make sure that an import takes a part that begins there. Raises Conflict or WrongOffset."""
    if one.state != "open":
        raise Conflict(f"the import is {one.state}; only an open one takes parts")
    if one.position != offset:
        raise WrongOffset(one.position)


async def count(tx: TenantTx, import_id: UUID, listed: int, counts: Counts, rejects: Sequence[Reject]) -> Import:
    """Add what became of a part's lines, and list its rejects behind those that are `listed`, up to 100,000."""
    kept = rejects[: max(MOST_REJECTS - listed, 0)]
    if kept:
        cells = [[getattr(one, name) for one in kept] for name in Reject.__struct_fields__]
        await tx.run(REJECT, import_id, listed, *cells)
    return await tx.one(
        Import, COUNT, import_id, counts.accepted, counts.updated, counts.duplicates, counts.conflicts, counts.rejected,
        len(kept), counts.seconds,
    )  # fmt: skip


async def rejects(tx: TenantTx, import_id: UUID, after: int = 0, size: int = 1000) -> tuple[list[Reject], int | None]:
    """Return rejects in the order of the file behind a number, and the number to go on behind. Raises NotFound."""
    await get(tx, import_id)
    found = await tx.rows(REJECTS, import_id, after, size + 1)
    kept = found[:size]
    shown = [Reject(**{name: row[name] for name in Reject.__struct_fields__}) for row in kept]
    return shown, kept[-1]["number"] if len(found) > size else None


async def pause(tx: TenantTx, import_id: UUID) -> Import:
    """Stop taking parts for now. Raises NotFound or Conflict."""
    return await _turn(tx, import_id, "paused", ["open", "paused"])


async def resume(tx: TenantTx, import_id: UUID) -> Import:
    """Take parts again. Raises NotFound or Conflict."""
    return await _turn(tx, import_id, "open", ["open", "paused"])


async def cancel(tx: TenantTx, import_id: UUID) -> Import:
    """Take no more parts, for good; the rows that are here stay. Raises NotFound or Conflict."""
    return await _turn(tx, import_id, "cancelled", ["open", "paused", "cancelled"])


async def complete(tx: TenantTx, import_id: UUID) -> Import:
    """Return the import when the whole file is in. Raises NotFound or Conflict."""
    one = await get(tx, import_id)
    if one.state != "completed":
        raise Conflict(f"the import is {one.state} and has {one.position} of {one.bytes} bytes; send the rest first")
    return one


async def _turn(tx: TenantTx, import_id: UUID, state: State, having: list[State]) -> Import:
    turned = await tx.run(TURN, import_id, state, having)
    one = await get(tx, import_id)
    if not turned:
        raise Conflict(f"the import is {one.state}; that cannot be undone")
    return one
