"""Events: taken in once per source and id, with the days they touch marked in the same transaction."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

import msgspec

from kithline_core.db import bulk, grounds, stale, texts
from kithline_core.db.database import TenantTx
from kithline_core.model.rows import EventRow
from kithline_core.model.verdicts import Verdict

# Source, id, day, kind and the hash of the text of an event.
Touched = tuple[str, str, int, str | None, bytes | None]

EPOCH_DAY: Final = datetime(1970, 1, 1, tzinfo=UTC).toordinal()

SECRET = "select text_secret from tenants where tenant_id = $1"  # noqa: S105 - a statement

INSERT = """
    insert into events
           (tenant_id, source, id, day, occurred_at, actor, verb, target, community, channel, thread, parent, object,
            kind, visibility, text_hash, text_length, count, sent_at, body_hash)
    select $1, sent.*
      from unnest($2::text[], $3::text[], $4::integer[], $5::timestamptz[], $6::text[], $7::text[], $8::text[],
                  $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[],
                  $16::bytea[], $17::integer[], $18::bigint[], $19::timestamptz[], $20::bytea[]) as sent
        on conflict (tenant_id, source, id) do nothing
 returning source, id
"""

BODIES = """
    select source, id, body_hash
      from events
     where tenant_id = $1 and (source, id) in (select * from unnest($2::text[], $3::text[]))
"""

EMPLOYEES = """
    select distinct person
      from memberships
     where tenant_id = $1 and "group" = 'employee' and person = any($2::text[])
"""

# Two batches that share a text must see each other's events before they say which days changed.
QUEUE = "select pg_advisory_xact_lock(hashtextextended('events of ' || $1::uuid::text, 0)) as tenant_id"

# A new event can change other days: as the first with its text it silences later ones, and a practice that arrives
# after its uses gives them something to use. Raising `marks` takes the row's lock, so that a roll-up of that day
# which is under way and cannot see us yet waits for this transaction or leaves the mark standing.
# Every join goes through an index by `lateral`: estimates are worth nothing while a tenant's first data come in.
MARK = """
      with touched as materialized (
           select *
             from unnest($2::text[], $3::text[], $4::integer[], $5::text[], $6::bytea[])
                  as sent (source, id, day, kind, text_hash)),
           openers as materialized (
           select touched.text_hash
             from touched
            cross join lateral (
                  select source, id
                    from events
                   where tenant_id = $1 and text_hash = touched.text_hash
                   order by occurred_at, source, id
                   limit 1) as first
            where (first.source, first.id) = (touched.source, touched.id)),
           moved as materialized (
           select source, id, day, kind
             from touched
            union all
           select later.source, later.id, later.day, later.kind
             from openers
            cross join lateral (
                  select source, id, day, kind
                    from events
                   where tenant_id = $1 and text_hash = openers.text_hash
                  offset 0) as later),
           days as (
           select day
             from moved
            union
           select used.day
             from moved
            cross join lateral (
                  select day
                    from events
                   where tenant_id = $1 and source = moved.source and parent = moved.id
                  offset 0) as used
            where moved.kind = 'practice')
    insert into dirty_days (tenant_id, day)
    select $1, day
      from days
     order by day
        on conflict (tenant_id, day) do update
       set marks = dirty_days.marks + 1, marked_at = now()
 returning day
"""

PAGE = """
    select source, id, occurred_at, actor, verb, target, community, channel, thread, parent, object, kind, visibility,
           text_hash, count, sent_at
      from events
     where tenant_id = $1 and (source, id) > ($2, $3)
     order by source, id
     limit $4
"""


class _Line(NamedTuple):
    row: EventRow
    text: texts.Text
    body: bytes

    @property
    def name(self) -> tuple[str, str]:
        return self.row.source or "", self.row.id


class Page(msgspec.Struct, frozen=True):
    """Some events as they were sent (a text as its token), and the cursor behind them; None at the end."""

    rows: list[EventRow]
    after: tuple[str, str] | None


async def ingest(tx: TenantTx, rows: Sequence[EventRow]) -> list[Verdict]:
    """Take events in; one verdict per line. Raises NoGround."""
    if not rows:
        return []
    await grounds.require(tx)
    (tenant,) = await tx.rows(SECRET)
    verdicts = await _direct(tx, rows)
    first: dict[tuple[str, str], tuple[int, _Line]] = {}
    for index, row in enumerate(rows):
        if index not in verdicts:
            line = _line(row, tenant["text_secret"])
            before = first.setdefault(line.name, (index, line))
            if before[0] != index:
                verdicts[index] = _repeated(index, line, before[1].body)
    lines = sorted((line for _, line in first.values()), key=lambda line: line.name)
    accepted = await bulk.patiently(tx, lambda: _write(tx, lines))
    had = await _bodies(tx, [line for line in lines if line.name not in accepted])
    for name, (index, line) in first.items():
        verdicts[index] = Verdict(index, "accepted") if name in accepted else _repeated(index, line, had[name])
    return [verdicts[index] for index in range(len(rows))]


async def _direct(tx: TenantTx, rows: Sequence[EventRow]) -> dict[int, Verdict]:
    direct = {index: row for index, row in enumerate(rows) if row.visibility == "direct"}
    if not direct:
        return {}
    ends = sorted({end for row in direct.values() for end in (row.actor, row.target) if end is not None})
    employees = {row["person"] for row in await tx.rows(EMPLOYEES, ends)}
    why = "direct messages of employees are not taken"
    return {
        index: Verdict(index, "rejected", "direct_refused", why, "/visibility")
        for index, row in direct.items()
        if row.actor in employees or row.target in employees
    }


def _line(row: EventRow, secret: bytes) -> _Line:
    text = texts.digest(row.text, row.visibility, secret)
    # Instants compare as instants; the text enters by its hash, so that an export sent again is a duplicate.
    cells = [row.id, row.source, row.occurred_at.astimezone(UTC), row.actor, row.verb, row.target, row.community,
             row.channel, row.thread, row.parent, row.object, row.kind, row.visibility, row.count,
             row.sent_at and row.sent_at.astimezone(UTC), text.hash]  # fmt: skip
    return _Line(row, text, hashlib.blake2b(msgspec.json.encode(cells), digest_size=16).digest())


def _repeated(index: int, line: _Line, body: bytes) -> Verdict:
    if line.body == body:
        return Verdict(index, "duplicate")
    source, name = line.name
    why = f"the event {name!r} of source {source!r} is here with another body; an id names one event"
    return Verdict(index, "conflict", "conflict", why, "/id")


async def _write(tx: TenantTx, lines: Sequence[_Line]) -> set[tuple[str, str]]:
    if not lines:
        return set()
    cells = [_cells(line) for line in lines]
    accepted = {(row["source"], row["id"]) for row in await tx.rows(INSERT, *_columns(cells))}
    if accepted:
        await tx.rows(QUEUE)
        await mark(
            tx, [(*line.name, _day(line.row), line.row.kind, line.text.hash) for line in lines if line.name in accepted]
        )
    return accepted


async def mark(tx: TenantTx, touched: Sequence[Touched]) -> list[int]:
    """Mark the days that these events change while they count, and the results that rest on them; return the days."""
    days = [row["day"] for row in await tx.rows(MARK, *_columns(touched))] if touched else []
    await stale.days(tx, days)
    return days


def _cells(line: _Line) -> tuple[object, ...]:
    row = line.row
    return (
        *line.name, _day(row), row.occurred_at, row.actor, row.verb, row.target, row.community, row.channel, row.thread,
        row.parent, row.object, row.kind, row.visibility, *line.text, row.count, row.sent_at, line.body,
    )  # fmt: skip


def _columns(cells: Sequence[tuple[object, ...]]) -> list[list[object]]:
    return [list(column) for column in zip(*cells, strict=True)]


def _day(row: EventRow) -> int:
    return row.occurred_at.astimezone(UTC).toordinal() - EPOCH_DAY


async def _bodies(tx: TenantTx, lines: Sequence[_Line]) -> dict[tuple[str, str], bytes]:
    if not lines:
        return {}
    rows = await tx.rows(BODIES, *_columns([line.name for line in lines]))
    return {(row["source"], row["id"]): row["body_hash"] for row in rows}


async def page(tx: TenantTx, after: tuple[str, str] | None = None, size: int = 1000) -> Page:
    """Return events by source and id behind a cursor, as they were sent."""
    found = await tx.rows(PAGE, *(after or ("", "")), size + 1)
    kept = found[:size]
    end = (kept[-1]["source"], kept[-1]["id"]) if len(found) > size else None
    return Page([_row(dict(row)) for row in kept], end)


def _row(cells: dict[str, object]) -> EventRow:
    token = texts.show(cells.pop("text_hash"))  # type: ignore[arg-type]  # bytea is bytes or null
    return EventRow(**{**cells, "source": cells["source"] or None, "text": token})  # type: ignore[arg-type]  # as stored
