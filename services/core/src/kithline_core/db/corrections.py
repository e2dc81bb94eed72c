"""Corrections append: events and rows are withdrawn with a reason, and what was withdrawn can be restored by another.

A withdrawn event stays where it is and takes part in nothing; a withdrawn row leaves its table, its image stays here.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from kithline_core import ids
from kithline_core.db import audit, changes, door, images, marks
from kithline_core.db.database import TenantTx
from kithline_core.errors import Conflict, Invalid
from kithline_core.model.corrections import Correction, EventsWithdrawal, RowsWithdrawal
from kithline_core.model.rows import FILES, IDENTITY

CREATE = """
    insert into corrections (tenant_id, correction_id, kind, file, batch, reason, made_by, counts, undoes_id)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
 returning correction_id as id, kind, file, batch, reason, made_by, counts, undoes_id, null::uuid as undone_id, created_at
"""

GET = """
    select correction_id as id, kind, file, batch, reason, made_by, counts, undoes_id,
           (select later.correction_id
              from corrections as later
             where later.tenant_id = $1 and later.undoes_id = corrections.correction_id) as undone_id,
           created_at
      from corrections
     where tenant_id = $1 and correction_id = $2
"""

PAGE = """
    select correction_id as id, kind, file, batch, reason, made_by, counts, undoes_id,
           (select later.correction_id
              from corrections as later
             where later.tenant_id = $1 and later.undoes_id = corrections.correction_id) as undone_id,
           created_at
      from corrections
     where tenant_id = $1 and ($2::uuid is null or correction_id < $2)
     order by correction_id desc
     limit $3
"""

NAMED = """
    select source, id, day, kind, text_hash
      from events
     where tenant_id = $1 and source = $2 and id = any($3::text[]) and withdrawn_at is null
     order by source, id
"""

SENT = """
    select source, id, day, kind, text_hash
      from events
     where tenant_id = $1 and batch = $2 and withdrawn_at is null
     order by source, id
     limit $3
"""

# What another event replaces stays replaced.
RESTORABLE = """
    select events.source, events.id, events.day, events.kind, events.text_hash
      from corrected_events as taken
      join events on events.tenant_id = $1 and events.source = taken.source and events.id = taken.id
     where taken.tenant_id = $1 and taken.correction_id = $2 and events.withdrawn_at is not null
       and not exists (select from events as successor
                        where successor.tenant_id = $1 and successor.source = events.source
                          and successor.supersedes = events.id)
     order by events.source, events.id
"""

WITHDRAW = """
    update events
       set withdrawn_at = now()
     where tenant_id = $1 and (source, id) in (select * from unnest($2::text[], $3::text[]))
"""

RESTORE = """
    update events
       set withdrawn_at = null
     where tenant_id = $1 and (source, id) in (select * from unnest($2::text[], $3::text[]))
"""

KEEP_EVENTS = """
    insert into corrected_events (tenant_id, correction_id, source, id)
    select $1, $2, taken.*
      from unnest($3::text[], $4::text[]) as taken
"""

KEEP_ROWS = """
    insert into corrected_rows (tenant_id, correction_id, file, row_id, image)
    select $1, $2, $3, taken.*
      from unnest($4::uuid[], $5::jsonb[]) as taken
"""

KEPT_ROWS = """
    select row_id, image
      from corrected_rows
     where tenant_id = $1 and correction_id = $2
     order by row_id
"""

EXPIRE = """
    delete from corrected_rows
     where tenant_id = $1
       and (correction_id, row_id) in (
           select correction_id, row_id from corrected_rows where tenant_id = $1 and noted_at < $2 limit $3)
"""

MOST: Final = 100_000


class _Act(msgspec.Struct, frozen=True, kw_only=True):
    kind: str
    reason: str
    made_by: str
    file: str | None = None
    batch: str | None = None
    undoes_id: UUID | None = None


async def page(tx: TenantTx, before: UUID | None = None, size: int = 50) -> list[Correction]:
    """Return the history, the newest first."""
    return await tx.all(Correction, PAGE, before, size)


async def get(tx: TenantTx, correction_id: UUID) -> Correction:
    """Return one correction. Raises NotFound."""
    return await tx.one(Correction, GET, correction_id)


async def expire(tx: TenantTx, before: datetime, most: int) -> int:
    """Forget what up to so many rows said that were withdrawn before; return how many images went."""
    return await tx.run(EXPIRE, before, most)


async def undone(tx: TenantTx, batch: str, reason: str, made_by: str, counts: Mapping[str, int]) -> Correction:
    """Write down that an import was undone."""
    return await _record(tx, _Act(kind="undone", batch=batch, reason=reason, made_by=made_by), counts)


async def withdraw_events(tx: TenantTx, asked: EventsWithdrawal, made_by: str) -> Correction:
    """Take events out of everything that is counted; their days are counted again. Raises Invalid.

    Of an import, 100,000 at most: `more` counts those that are left for the next call.
    """
    if (asked.ids is None) == (asked.batch is None):
        raise Invalid("name the events by `ids` (and their `source`), or by the `batch` they came with", pointer="/ids")
    await tx.rows(marks.QUEUE)
    found, counts = await (_named(tx, asked) if asked.batch is None else _sent(tx, asked.batch))
    # Marked while they still count: afterwards nobody could tell which days they had changed.
    await marks.mark(tx, list(map(touched, found)))
    await tx.run(WITHDRAW, *_names(found))
    act = _Act(kind="withdrawn", file="events", batch=asked.batch, reason=asked.reason, made_by=made_by)
    made = await _record(tx, act, counts)
    await tx.run(KEEP_EVENTS, made.id, *_names(found))
    return made


async def _named(tx: TenantTx, asked: EventsWithdrawal) -> tuple[list[asyncpg.Record], dict[str, int]]:
    wanted = set(asked.ids or ())
    found = await tx.rows(NAMED, asked.source or "", sorted(wanted))
    return found, {"events": len(found), "not_found": len(wanted) - len(found)}


async def _sent(tx: TenantTx, batch: str) -> tuple[list[asyncpg.Record], dict[str, int]]:
    found = await tx.rows(SENT, batch, MOST + 1)
    return found[:MOST], {"events": len(found[:MOST]), "more": int(len(found) > MOST)}


def touched(row: asyncpg.Record) -> marks.Touched:
    """Return what is said of an event whose days are to be marked."""
    return row["source"], row["id"], row["day"], row["kind"], row["text_hash"]


def _names(found: Sequence[asyncpg.Record]) -> tuple[list[str], list[str]]:
    return [row["source"] for row in found], [row["id"] for row in found]


async def withdraw_rows(tx: TenantTx, stem: str, asked: RowsWithdrawal, made_by: str) -> Correction:
    """Take rows of a file out, each named by what identifies it; their images stay. Raises Invalid."""
    told = [identity(stem, place, row) for place, row in enumerate(asked.rows)]
    names = await door.named(tx, stem, told)
    found = await images.named(tx, stem, names)
    await changes.put_back(tx, stem, dict.fromkeys(found), found.values())
    act = _Act(kind="withdrawn", file=stem, reason=asked.reason, made_by=made_by)
    made = await _record(tx, act, {"rows": len(found), "not_found": len(set(names)) - len(found)})
    await tx.run(KEEP_ROWS, made.id, stem, list(found), list(found.values()))
    return made


def identity(stem: str, place: int, row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what identifies a row, as its file's own types read it. Raises Invalid."""
    hints = {field.name: field.type for field in msgspec.structs.fields(FILES[stem])}
    if stray := sorted(set(row) - set(IDENTITY[stem])):
        told = ", ".join(IDENTITY[stem])
        raise Invalid(f"{stray[0]!r} does not identify a row of {stem}: {told}", pointer=f"/rows/{place}")
    cells = []
    for name in IDENTITY[stem]:
        try:
            cells.append(msgspec.convert(row.get(name), hints[name]))
        except msgspec.ValidationError as error:
            raise Invalid(f"{name}: {error}", pointer=f"/rows/{place}/{name}") from None
    return tuple(cells)


async def restore(tx: TenantTx, correction_id: UUID, reason: str, made_by: str) -> Correction:
    """Give back what a withdrawal took, as far as it has not come back otherwise. Raises NotFound, Conflict."""
    was = await get(tx, correction_id)
    if was.kind != "withdrawn":
        raise Conflict("only a withdrawal can be undone; send an import again that was undone")
    if was.undone_id is not None:
        raise Conflict("this withdrawal was undone already")
    act = _Act(kind="restored", file=was.file, batch=was.batch, reason=reason, made_by=made_by, undoes_id=was.id)
    if was.file == "events":
        return await _record(tx, act, {"events": await _restore_events(tx, was.id)})
    return await _record(tx, act, {"rows": await _restore_rows(tx, str(was.file), was.id)})


async def _restore_events(tx: TenantTx, correction_id: UUID) -> int:
    await tx.rows(marks.QUEUE)
    found = await tx.rows(RESTORABLE, correction_id)
    await tx.run(RESTORE, *_names(found))
    await marks.mark(tx, list(map(touched, found)))
    return len(found)


async def _restore_rows(tx: TenantTx, stem: str, correction_id: UUID) -> int:
    kept = {row["row_id"]: row["image"] for row in await tx.rows(KEPT_ROWS, correction_id)}
    names = {row_id: identity(stem, 0, images.shown(stem, image)) for row_id, image in kept.items()}
    sent_again = (await images.named(tx, stem, list(names.values()))).values()
    here = {identity(stem, 0, images.shown(stem, image)) for image in sent_again}
    back = {row_id: image for row_id, image in kept.items() if names[row_id] not in here}
    await changes.put_back(tx, stem, back, back.values())
    return len(back)


async def _record(tx: TenantTx, act: _Act, counts: Mapping[str, int]) -> Correction:
    given = (act.kind, act.file, act.batch, act.reason, act.made_by, dict(counts), act.undoes_id)
    made = await tx.one(Correction, CREATE, ids.new(), *given)
    told = {"correction": ids.show("correction", made.id), **counts}
    await audit.record(tx, f"correction.{act.kind}", act.file or "import", told)
    return made
