"""Events: taken in once per source and id, with the days they touch marked in the same transaction."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

import msgspec
from msgspec.structs import astuple

from kithline_core.db import arrivals, batches, competitors, door, expired_days, marks, rights, stale, texts
from kithline_core.db.arrivals import Name
from kithline_core.db.competitors import Deed
from kithline_core.db.database import TenantTx
from kithline_core.db.door import Door
from kithline_core.model.rows import EventRow
from kithline_core.model.verdicts import Verdict

EPOCH_DAY: Final = datetime(1970, 1, 1, tzinfo=UTC).toordinal()

EMPLOYEES = """
    select distinct person
      from memberships
     where tenant_id = $1 and "group" = 'employee' and person = any($2::text[])
"""

HERE = """
    select source, id, occurred_at, actor, verb, target, community, channel, thread, parent, object, kind, visibility,
           text_hash, count, sent_at, supersedes
      from events
     where tenant_id = $1 and (source, id) in (select * from unnest($2::text[], $3::text[]))
"""

PAGE = """
    select source, id, occurred_at, actor, verb, target, community, channel, thread, parent, object, kind, visibility,
           text_hash, text_length, count, sent_at, supersedes
      from events
     where tenant_id = $1 and withdrawn_at is null and (source, id) > ($2, $3)
     order by source, id
     limit $4
"""

# What makes two events of one name the same: all but what follows from the rest.
_SHOWN: Final = arrivals.COLUMNS[:-2]
Shown = dict[str, Any]
# The first event may be at day 0, and no source is ''.
_ALWAYS: Final = frozenset({"source", "day"})


class Arrived(NamedTuple):
    """Events as they are stored: the columns in which any of them says something, source and id first, and their cells."""

    columns: tuple[str, ...]
    records: list[tuple[Any, ...]]

    def shown(self, place: int) -> Shown:
        """Return one with all its columns."""
        return {**dict.fromkeys(_SHOWN), **dict(zip(self.columns, self.records[place], strict=True))}


class Page(msgspec.Struct, frozen=True):
    """Some events as they were sent (a text as its token), and the cursor behind them; None at the end."""

    rows: list[EventRow]
    after: tuple[str, str] | None


async def ingest(tx: TenantTx, rows: Sequence[EventRow]) -> list[Verdict]:
    """Take events in; one verdict per line. Raises NoGround, ModeNotAllowed."""
    if not rows:
        return []
    entry = await door.ready(tx)
    admitted = await entry.admit(tx, rows)
    verdicts = {**admitted.verdicts, **await _refused(tx, entry, admitted.rows, admitted.verdicts)}
    if not verdicts:
        return await _stored(tx, entry, _arrived(admitted.rows, entry.secret))
    kept = [place for place in range(len(rows)) if place not in verdicts]
    if kept:
        told = await _stored(tx, entry, _arrived([admitted.rows[place] for place in kept], entry.secret))
        verdicts |= {place: msgspec.structs.replace(one, index=place) for place, one in zip(kept, told, strict=True)}
    if admitted.counted:
        verdicts |= await _counted(tx, entry, rows, admitted.counted)
    return [verdicts[place] for place in range(len(rows))]


async def _counted(tx: TenantTx, entry: Door, rows: Sequence[EventRow], places: Sequence[int]) -> dict[int, Verdict]:
    """Count events of competitors' people; nothing of them is kept."""
    # Behind what is stored, and in the queue of those who store: a new competitor's events are counted there, too.
    await tx.rows(marks.QUEUE)
    spoken = [rows[place] for place in places]
    deeds = [
        Deed(row.source or "", row.id, day, row.community, row.count or 1)
        for row, day in zip(spoken, _days(row.occurred_at for row in spoken), strict=True)
    ]
    new = await competitors.count(tx, entry.secret, deeds)
    return {
        place: Verdict(place, "accepted" if is_new else "duplicate") for place, is_new in zip(places, new, strict=True)
    }


async def _refused(
    tx: TenantTx, entry: Door, rows: Sequence[EventRow], settled: dict[int, Verdict]
) -> dict[int, Verdict]:
    """Return a verdict for each event that nobody may send."""
    verdicts: dict[int, Verdict] = {}
    if {row.visibility for row in rows} - {None, "public"}:
        verdicts |= await _direct(tx, rows)
        verdicts |= _whispered(rows)
    if entry.expired:
        verdicts |= await _expired(tx, rows)
    return {place: verdict for place, verdict in verdicts.items() if place not in settled}


async def _direct(tx: TenantTx, rows: Sequence[EventRow]) -> dict[int, Verdict]:
    direct = {place: row for place, row in enumerate(rows) if row.visibility == "direct"}
    ends = sorted({end for row in direct.values() for end in (row.actor, row.target) if end is not None})
    employees = {row["person"] for row in await tx.rows(EMPLOYEES, ends)} if ends else set[str]()
    why = "direct messages of employees are not taken"
    return {
        place: Verdict(place, "rejected", "direct_refused", why, "/visibility")
        for place, row in direct.items()
        if row.actor in employees or row.target in employees
    }


def _whispered(rows: Sequence[EventRow]) -> dict[int, Verdict]:
    why = "a text that is not public is not taken; leave it out, the event itself is welcome"
    return {
        place: Verdict(place, "rejected", "text_not_public", why, "/text")
        for place, row in enumerate(rows)
        if row.text and row.visibility not in (None, "public")
    }


async def _expired(tx: TenantTx, rows: Sequence[EventRow]) -> dict[int, Verdict]:
    days = list(_days(row.occurred_at for row in rows))
    expired = await expired_days.expired(tx, days)
    why = "the events of this day were removed when their time was over, and none are taken for it any more"
    return {
        place: Verdict(place, "rejected", "expired_day", why, "/occurred_at")
        for place, day in enumerate(days)
        if day in expired
    }


def _arrived(rows: Sequence[EventRow], secret: bytes) -> Arrived:
    """Return events as they are stored: a text as its hash, with the day they belong to."""
    cells = dict(zip(EventRow.__struct_fields__, zip(*map(astuple, rows), strict=True), strict=True))
    digest = texts.digester(secret)
    said = [digest(*one) if one[0] else texts.NOTHING for one in zip(cells["text"], cells["visibility"], strict=True)]
    cells["text_hash"], cells["text_length"] = zip(*said, strict=True)
    cells["source"] = tuple(source or "" for source in cells["source"])
    cells["day"] = tuple(_days(cells["occurred_at"]))
    # A column that says nothing is not sent: of most senders, every third. No cell that says something is false.
    columns = tuple(name for name in arrivals.COLUMNS if name in _ALWAYS or any(cells[name]))
    return Arrived(columns, list(zip(*(cells[name] for name in columns), strict=True)))


def _days(moments: Iterable[datetime]) -> Iterator[int]:
    return ((moment if moment.tzinfo is UTC else moment.astimezone(UTC)).toordinal() - EPOCH_DAY for moment in moments)


async def _stored(tx: TenantTx, entry: Door, arrived: Arrived) -> list[Verdict]:
    """Store what is new and return a verdict for each."""
    records = arrived.records
    names = [record[:2] for record in records]
    first = dict(zip(reversed(names), reversed(range(len(names))), strict=True))
    # No two have one name, so that nothing behind the names is compared.
    chosen = sorted(records if len(first) == len(names) else [records[place] for place in first.values()])
    outcome = await arrivals.take(tx, arrived.columns, chosen, prepared=entry.prepared)
    here = await arrivals.merge(tx) if outcome == "met" else set()
    if outcome != "settled" and len(here) < len(chosen):
        day = arrived.columns.index("day")
        days = {record[day] for record in chosen if not here or record[:2] not in here}
        if outcome == "moving" or not await _settled(tx):
            await _spread(tx, days)
    verdicts = [Verdict(place, "accepted") for place in range(len(names))]
    if here or len(first) < len(names):
        had = await _here(tx, here)
        for place, name in enumerate(names):
            if name in here or first[name] != place:
                other = had[name] if name in here else arrived.shown(first[name])
                verdicts[place] = _repeated(place, arrived.shown(place), other)
        # A named import sent these as well: they stay while any import that sent them does. Conflicts are nobody's.
        again = {name for name, verdict in zip(names, verdicts, strict=True) if verdict.status == "duplicate"}
        await batches.claim(tx, sorted(again & here))
    return verdicts


async def _settled(tx: TenantTx) -> bool:
    """Mark what the stored events change; False: they change more than can be told at once, and nothing is marked yet."""
    days = await arrivals.settle(tx)
    if days is None:
        return False
    # Behind the queue: whoever is in it may mark the same results.
    await stale.days(tx, days)
    return True


async def _spread(tx: TenantTx, days: Collection[int]) -> None:
    """Mark all that the stored events change, and withdraw what they replace."""
    replaced = await arrivals.replaced(tx)
    moving = [*await arrivals.moving(tx), *replaced]
    await marks.spread(tx, {*days, *(day for _, _, day, _, _ in replaced)}, moving)
    await arrivals.retire(tx, replaced)


async def _here(tx: TenantTx, names: set[Name]) -> dict[Name, Shown]:
    """Return events that are here as they are stored."""
    if not names:
        return {}
    sources, event_ids = zip(*sorted(names), strict=True)
    return {(row["source"], row["id"]): dict(row) for row in await tx.rows(HERE, list(sources), list(event_ids))}


def _repeated(place: int, sent: Shown, had: Shown) -> Verdict:
    differing = [name.replace("text_hash", "text") for name in _SHOWN if sent[name] != had[name]]
    if not differing:
        return Verdict(place, "duplicate")
    why = f"the event {sent['id']!r} of source {sent['source']!r} is here with another body; an id names one event"
    return Verdict(place, "conflict", "conflict", f"{why}; it differs in {', '.join(differing)}", f"/{differing[0]}")


async def page(tx: TenantTx, after: tuple[str, str] | None = None, size: int = 1000) -> Page:
    """Return events by source and id behind a cursor, as they were sent; withdrawn ones are not among them."""
    found = await tx.rows(PAGE, *(after or ("", "")), size + 1)
    kept = found[:size]
    end = (kept[-1]["source"], kept[-1]["id"]) if len(found) > size else None
    return Page(await rights.shown(tx, [_row(dict(row)) for row in kept]), end)


def _row(cells: dict[str, object]) -> EventRow:
    token = texts.show(cells.pop("text_hash"), cells.pop("text_length"))  # type: ignore[arg-type]  # bytea, integer
    return EventRow(**{**cells, "source": cells["source"] or None, "text": token})  # type: ignore[arg-type]  # as stored
