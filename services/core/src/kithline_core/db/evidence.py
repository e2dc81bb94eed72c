"""Reads events back from what was counted of them: by ids, without a text and without a name."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from asyncpg import Record

from kithline_core.db import sources
from kithline_core.db.database import TenantTx
from kithline_core.model.shapes import Stored
from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.snapshot import Column, Table

# Of a community where one is named, by these people where some are named: as they stood at an instant.
PAGE = """
    select day, source, id, occurred_at, verb
      from events
     where tenant_id = $1 and day between $2 and $3 and (day, source, id) > ($4, $5, $6)
       and received_at <= $7 and (withdrawn_at is null or withdrawn_at > $7)
       and ($8::text is null or community = $8) and ($9::text[] is null or actor = any($9))
     order by day, source, id
     limit $10
"""

# As the roll-up of a day counts and hashes it.
DAYS = """
    select day, count(*) as count, encode(sha256(string_agg(line, ''::bytea order by line)), 'hex') as ids_hash
      from events
     cross join lateral (
           select convert_to(source, 'UTF8') || '\\x00'::bytea || convert_to(id, 'UTF8') || '\\x0a'::bytea) as told (line)
     where tenant_id = $1 and day between $2 and $3
       and received_at <= $4 and (withdrawn_at is null or withdrawn_at > $4)
       and ($5::text is null or community = $5) and ($6::text[] is null or actor = any($6))
     group by day
"""

# Of the events themselves: roll-ups follow what is late or withdrawn, and outlive what had its time.
ACTED = """
    select community, actor, count(*) as count
      from events
     where tenant_id = $1 and day between $2 and $3
       and received_at <= $4 and (withdrawn_at is null or withdrawn_at > $4)
     group by community, actor
"""

# What became of the events of some days since an instant.
SINCE = """
    select exists (select from events
                    where tenant_id = $1 and day = any($2::integer[]) and withdrawn_at > $3) as corrected,
           exists (select from events
                    where tenant_id = $1 and day = any($2::integer[]) and withdrawn_at is null
                      and received_at > $3) as late
"""

EXPIRED = """
    select exists (select from expired_days
                    where tenant_id = $1 and day between $2 and $3 and emptied_at is not null) as retention,
           exists (select from events
                    where tenant_id = $1 and day between $2 and $3 and withdrawn_at is null) as there,
           exists (select from events
                    where tenant_id = $1 and day between $2 and $3
                      and received_at <= $4 and (withdrawn_at is null or withdrawn_at > $4)) as counted
"""

ERASED = """
    select exists (select from person_rights
                    where tenant_id = $1 and kind = 'erase' and created_at > $2) as erased
"""

SPEAKS = """
    select exists (select from events
                    where tenant_id = $1 and day between $2 and $3
                      and received_at <= $4 and (withdrawn_at is null or withdrawn_at > $4)
                      and (actor = any($5::text[]) or target = any($5::text[]))) as speaks
"""


class Days(NamedTuple):
    """A span of days since 1970, both of them in it."""

    first: int
    last: int


class Chosen(NamedTuple):
    """Which events of these days: those that stood `at` an instant, of a community, by people; None: of all."""

    at: datetime
    community: str | None = None
    actors: list[str] | None = None


class Event(Stored, frozen=True):
    """An event as evidence."""

    day: int
    source: str
    id: str
    occurred_at: datetime
    verb: str


class Acted(Stored, frozen=True):
    """How often somebody did something in a community."""

    community: str | None
    actor: str
    count: int


class Left(Stored, frozen=True):
    """Whether days were emptied when their time was over, and whether any of their events is there, and of those that were."""

    retention: bool
    there: bool
    counted: bool


async def page(tx: TenantTx, days: Days, chosen: Chosen, after: tuple[int, str, str] | None, size: int) -> list[Event]:
    """Return events behind a cursor, by day, source and id."""
    return await tx.all(Event, PAGE, *days, *(after or (days.first - 1, "", "")), *chosen, size)


async def rolled(tx: TenantTx, days: Days) -> Table:
    """Return how many events the days have, with the hashes of their ids, as they are rolled up."""
    return _days(await tx.rows(sources.EVENT_DAY, *days))


async def counted(tx: TenantTx, days: Days, chosen: Chosen) -> Table:
    """Return the same of chosen events, counted anew as they stood."""
    return _days(await tx.rows(DAYS, *days, *chosen))


def _days(found: Sequence[Record]) -> Table:
    kinds = CATALOGUE["event_day"]
    return Table("event_day", {name: Column.of(kind, [row[name] for row in found]) for name, kind in kinds.items()})


async def acted(tx: TenantTx, days: Days, at: datetime) -> list[Acted]:
    """Return who is behind how many of the events that stood at an instant, by community."""
    return await tx.all(Acted, ACTED, *days, at)


async def since(tx: TenantTx, days: Sequence[int], at: datetime) -> list[str]:
    """Return why events of these days are others than at an instant: `corrected`, `late`."""
    (row,) = await tx.rows(SINCE, list(days), at)
    return [name for name in ("corrected", "late") if row[name]]


async def left(tx: TenantTx, days: Days, at: datetime) -> Left:
    """Return what is left of the events of days, and of those that stood at an instant."""
    return await tx.one(Left, EXPIRED, *days, at)


async def erased(tx: TenantTx, at: datetime) -> bool:
    """Say whether somebody was erased since an instant."""
    (row,) = await tx.rows(ERASED, at)
    return bool(row["erased"])


async def speaks(tx: TenantTx, days: Days, at: datetime, people: Sequence[str]) -> bool:
    """Say whether events of these days that stood at an instant speak of any of these people."""
    (row,) = await tx.rows(SPEAKS, *days, at, list(people))
    return bool(row["speaks"])
