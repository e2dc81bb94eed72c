"""Bulk upserts: rows become arrays, sorted by their identity, and every line gets its verdict.

Unsorted batches deadlock; sorted ones do not, and what is left (40P01, 40001) is tried again.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

import asyncpg
import msgspec

from kithline_core import ids
from kithline_core.db.database import TenantTx
from kithline_core.model.rows import Row
from kithline_core.model.verdicts import Verdict, VerdictStatus

R = TypeVar("R", bound=Row)
T = TypeVar("T")
Identity = tuple[Any, ...]

WAITS: Final = (0.02, 0.1, 0.4)
FIRST: Final = UUID(int=0)
_jitter = random.SystemRandom()


class Page(msgspec.Struct, Generic[T], frozen=True):
    """Some rows, and the cursor behind the last of them; None when they were the last."""

    rows: list[T]
    after: UUID | None


class Upserted(msgspec.Struct, frozen=True):
    """What the statement did: the identities it inserted, and those it changed."""

    inserted: set[Identity]
    updated: set[Identity]


async def upsert(tx: TenantTx, sql: str, rows: Sequence[Row], identity: Sequence[str]) -> list[Verdict]:
    """Insert or update rows of one file; a later line of one identity replaces an earlier. One verdict per line."""
    named = [tuple(getattr(row, column) for column in identity) for row in rows]
    last = dict(zip(named, rows, strict=True))
    done = await patiently(tx, lambda: _write(tx, sql, last, identity))
    return _verdicts(rows, named, done)


async def _write(tx: TenantTx, sql: str, last: dict[Identity, Row], identity: Sequence[str]) -> Upserted:
    chosen = sorted(last, key=order)
    if not chosen:
        return Upserted(set(), set())
    fresh = [ids.new() for _ in chosen]
    columns = columns_of([last[name] for name in chosen])
    new, inserted, updated = set(fresh), set[Identity](), set[Identity]()
    for row in await tx.rows(sql, fresh, *columns):
        (inserted if row["row_id"] in new else updated).add(tuple(row[column] for column in identity))
    return Upserted(inserted, updated)


def columns_of(rows: Sequence[Row]) -> list[list[Any]]:
    """Return the rows' cells, one list per field, in the order of the struct."""
    return [[getattr(row, name) for row in rows] for name in rows[0].__struct_fields__]


def order(name: Identity) -> list[tuple[bool, Any]]:
    """Return a sort key for an identity: null first, then by code point."""
    return [(cell is not None, cell) if cell is not None else (False, "") for cell in name]


def _verdicts(rows: Sequence[Row], named: Sequence[Identity], done: Upserted) -> list[Verdict]:
    before: dict[Identity, Row] = {}
    told = []
    for index, (name, row) in enumerate(zip(named, rows, strict=True)):
        earlier = before.get(name)
        status: VerdictStatus
        if earlier is not None:
            status = "duplicate" if earlier == row else "updated"
        else:
            status = "accepted" if name in done.inserted else "updated" if name in done.updated else "duplicate"
        before[name] = row
        told.append(Verdict(index, status))
    return told


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
    return Page(rows, kept[-1]["row_id"] if len(found) > size else None)
