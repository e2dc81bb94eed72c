"""Results: append-only, one per run and scorer, their finding as the bytes that were written.

What rests on a ground that is no longer in force is withheld from the moment it ends: no job has to run for it.
"""

import hashlib
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from kithline_core import ids
from kithline_core.db.database import TenantTx
from kithline_core.errors import Withheld
from kithline_core.model import levels
from kithline_core.model.results import Earlier, Finding, NewResult, Result
from kithline_core.model.runs import Claimed

_COLUMNS = """result_id as id, run_id, task_id, scope_id, scorer, version, status, score, level, key, sha256, attempt,
           tier, seconds, window_start, window_end, published, stale_since, created_at, grounds, reads, origin,
           snapshot_at, interval_low, interval_high, level_probability, level_held, method"""

# What rests on a ground that is no longer in force has lapsed.
_ENVELOPE = f"""{_COLUMNS},
           exists (
               select
                 from unnest(results.grounds) as needed (ground_id)
                where not exists (
                      select
                        from processing_grounds as held
                       where held.tenant_id = $1 and held.ground_id = needed.ground_id
                         and held.valid_from <= now() and (held.valid_to is null or held.valid_to > now()))) as lapsed"""

INSERT = f"""
    insert into results
           (tenant_id, result_id, run_id, task_id, scope_id, scorer, version, status, score, level, key, finding, sha256,
            attempt, tier, seconds, window_start, window_end, published, grounds, reads, snapshot_at,
            interval_low, interval_high, level_probability, level_held, method)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
            $23, $24, $25, $26, $27)
 returning {_COLUMNS}, false as lapsed
"""

GET = f"""
    select {_ENVELOPE}
      from results
     where tenant_id = $1 and result_id = $2
"""

PAGE = f"""
    select {_ENVELOPE}
      from results
     where tenant_id = $1 and ($2::uuid is null or result_id < $2)
       and ($4::uuid is null or run_id = $4) and ($5::text is null or scorer = $5)
       and ($6::timestamptz is null or window_end > $6)
     order by result_id desc
     limit $3
"""

# Of each window the newest; a result for another scope is of another series.
SERIES = f"""
    select distinct on (window_end)
           {_ENVELOPE}
      from results
     where tenant_id = $1 and scorer = $2 and scope_id is not distinct from $3
       and ($4::timestamptz is null or window_end > $4) and ($5::timestamptz is null or window_end <= $5)
     order by window_end desc, result_id desc
     limit $6
"""

HELD = """
    select level_held
      from results
     where tenant_id = $1 and scorer = $2 and scope_id is not distinct from $3 and window_end < $4
       and level_held is not null
     order by window_end desc, result_id desc
     limit 1
"""

FINDING = """
    select finding as document, sha256
      from results
     where tenant_id = $1 and result_id = $2
"""

OF_RUN = """
    select finding as document, grounds, reads, snapshot_at
      from results
     where tenant_id = $1 and run_id = $2 and scorer = any($3::text[])
       and not exists (
             select
               from unnest(results.grounds) as needed (ground_id)
              where not exists (
                    select
                      from processing_grounds as held
                     where held.tenant_id = $1 and held.ground_id = needed.ground_id
                       and held.valid_from <= now() and (held.valid_to is null or held.valid_to > now())))
     order by scorer
"""

ENDED: Final = "ground_ended"
# What a withheld result takes to be there again.
LACKING: Final = {ENDED: "a processing ground in force and a new run, since one that this rests on ended"}


async def insert(tx: TenantTx, claimed: Claimed, new: NewResult) -> Result:
    """Store a finding. Only `tasks.finish` calls this: it holds the fence."""
    before = await tx.rows(HELD, new.scorer, claimed.scope_id, claimed.window_end)
    held = levels.held(before[0]["level_held"] if before else None, new.level, new.level_probability)
    return await tx.one(
        Result, INSERT, ids.new(), claimed.run_id, claimed.id, claimed.scope_id, new.scorer, new.version, new.status,
        new.score, new.level, new.key, new.document, hashlib.sha256(new.document).hexdigest(), claimed.attempt,
        new.tier, new.seconds, claimed.window_start, claimed.window_end, new.published,
        new.grounds, new.reads, new.snapshot_at, *(new.interval or (None, None)), new.level_probability, held, new.method,
    )  # fmt: skip


async def get(tx: TenantTx, result_id: UUID) -> Result:
    """Return one envelope; `withheld`, without score, level and hash, when a ground it rests on ended. Raises NotFound."""
    return shown(await tx.one(Result, GET, result_id))


async def page(
    tx: TenantTx,
    before: UUID | None = None,
    size: int = 50,
    *,
    run_id: UUID | None = None,
    scorer: str | None = None,
    since: datetime | None = None,
) -> list[Result]:
    """Return envelopes as `get` does, the newest first, of one run or scorer when named, of windows that reach past `since`."""
    return [shown(one) for one in await tx.all(Result, PAGE, before, size, run_id, scorer, since)]


async def series(
    tx: TenantTx, scorer: str, scope_id: UUID | None, since: datetime | None, until: datetime | None, most: int
) -> list[Result]:
    """Return the newest result of each window of a scorer and scope, the earliest window first; the latest ones if too many."""
    found = await tx.all(Result, SERIES, scorer, scope_id, since, until, most)
    return [shown(one) for one in reversed(found)]


def shown(found: Result) -> Result:
    """Return the envelope as it may be seen: of what lapsed no figure, and no hash that would confirm a guess at one."""
    if not found.lapsed:
        return found
    gone = ("score", "level", "sha256", "published", "interval_low", "interval_high", "level_probability", "level_held")
    left = dict.fromkeys(gone)
    return msgspec.structs.replace(found, status="withheld", reasons=[ENDED], **left)


async def stored(tx: TenantTx, result_id: UUID) -> Finding:
    """Return the finding exactly as it was written, withheld or not: nobody is shown this. Raises NotFound."""
    return await tx.one(Finding, FINDING, result_id)


async def finding_bytes(tx: TenantTx, result_id: UUID) -> Finding:
    """Return the finding exactly as it was written, with its sha256. Raises NotFound, Withheld."""
    found = await get(tx, result_id)
    if found.reasons:
        raise Withheld(
            f"the result is withheld ({', '.join(found.reasons)}): a processing ground it rests on is no longer in "
            "force; put one on record and start a new run"
        )
    return await stored(tx, result_id)


async def earlier(tx: TenantTx, run_id: UUID, scorers: list[str]) -> list[Earlier]:
    """Return what these scorers found in the same run; what is absent or withheld is unknown."""
    return await tx.all(Earlier, OF_RUN, run_id, scorers)
