"""Bulk upserts: rows become arrays, sorted by their identity, and every line gets its verdict.

Unsorted batches deadlock; sorted ones do not, and what is left (40P01, 40001) is tried again.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

import asyncpg
import msgspec

from kithline_core import ids
from kithline_core.db import batches, changes, door, rights
from kithline_core.db.database import TenantTx
from kithline_core.model.rows import FILES, Row
from kithline_core.model.verdicts import Verdict, VerdictStatus

R = TypeVar("R", bound=Row)
T = TypeVar("T")
Identity = tuple[Any, ...]

WAITS: Final = (0.02, 0.1, 0.4)
FIRST: Final = UUID(int=0)
_STEMS: Final = {kind: stem for stem, kind in FILES.items()}
_jitter = random.SystemRandom()


class Page(msgspec.Struct, Generic[T], frozen=True):
    """Some rows, and the cursor behind the last of them; None when they were the last."""

    rows: list[T]
    after: UUID | None


class Upserted(msgspec.Struct, frozen=True):
    """What the statement did: the identities it inserted, and those it changed, with the rows' ids."""

    inserted: dict[Identity, UUID]
    updated: dict[Identity, UUID]


async def upsert(tx: TenantTx, sql: str, rows: Sequence[Row], identity: Sequence[str]) -> list[Verdict]:
    """Insert or update rows of one file; a later line of one identity replaces an earlier. One verdict per line."""
    admitted = await door.admitted(tx, rows)
    kept = [place for place in range(len(rows)) if place not in admitted.verdicts]
    chosen = [admitted.rows[place] for place in kept]
    named = [tuple(getattr(row, column) for column in identity) for row in chosen]
    last = dict(zip(named, chosen, strict=True))
    done = await patiently(tx, lambda: _write(tx, sql, last, identity)) if chosen else Upserted({}, {})
    statuses = dict(zip(kept, _statuses(chosen, named, done), strict=True))
    return [admitted.verdicts.get(place) or Verdict(place, statuses[place]) for place in range(len(rows))]


async def _write(tx: TenantTx, sql: str, last: dict[Identity, Row], identity: Sequence[str]) -> Upserted:
    chosen = sorted(last, key=order)
    stem = _STEMS[type(last[chosen[0]])]
    had = await batches.before(tx, stem, chosen)
    fresh = [ids.new() for _ in chosen]
    columns = columns_of([last[name] for name in chosen])
    new, done = set(fresh), Upserted({}, {})
    for row in await tx.rows(sql, fresh, *columns):
        part = done.inserted if row["row_id"] in new else done.updated
        part[tuple(row[column] for column in identity)] = row["row_id"]
    await batches.note(tx, stem, had, done.inserted.values(), done.updated.values())
    await changes.rows(tx, stem, [last[name] for name in done.inserted], [last[name] for name in done.updated])
    return done


def columns_of(rows: Sequence[Row]) -> list[list[Any]]:
    """Return the rows' cells, one list per field, in the order of the struct."""
    return [[getattr(row, name) for row in rows] for name in rows[0].__struct_fields__]


def order(name: Identity) -> list[tuple[bool, Any]]:
    """Return a sort key for an identity: null first, then by code point."""
    return [(cell is not None, cell) if cell is not None else (False, "") for cell in name]


def _statuses(rows: Sequence[Row], named: Sequence[Identity], done: Upserted) -> Iterator[VerdictStatus]:
    before: dict[Identity, Row] = {}
    for name, row in zip(named, rows, strict=True):
        earlier = before.get(name)
        if earlier is not None:
            yield "duplicate" if earlier == row else "updated"
        else:
            yield "accepted" if name in done.inserted else "updated" if name in done.updated else "duplicate"
        before[name] = row


async def patiently(tx: TenantTx, work: Callable[[], Awaitable[T]]) -> T:
    """Do the work, again after a deadlock; the caller's transaction lives on."""
    for wait in WAITS:
        try:
            async with tx.savepoint():
                return await work()
        except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError):
            await asyncio.sleep(wait * (1 + _jitter.random()))
    return await work()


async def page(tx: TenantTx, kind: type[R], sql: str, after: UUID | None, size: int) -> Page[R]:
    """Return up to `size` rows as they were sent, in the order of arrival, behind the cursor."""
    found = await tx.rows(sql, after or FIRST, size + 1)
    kept = found[:size]
    rows = [kind(**{name: row[name] for name in kind.__struct_fields__}) for row in kept]
    return Page(await rights.shown(tx, rows), kept[-1]["row_id"] if len(found) > size else None)
