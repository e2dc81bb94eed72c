"""Marks results stale when something they counted has changed; a result that was being computed meanwhile is born stale.

Whoever changes a sender's data calls `days` or `table` with what really changed, as late in the transaction as can be.
A change holds the tenant's lock shared until it is committed, a result that is being stored holds it alone: so each
change either finds the result there, or is found by it.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

import msgspec

from kithline_core import ids
from kithline_core.db import expired_days
from kithline_core.db.database import TenantTx
from kithline_core.model.results import NewResult, Result, Seen
from kithline_sdk.catalogue import CATALOGUE

Span = tuple[datetime | None, datetime | None]

ROLLED: Final = frozenset({*expired_days.ROLLUPS, "competitor_day"})
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

ALONE = "select $1::uuid as tenant_id, pg_advisory_xact_lock(hashtextextended('results of ' || $1::uuid::text, 0))"

# See migration 0017.
MARK = """
    select $1::uuid as tenant_id, mark_stale($1, $2, $3, range_agg(tstzrange(starts, ends, $6))) as marked
      from unnest($4::timestamptz[], $5::timestamptz[]) as span (starts, ends)
"""

SEEN = "select $1::uuid as tenant_id, now() as at, pg_current_snapshot()::text as snapshot"

# A transaction is never open for an hour; a number that is newer than that came out of another server's dump.
SINCE = """
    select min(changed_at) as since
      from changes
     where tenant_id = $1 and changed_at > $3::timestamptz - interval '1 hour'
       and not pg_visible_in_snapshot(transaction, $2::text::pg_snapshot)
       and tables && $4::text[] and during && tstzrange($5, $6)
"""

# Whatever reads the findings of an earlier scorer of its run is as late as that is.
BORN = """
    update results
       set reach_start = $3,
           stale_since = least($4, (select min(earlier.stale_since)
                                      from results as earlier
                                      join run_tasks on run_tasks.tenant_id = $1 and run_tasks.task_id = results.task_id
                                     where earlier.tenant_id = $1 and earlier.run_id = results.run_id
                                       and earlier.scorer = any(run_tasks.after)))
     where tenant_id = $1 and result_id = $2
 returning stale_since
"""

FORGET = "delete from changes where tenant_id = $1 and changed_at < now() - interval '1 day'"


def concerned(table: str) -> frozenset[str]:
    """Return the tables of a snapshot that a change of this one reaches.

    Whose groups are known, who is a bot and who objected decides on every row about them; a community that turns out
    to be sensitive takes its rows out of every table. Organisations take people over, and some are focal.
    """
    return _REACH.get(table, frozenset({table}))


def _with(kind: str) -> frozenset[str]:
    return frozenset(name for name, columns in CATALOGUE.items() if kind in columns.values())


_PERSONAL: Final = _with("person") | {"memberships", "competitor_day"}
_PLACED: Final = frozenset(name for name, columns in CATALOGUE.items() if "community" in columns) | ROLLED
_REACH: Final[dict[str, frozenset[str]]] = {
    "memberships": _PERSONAL,
    "person_rights": _PERSONAL,
    "identities": _PERSONAL | {"organisations", "organisation_ties", "focal"},
    "organisations": frozenset({"organisations", "organisation_ties", "memberships", "focal"}),
    "datasets": frozenset({"focal", "communities"}),
    "assessments": frozenset({"answers"}),
    "questionnaires": frozenset({"items", "answers"}),
    "sensitive": _PLACED,
}


def rested_on(tables: Collection[str]) -> list[str]:
    """Return the tables that a result rests on whose scorer asks for these.

    Whom it counts hangs on who belongs where, also where it asks for no memberships itself.
    """
    return sorted({*tables, "memberships"} if _PERSONAL & set(tables) else tables)


async def days(tx: TenantTx, days: Collection[int]) -> int:
    """Mark the results that counted events of these days (since 1970); return how many turned stale."""
    moments = [_EPOCH + timedelta(days=day) for day in sorted(set(days))]
    return await _changed(tx, ROLLED, [(one, one + timedelta(days=1)) for one in moments])


async def table(tx: TenantTx, table: str, start: datetime | None = None, end: datetime | None = None) -> int:
    """Mark the results that read a table's rows dated from `start` to `end`, which lies outside; return how many."""
    return await _changed(tx, concerned(table), [(start, end)])


async def spans(tx: TenantTx, table: str, spans: Iterable[Span], bounds: Literal["[)", "[]"] = "[)") -> int:
    """Mark the results that read a table's rows of any of these spans; `[]`: a span's end lies inside."""
    return await _changed(tx, concerned(table), list(spans), bounds)


async def _changed(tx: TenantTx, tables: Collection[str], spans: Sequence[Span], bounds: str = "[)") -> int:
    if not spans:
        return 0
    starts, ends = zip(*{_whole(span) for span in spans}, strict=True)
    (row,) = await tx.rows(MARK, ids.new(), sorted(tables), list(starts), list(ends), bounds)
    marked: int = row["marked"]
    return marked


def _whole(span: Span) -> Span:
    """Turn a span round whose sender wrote it backwards."""
    start, end = span
    return (end, start) if start is not None and end is not None and end < start else span


async def seen(tx: TenantTx) -> Seen:
    """Return this very moment; take it before anything is read that a result shall rest on."""
    (row,) = await tx.rows(SEEN)
    return Seen(row["at"], row["snapshot"])


async def born(tx: TenantTx, result: Result, new: NewResult) -> Result:
    """Return a result that was just stored with the moment since when it is stale, which is none when it is not.

    The tenant's changes wait from here until COMMIT.
    """
    start = result.window_start if new.reach_start is None else new.reach_start
    await tx.rows(ALONE)
    since = None if new.seen is None else await _since(tx, new, new.seen, start, result.window_end)
    (row,) = await tx.rows(BORN, result.id, start, since)
    return msgspec.structs.replace(result, stale_since=row["stale_since"])


async def _since(tx: TenantTx, new: NewResult, seen: Seen, start: datetime, end: datetime) -> datetime | None:
    await tx.run(FORGET)
    (row,) = await tx.rows(SINCE, seen.snapshot, seen.at, new.reads, start, end)
    found: datetime | None = row["since"]
    return found
