"""Rights of people: what happens at the request, and the steps of the job behind it.

An objection, a restriction and an erasure hold from the request on; the job counts, or replaces the id everywhere.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final, NamedTuple
from uuid import UUID

from kithline_core import ids
from kithline_core.db import (
    Database,
    TenantTx,
    about,
    audit,
    erasure,
    errands,
    jobs,
    kept,
    publications,
    retention,
    rights,
    saying,
)
from kithline_core.db.places import ABOUT, PLACES, TABLES, Place
from kithline_core.errors import Conflict, NotFound
from kithline_core.model.jobs import Advance, Held, Job
from kithline_core.model.rights import AskedLift, AskedRight, Right

# Seconds between looks at transactions that began before an erasure, and for how long it looks at most.
LOOK_SECONDS: Final = 0.2
PATIENCE_SECONDS: Final = 120.0


class Erased(Conflict):
    """The person was erased: nothing is held, and nothing new is written about them."""

    code = "erased"


async def request(tx: TenantTx, right: Right, asked: AskedRight) -> Job:
    """Put a right into force and queue the job that gives the receipt. Raises Erased, NotFound for nothing to lift."""
    kept = await _kept(tx, asked.person)
    people = await rights.linked(tx, *kept)
    if await rights.are_erased(tx, people):
        raise Erased("this person was erased; nothing is held about them", pointer="/person")
    subject = (await about.hashes(tx, kept[:1]))[0]
    pairs = await _put_in_force(tx, right, asked, people, kept)
    job = await jobs.insert(tx, f"privacy.{right}", subject, {"people": pairs})
    reason = erasure.without(asked.reason, [asked.person, *people])
    await audit.record(tx, f"privacy.{right}", subject, {"job": ids.show("job", job.id), "reason": reason})
    if right != "access":
        await rights.make_stale(tx, people)
        await errands.forget(tx)
    return job


async def _kept(tx: TenantTx, person: str) -> list[str]:
    """Return the ids a person is kept under, the one in use first. What came under another mode has the other one."""
    used, other = await rights.stored(tx, person), await rights.other(tx, person)
    if other is None or not any([await about.ends(tx, table, [other]) for table in ABOUT]):
        return [used]
    return [used, other]


async def _put_in_force(
    tx: TenantTx, right: Right, asked: AskedRight, people: list[str], kept: list[str]
) -> list[list[str]]:
    """Return the ids, each with its tombstone where it is to be erased."""
    if right == "erase":
        pairs = [[person, erasure.tombstone()] for person in people]
        await rights.remember(tx, people)
        key = await rights.secret(tx)
        for person, name in pairs:
            await rights.take(tx, right, person, name)
            # From now on snapshots say the new name: what was published must not look like another's doing.
            await publications.rename(tx, key, [person], name)
        return pairs
    if right in rights.UNCOUNTED:
        for person in kept:
            await rights.take(tx, right, person)
    elif isinstance(asked, AskedLift) and not await rights.lift(tx, asked.right, people):
        raise NotFound(f"no {asked.right} is in force for this person")
    return [[person] for person in people]


async def count(tx: TenantTx, held: Held) -> Advance:
    """Count the rows of one table that speak of the person: a step of every right but erasure."""
    table, people = COUNTED[held.done], [names[0] for names in held.parameters["people"]]
    found = await about.count(tx, table, people)
    rows = {**held.receipt.get("rows", {}), **({table: found} if found else {})}
    done, total = held.done + 1, len(COUNTED)
    # That somebody exercised a right says nothing of whether anything is held: who misspells an id does that too.
    receipt = {"ids": len(people), "rows": rows, "held": not rows.keys() <= {"person_rights"}}
    return Advance(done=done, total=total, receipt=receipt, over=done == total)


# What is counted, table by table. Jobs hold an id while they work on it, this one too; the person reads them by hash.
COUNTED: Final = tuple(table for table in TABLES if table not in saying.WORKING)

Work = Callable[[TenantTx, str, str], Awaitable[int]]


class Part(NamedTuple):
    """One part of an erasure: what it is called in the receipt, and what it does for one id until nothing is left."""

    name: str
    work: Work


async def _answers(tx: TenantTx, person: str, _: str) -> int:
    await erasure.forget_answers(tx, person)
    return 0


async def _kept_snapshots(tx: TenantTx, person: str, _: str) -> int:
    return await kept.forget(tx, await rights.secret(tx), person)


def _rename(place: Place) -> Part:
    return Part(place.table, partial(_in_place, place))


async def _in_place(place: Place, tx: TenantTx, person: str, name: str) -> int:
    return await erasure.rename(tx, place, person, name)


def _sample(table: str) -> Part:
    async def work(tx: TenantTx, *_: str) -> int:
        await erasure.forget_statistics(tx, table)
        return 0

    return Part("", work)


# These hold the id, or the name that stands for it, until nothing else does.
_LAST: Final = ("person_rights", "jobs")
_FIRST: Final = (
    *(_rename(place) for place in PLACES if place.table not in _LAST),
    Part("results", erasure.rename_in_findings),
    Part("kept_snapshots", _kept_snapshots),
)
# Whoever was rolling up or copying rows meanwhile may have read the old name before it was replaced there, and put it
# where it had been replaced already: so all but the events, which nobody copies into, is gone through again.
PARTS: Final = (
    *_FIRST,
    *(part for part in _FIRST if part.name != "events"),
    Part("", _answers),
    *(_rename(place) for place in PLACES if place.table == "person_rights"),
    *(_rename(place)._replace(name="") for place in PLACES if place.table == "jobs"),
    *(_sample(table) for table in erasure.SAMPLED),
)


async def erase(tx: TenantTx, held: Held) -> Advance:
    """Do one bounded part of an erasure. Either round begins when nobody can be writing who read before it."""
    at, size = int(held.place.get("at", 0)), len(held.parameters["people"])
    total = len(PARTS) * size
    if at == total:
        return await _closed(tx, held, total)
    if at in (0, len(_FIRST) * size) and (place := await _awaited(tx, held)) is not None:
        return Advance(done=at, total=total, place={**place, "at": at}, wait=LOOK_SECONDS)
    part = PARTS[at // size]
    person, name = held.parameters["people"][at % size]
    touched = await part.work(tx, person, name)
    rows = dict(held.receipt.get("rows", {}))
    if touched and part.name:
        rows[part.name] = rows.get(part.name, 0) + touched
    more = touched >= erasure.BATCH
    at += not more
    return Advance(done=at, total=total, place={"at": at, "begun": more}, receipt={"rows": rows})


async def _awaited(tx: TenantTx, held: Held) -> dict[str, object] | None:
    """Return where a round stands that has to wait; None when it may begin, or has."""
    if held.place.get("begun"):
        return None
    looks, since = held.place.get("looks", 0) + 1, held.place.get("since") or (await retention.now(tx)).isoformat()
    if looks * LOOK_SECONDS >= PATIENCE_SECONDS or await erasure.settled(tx, datetime.fromisoformat(since)):
        return None
    return {"looks": looks, "since": since}


async def _closed(tx: TenantTx, held: Held, total: int) -> Advance:
    """Let the tombstones be seen: nothing is left that they stand for."""
    await rights.lift(tx, "erase", [name for _, name in held.parameters["people"]])
    return Advance(done=total, total=total, receipt={"ids": len(held.parameters["people"])}, over=True)


STEPS: Final[Mapping[str, Callable[[TenantTx, Held], Awaitable[Advance]]]] = {
    "privacy.access": count,
    "privacy.object": count,
    "privacy.restrict": count,
    "privacy.lift": count,
    "privacy.erase": erase,
}


async def read_out(tx: TenantTx, person: str) -> str:
    """Write down that a person's data are read out, and return the keyed hash they are called by."""
    (subject,) = await about.hashes(tx, [await rights.stored(tx, person)])
    await audit.record(tx, "privacy.read", subject)
    return subject


async def everything(db: Database, tenant_id: UUID, person: str) -> AsyncIterator[dict[str, Any]]:
    """Yield every row that speaks of a person, as it stands now, with its table; nothing of it is kept."""
    async with db.tenant(tenant_id) as tx:
        people = await rights.linked(tx, *await _kept(tx, person))
    for table in TABLES:
        for read in (about.read, about.read_said):
            behind: about.Behind | None = about.START
            while behind is not None:
                async with db.tenant(tenant_id) as tx:
                    rows, behind = await read(tx, table, people, behind)
                for row in rows:
                    yield {"table": table, "row": row}
