"""Decides whether something may be shown beside all that was shown before, and remembers what was (see docs/concepts.md).

What is about to be published is held against nothing and against every earlier publication of the same scorer, whatever
its scope, window or parameters. People count who were there when the scorer was first published, or were met four weeks
ago (`newcomer_days`): whoever is newer may have been made up to cover somebody.
"""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
import numpy as np

from kithline_core.db import Database, TenantTx, publications, rights
from kithline_core.db.publications import Bytes, Earlier, History
from kithline_core.engine import difference, facts, telling
from kithline_core.engine.alone import FEW
from kithline_core.engine.difference import Parts
from kithline_core.engine.facts import CELL, NONE, Block, Cells, Facts, Selection, Words
from kithline_core.engine.tables import Tables
from kithline_core.engine.telling import ALL, Scope
from kithline_core.plugins import ScorerSpec
from kithline_core.settings import Settings
from kithline_sdk.snapshot import Window

SEASON: Final = 28  # days
AT_ONCE: Final = 16  # blocks read at a time, until there are enough
_LATER: Final = (
    f"as many different snapshots of this scorer as are allowed were published within {SEASON} days; "
    "wait until the oldest of them is older, or run again what was published before"
)
SPENT: Final = ("snapshot_budget", _LATER)


class Look(msgspec.Struct, frozen=True):
    """A snapshot's facts on their way to being shown; `passed` are those it was held against, `why` a refusal."""

    scorer: str
    facts: Facts = NONE
    floor: int = 0
    settings: Settings = Settings()
    passed: frozenset[bytes] = frozenset()
    why: tuple[str, str] | None = None


class _Against(msgspec.Struct, frozen=True):
    """What a snapshot is held against: who counts, and blocks that were read already."""

    known: Words
    blocks: dict[int, Block]


async def look(
    db: Database, tenant_id: UUID, spec: ScorerSpec, tables: Tables, window: Window, floor: int, settings: Settings,
    scope: Scope = ALL,
) -> Look:  # fmt: skip
    """Return a snapshot's facts, held against all that was published before it."""
    async with db.tenant(tenant_id) as tx:
        secret = await rights.secret(tx)
    # Off the loop, which has to send heartbeats however large a tenant is.
    found = await asyncio.to_thread(telling.read, spec, tables, window, secret, scope)
    async with db.tenant(tenant_id, frozen=True) as tx:
        return await compared(tx, Look(spec.key, found, floor, settings))


async def compared(tx: TenantTx, asked: Look) -> Look:
    """Return the look after it was held against what it was not held against yet; `why` is set when it may not be shown.

    Before it is stored, call this once more under `publications.alone`.
    """
    if asked.why is not None or not asked.facts.size or await publications.same(tx, asked.scorer, asked.facts.digest()):
        return asked
    history = await publications.history(tx, asked.scorer, SEASON)
    known = None if history.first_at is None else await _known(tx, asked.settings, history, history.first_at)
    if difference.withheld(NONE, asked.facts, asked.floor, known):
        return msgspec.structs.replace(asked, why=FEW)
    if known is None:
        return asked
    if history.lately >= asked.settings.snapshot_budget:
        return msgspec.structs.replace(asked, why=SPENT)
    earlier, against = await publications.earlier(tx, asked.scorer, asked.passed), _Against(known, {})
    for one in earlier:
        if not await _apart(tx, asked, one, against):
            return msgspec.structs.replace(asked, why=FEW)
    return msgspec.structs.replace(asked, passed=asked.passed | {one.digest for one in earlier})


async def store(tx: TenantTx, asked: Look, publication_id: UUID) -> None:
    """Remember what is shown, and whom it was the first to meet: newcomers of what is withheld age too."""
    if not asked.facts.size:
        return
    met = facts.words(await publications.met(tx))
    here = asked.facts.people() if len(met) else await _everybody(tx)
    if len(new := np.setdiff1d(here, met)):
        await publications.meet(tx, new.astype(">u8").tobytes())
    if asked.why is None:
        held = {name: Bytes(*block.encode()) for name, block in asked.facts.blocks.items()}
        await publications.store(tx, asked.scorer, publication_id, _kept(asked), held)


async def _everybody(tx: TenantTx) -> Words:
    """Return all who are in the data when anything is published first, whatever that counts."""
    secret, names = await rights.secret(tx), await publications.everybody(tx)
    return await asyncio.to_thread(lambda: np.array([facts.person(secret, name) for name in names], np.uint64))


def _kept(asked: Look) -> Earlier:
    first, last, communities, channels = asked.facts.selection
    return Earlier(
        digest=asked.facts.digest(), first_day=first, last_day=last, cells=asked.facts.cells.tobytes(), floor=asked.floor,
        communities=None if communities is None else sorted(communities),
        channels=None if channels is None else sorted(channels),
    )  # fmt: skip


def _read(one: Earlier, blocks: dict[int, Block]) -> Facts:
    named = (None if found is None else frozenset(found) for found in (one.communities, one.channels))
    return Facts(np.frombuffer(one.cells, CELL), blocks, Selection(one.first_day, one.last_day, *named))


async def _known(tx: TenantTx, settings: Settings, history: History, first_at: datetime) -> Words:
    until = max(first_at, history.now - timedelta(days=settings.newcomer_days))
    return np.unique(facts.words(await publications.met(tx, until)))


async def _apart(tx: TenantTx, asked: Look, one: Earlier, against: _Against) -> bool:
    """Say whether both may be shown. Blocks are read as far as they are needed."""
    floor, known, blocks = max(asked.floor, one.floor), against.known, against.blocks
    found = await asyncio.to_thread(difference.parts, _read(one, blocks), asked.facts)
    await _fetch(tx, found.before, blocks)
    if not await asyncio.to_thread(_enough, found, asked.facts.blocks, floor, against):
        return False
    for cells in _few_first(found.gone):
        await _fetch(tx, cells, blocks)
        if difference.together_enough(difference.side(cells, blocks), floor, known):
            return True
    return not len(found.gone)


def _enough(found: Parts, blocks: Mapping[int, Block], floor: int, against: _Against) -> bool:
    sides = difference.changed(found, against.blocks, blocks)
    new = difference.side(found.new, blocks)
    return difference.apart_enough(sides, floor, against.known) and difference.together_enough(
        new, floor, against.known
    )


def _few_first(cells: Cells) -> Iterator[Cells]:
    """Yield some cells about what people did, which mostly are enough, then all there are."""
    acts = cells[cells["belongs"] == 0]
    if len(cells) > AT_ONCE and len(acts):
        yield acts[:AT_ONCE]
    if len(cells):
        yield cells


async def _fetch(tx: TenantTx, cells: Cells, blocks: dict[int, Block]) -> None:
    lacking = set(cells["block"].tolist()) - blocks.keys()
    if lacking:
        found = await publications.blocks(tx, lacking)
        blocks |= {name: Block.decode(*kept) for name, kept in found.items()}
