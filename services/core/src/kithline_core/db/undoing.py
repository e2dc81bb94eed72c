"""Undoes an import: what came with it goes, what it changed is put back, what somebody changed since stays."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from kithline_core.db import batches, changes, corrections, images, marks
from kithline_core.db.database import TenantTx
from kithline_core.db.images import Image
from kithline_core.model.batches import Left, Stays, Undone

QUEUE = "select $1::uuid as tenant_id, pg_advisory_xact_lock(hashtextextended('imports of ' || $1::uuid::text, 0))"

FILES = "select distinct file from batch_rows where tenant_id = $1 and batch = $2 order by file"

# Of which files it left anything that undoing it would touch.
TOUCHED = """
    select file
      from (select distinct file from batch_rows where tenant_id = $1 and batch = $2
             union
            select 'events'
             where exists (select from events where tenant_id = $1 and batch = $2)
                or exists (select from batch_events where tenant_id = $1 and batch = $2)) as touched
     order by file
"""

# The last entry of each row that the import touched, and the one behind it, which another import made.
ENTRIES = """
    select distinct on (mine.row_id) mine.entry, mine.row_id, mine.before, mine.after, later.entry as later,
           later.before as found
      from batch_rows as mine
      left join lateral (
           select entry, before
             from batch_rows as next
            where next.tenant_id = $1 and next.file = $3 and next.row_id = mine.row_id and next.entry > mine.entry
            order by entry
            limit 1) as later on true
     where mine.tenant_id = $1 and mine.batch = $2 and mine.file = $3
     order by mine.row_id, mine.entry desc
     limit $4
"""

TIE = """
    update batch_rows
       set before = tied.before
      from unnest($2::bigint[], $3::jsonb[]) as tied (entry, before)
     where batch_rows.tenant_id = $1 and batch_rows.entry = tied.entry
"""

FORGET = "delete from batch_rows where tenant_id = $1 and entry = any($2::bigint[])"

# An event that another import sent as well is from now on that one's.
HAND_ON = """
      with heirs as (
           select events.source, events.id, heir.batch
             from events
            cross join lateral (
                  select batch
                    from batch_events
                   where batch_events.tenant_id = $1 and batch_events.source = events.source
                     and batch_events.id = events.id and batch_events.batch <> $2
                   order by batch
                   limit 1) as heir
            where events.tenant_id = $1 and events.batch = $2),
           spent as (
           delete from batch_events
            using heirs
            where batch_events.tenant_id = $1 and batch_events.source = heirs.source and batch_events.id = heirs.id
              and batch_events.batch in (heirs.batch, $2))
    update events
       set batch = heirs.batch
      from heirs
     where events.tenant_id = $1 and events.source = heirs.source and events.id = heirs.id
"""

DISCLAIM = "delete from batch_events where tenant_id = $1 and batch = $2"

TAKEN = """
    select source, id, day, kind, text_hash, supersedes, withdrawn_at is null as counts
      from events
     where tenant_id = $1 and batch = $2
     order by source, id
     limit $3
"""

# Whoever sends events under a name waits meanwhile, so that up to the last name nothing else has come.
REMOVE = """
    delete from events
     where tenant_id = $1 and batch = $2 and (source, id) <= ($3, $4)
"""

# What the import replaced comes back, unless another event replaces it too or it was withdrawn for a reason.
REPLACED = """
    select events.source, events.id, events.day, events.kind, events.text_hash
      from unnest($2::text[], $3::text[]) as gone (source, id)
      join events on events.tenant_id = $1 and events.source = gone.source and events.id = gone.id
     where events.withdrawn_at is not null
       and not exists (select from events as successor
                        where successor.tenant_id = $1 and successor.source = events.source
                          and successor.supersedes = events.id)
       and not exists (select from corrected_events as taken
                        where taken.tenant_id = $1 and taken.source = events.source and taken.id = events.id
                          and not exists (select from corrections as later
                                           where later.tenant_id = $1 and later.undoes_id = taken.correction_id))
"""

CLOSE = "update batches set undone_at = now() where tenant_id = $1 and batch = $2 and undone_at is null"

# What an import sends besides rows: nobody writes down with which import it came.
STAYS = """
    select exists (select from datasets where tenant_id = $1) as settings,
           exists (select from value_models where tenant_id = $1) as value_model,
           exists (select from questionnaires where tenant_id = $1) as questionnaires,
           exists (select from verb_schemas where tenant_id = $1) as verbs,
           exists (select from competitor_people where tenant_id = $1) as competitors
"""

KEPT: Final[dict[Any, str]] = {
    "settings": "dataset.json's settings, and a ground they brought: send the former settings, end the ground",
    "value_model": "the lines of value.json: send the former ones",
    "questionnaires": "questionnaires, whose versions never change: send the answers' right version",
    "verbs": "the schemas of custom verbs",
    "competitors": "who was named a competitor's person, what they did, counted by day, and that their rows are gone, for good",
}

MOST_LISTED: Final = 1_000
_PART: Final = 5_000


class _Rows(msgspec.Struct):
    removed: int = 0
    restored: int = 0
    left: list[Left] = []

    def add(self, other: "_Rows") -> None:
        """Add what became of further rows."""
        self.removed, self.restored, self.left = (
            self.removed + other.removed, self.restored + other.restored, self.left + other.left,
        )  # fmt: skip


async def files(tx: TenantTx, batch: str) -> list[str]:
    """Return the files that undoing an import would touch; none is added while the transaction lasts."""
    await tx.rows(QUEUE)
    return [row["file"] for row in await tx.rows(TOUCHED, batch)]


async def undo(tx: TenantTx, batch: str, reason: str, made_by: str, most: int = 100_000) -> Undone:
    """Undo an import; of events, so many at most: not `done` means call again. Again, it changes nothing.

    Raises NotFound.
    """
    await tx.rows(QUEUE)
    named = await batches.get(tx, batch)
    taken = await _events(tx, batch, most)
    done = taken < most
    rows = _Rows()
    if done:
        await tx.run(DISCLAIM, batch)
        for found in await tx.rows(FILES, batch):
            rows.add(await _file(tx, batch, found["file"]))
        await tx.run(CLOSE, batch)
    counts = {"events": taken, "removed": rows.removed, "restored": rows.restored, "left_alone": len(rows.left)}
    if named.undone_at is None or any(counts.values()):
        await corrections.undone(tx, batch, reason, made_by, counts)
    return Undone(
        batch=batch, done=done, expired=named.expired_at is not None, left=rows.left[:MOST_LISTED], stays=await stays(tx),
        **counts,
    )  # fmt: skip


async def stays(tx: TenantTx) -> list[Stays]:
    """Return what is here that may have come with an import and that undoing one does not touch."""
    (here,) = await tx.rows(STAYS)
    return [Stays(what=what, words=words) for what, words in KEPT.items() if here[what]]


async def _events(tx: TenantTx, batch: str, most: int) -> int:
    await tx.rows(marks.QUEUE)
    await tx.run(HAND_ON, batch)
    taken = 0
    while taken < most:
        part = await tx.rows(TAKEN, batch, min(_PART, most - taken))
        if not part:
            break
        # Marked while they count: afterwards nobody could tell which days they had changed.
        await marks.mark(tx, [corrections.touched(row) for row in part if row["counts"]])
        await tx.run(REMOVE, batch, part[-1]["source"], part[-1]["id"])
        await _revive(tx, [(row["source"], row["supersedes"]) for row in part if row["supersedes"]])
        taken += len(part)
    return taken


async def _revive(tx: TenantTx, replaced: Sequence[tuple[str, str]]) -> None:
    if replaced:
        found = await tx.rows(REPLACED, *map(list, zip(*replaced, strict=True)))
        await tx.run(corrections.RESTORE, [row["source"] for row in found], [row["id"] for row in found])
        await marks.mark(tx, list(map(corrections.touched, found)))


async def _file(tx: TenantTx, batch: str, stem: str) -> _Rows:
    rows = _Rows()
    while part := await tx.rows(ENTRIES, batch, stem, _PART):
        rows.add(await _part(tx, stem, part))
        await tx.run(FORGET, [row["entry"] for row in part])
    return rows


async def _part(tx: TenantTx, stem: str, part: Sequence[asyncpg.Record]) -> _Rows:
    now = await images.numbered(tx, stem, [row["row_id"] for row in part])
    tied: dict[int, Image | None] = {}
    back: dict[UUID, Image | None] = {}
    changed: list[Image] = []
    left: list[Left] = []
    for row in part:
        row_id, before, after = row["row_id"], row["before"], row["after"]
        if row["later"] is not None and row["found"] == after:
            tied[row["later"]] = before
        if row["later"] is None and now.get(row_id) == after:
            if before != after:
                back[row_id] = before
                changed += [after, *([] if before is None else [before])]
        elif before != after:
            left.append(Left(file=stem, row=images.shown(stem, now.get(row_id, after))))
    await tx.run(TIE, list(tied), list(tied.values()))
    await changes.put_back(tx, stem, back, changed)
    gone = sum(image is None for image in back.values())
    return _Rows(gone, len(back) - gone, left)
