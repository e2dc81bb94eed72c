"""Decides whether a finding may be shown beside all that was shown before, and remembers what was (see docs/concepts.md).

What is about to be published is held against nothing and against every earlier publication of the same scorer, whatever
its scope, window or parameters. People count who were there when the scorer was first published, or were met four weeks
ago: whoever is newer may have been made up to cover somebody.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
import numpy as np

from kithline_core.db import Database, TenantTx, publications, rights
from kithline_core.db.publications import History, NewSketch, Sample, Whole
from kithline_core.engine import difference, facts
from kithline_core.engine.facts import NONE, Facts, Words
from kithline_core.engine.tables import Tables
from kithline_core.plugins import ScorerSpec
from kithline_sdk.snapshot import Window

SEASON: Final = 28  # days
SAMPLE: Final = 4_096  # facts, about
_WAIT: Final = (
    "beside what was published before, or by itself, this finding would tell of fewer people than the privacy floor; "
    "wait until more has changed, or count more people, and start a new run"
)
_LATER: Final = (
    f"as many different snapshots of this scorer as are allowed were published within {SEASON} days; "
    "wait until the oldest of them is older, or run again what was published before"
)
FEW: Final = ("differencing", _WAIT)
SPENT: Final = ("snapshot_budget", _LATER)


class Look(msgspec.Struct, frozen=True):
    """A snapshot's facts on their way to being published; `passed` are sketches it was held against, `why` a refusal."""

    scorer: str
    facts: Facts = NONE
    floor: int = 0
    budget: int = 0
    passed: frozenset[UUID] = frozenset()
    why: tuple[str, str] | None = None


async def look(
    db: Database, tenant_id: UUID, spec: ScorerSpec, tables: Tables, window: Window, floor: int, budget: int
) -> Look:
    """Return a snapshot's facts, held against all that was published before it."""
    async with db.tenant(tenant_id) as tx:
        secret = await rights.secret(tx)
    # Off the loop, which has to send heartbeats however large a tenant is.
    found = await asyncio.to_thread(facts.facts, spec, tables, window, secret)
    async with db.tenant(tenant_id, frozen=True) as tx:
        return await compared(tx, Look(spec.key, found, floor, budget))


async def compared(tx: TenantTx, asked: Look) -> Look:
    """Return the look after it was held against what it was not held against yet; `why` is set when it may not be shown.

    Before it is stored, call this once more under `publications.alone`.
    """
    if asked.why is not None or not asked.facts.size or await _published(tx, asked):
        return asked
    history = await publications.history(tx, asked.scorer, SEASON)
    known = None if history.first_at is None else await _known(tx, history, history.first_at)
    if difference.withheld(NONE, asked.facts, asked.floor, known):
        return msgspec.structs.replace(asked, why=FEW)
    if known is None:
        return asked
    if history.lately >= asked.budget:
        return msgspec.structs.replace(asked, why=SPENT)
    earlier = await publications.earlier(tx, asked.scorer, asked.passed)
    why = FEW if await _too_near(tx, asked, earlier, known) else None
    return msgspec.structs.replace(asked, why=why, passed=asked.passed | {one.id for one in earlier})


async def store(tx: TenantTx, asked: Look, result_id: UUID) -> None:
    """Remember what was published, and whom it was the first to meet: newcomers of what was withheld age too."""
    if not asked.facts.size:
        return
    met = facts.words(await publications.met(tx))
    if len(new := np.setdiff1d(asked.facts.people, met)):
        await publications.meet(tx, new.astype(">u8").tobytes())
    if asked.why is None:
        sketch = await asyncio.to_thread(sketched, asked.facts)
        await publications.store(tx, asked.scorer, result_id, asked.floor, sketch)


def sketched(found: Facts) -> NewSketch:
    """Return facts as they are kept."""
    thinning = max(0, (found.size // SAMPLE).bit_length() - 1)
    return NewSketch(
        digest=found.digest(), thinning=thinning, sample=Whole(*found.thinned(thinning).encode()),
        whole=Whole(*found.encode()),
    )  # fmt: skip


async def _published(tx: TenantTx, asked: Look) -> bool:
    return await publications.same(tx, asked.scorer, asked.facts.digest()) is not None


async def _known(tx: TenantTx, history: History, first_at: datetime) -> Words:
    until = max(first_at, history.now - timedelta(days=SEASON))
    return facts.words(await publications.met(tx, until))


async def _too_near(tx: TenantTx, asked: Look, earlier: Sequence[Sample], known: Words) -> bool:
    """Say whether one of these may not be shown beside it; samples decide where they can, which spares the rest."""
    thinned = {bits: asked.facts.thinned(bits) for bits in {one.thinning for one in earlier}}
    for one in earlier:
        floor = max(asked.floor, one.floor)
        if await asyncio.to_thread(_clear, one, thinned[one.thinning], floor, known):
            continue
        whole = await publications.whole(tx, one.id)
        before = Facts.decode(whole.people, whole.facts)
        if await asyncio.to_thread(difference.withheld, before, asked.facts, floor, known):
            return True
    return False


def _clear(one: Sample, part: Facts, floor: int, known: Words) -> bool:
    # The sample was drawn when renamed people had other names: today's would not be the same.
    sure = np.setdiff1d(known, facts.words(one.renamed))
    return difference.clear(Facts.decode(one.sample_people, one.sample), part, floor, sure)
