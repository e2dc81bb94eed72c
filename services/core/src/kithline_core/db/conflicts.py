"""Says in what an event differs from the one that is here under its source and id."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import asyncpg
import msgspec

from kithline_core.db import rights, texts
from kithline_core.db.database import TenantTx
from kithline_core.model import pseudonyms
from kithline_core.model.rows import EventRow
from kithline_core.model.verdicts import Difference, Verdict

STORED = """
    select source, id, occurred_at, actor, verb, target, community, channel, thread, parent, object, kind, visibility,
           text_hash, count, sent_at, supersedes
      from events
     where tenant_id = $1 and (source, id) in (select * from unnest($2::text[], $3::text[]))
"""

SECRET = "select text_secret from tenants where tenant_id = $1"  # noqa: S105 - a statement

_TIMES: Final = {"/occurred_at", "/sent_at"}
_MOST: Final = timedelta(hours=24)


async def explained(tx: TenantTx, rows: Sequence[EventRow], verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Return the verdicts, with what differs beside each conflict; where only the clock does, it is a duplicate.

    Its times were set back when it came (see `kithline_core.clocks`), and sent again it has the old ones.
    """
    at = [place for place, verdict in enumerate(verdicts) if verdict.status == "conflict"]
    if not at:
        return list(verdicts)
    had = await _stored(tx, [rows[verdicts[place].index] for place in at])
    shown = {(row.source or "", row.id) for row in await rights.shown(tx, [_row(stored) for stored in had.values()])}
    (tenant,) = await tx.rows(SECRET)
    told = list(verdicts)
    for place in at:
        row = rows[verdicts[place].index]
        name = (row.source or "", row.id)
        if name in had:
            told[place] = _told(verdicts[place], row, had[name], tenant["text_secret"], name in shown)
    return told


async def _stored(tx: TenantTx, rows: Iterable[EventRow]) -> dict[tuple[str, str], asyncpg.Record]:
    names = sorted({(row.source or "", row.id) for row in rows})
    found = await tx.rows(STORED, [source for source, _ in names], [name for _, name in names])
    return {(row["source"], row["id"]): row for row in found}


def _row(stored: asyncpg.Record) -> EventRow:
    cells = {name: stored[name] for name in EventRow.__struct_fields__ if name != "text"}
    return EventRow(**{**cells, "source": stored["source"] or None})


def _told(verdict: Verdict, row: EventRow, stored: asyncpg.Record, secret: bytes, shown: bool) -> Verdict:
    diff = list(_differences(row, stored, secret))
    if not shown:  # it speaks of somebody who is not to be shown
        diff = [Difference(one.pointer) for one in diff]
    if _nothing_but_the_clock({one.pointer for one in diff}, row, stored):
        return Verdict(verdict.index, "duplicate")
    return msgspec.structs.replace(verdict, diff=diff)


def _differences(row: EventRow, stored: asyncpg.Record, secret: bytes) -> Iterator[Difference]:
    for name in EventRow.__struct_fields__:
        if name == "text":
            if texts.digest(row.text, row.visibility, secret).hash != stored["text_hash"]:
                yield Difference("/text")
        elif not _same(getattr(row, name) or None, stored[name] or None, secret):
            yield Difference(f"/{name}", _shown(stored[name] or None))


def _same(sent: object, here: object, secret: bytes) -> bool:
    if isinstance(sent, datetime) and isinstance(here, datetime):
        return sent.astimezone(UTC) == here.astimezone(UTC)
    return sent == here or (isinstance(sent, str) and here == pseudonyms.pseudonym(secret, sent))


def _shown(cell: object) -> str | int | None:
    if isinstance(cell, datetime):
        return cell.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return cell if isinstance(cell, str | int) else None


def _nothing_but_the_clock(pointers: set[str], row: EventRow, stored: asyncpg.Record) -> bool:
    if pointers != _TIMES or row.sent_at is None or stored["sent_at"] is None:
        return False
    by: timedelta = row.sent_at - stored["sent_at"]
    return row.occurred_at - stored["occurred_at"] == by and abs(by) <= _MOST
