"""Reads what a scorer asks for of a tenant and may read, and says what its finding then rests on."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from kithline_core.db import Database, TenantTx, questionnaires, results, rollups, scopes, sources, stale
from kithline_core.db.permission import Reader, Refusal
from kithline_core.engine import document
from kithline_core.engine.assemble import assemble
from kithline_core.engine.tables import Tables, moment
from kithline_core.engine.telling import ALL, Scope
from kithline_core.model.questionnaires import Questionnaire
from kithline_core.model.results import Earlier, Seen
from kithline_core.model.runs import Claimed
from kithline_core.plugins import ScorerSpec
from kithline_sdk.snapshot import DAY, Window

PAGE: Final = 200


class Readable(msgspec.Struct, frozen=True):
    """What a scorer may read of a scope, the floor of the grounds it comes under (0: of nobody), why nobody is in it."""

    tables: Tables
    floor: int
    refusal: Refusal | None
    basis: "Basis"
    scope: Scope


class Basis(msgspec.Struct, frozen=True):
    """What a finding rests on: grounds, input tables, and the instant at which the oldest of it was read.

    `seen` is what was there by then, `reach_start` the first moment that is read.
    """

    grounds: list[UUID]
    reads: list[str]
    at: datetime | None
    seen: Seen
    reach_start: datetime

    def joined(self, earlier: Sequence[Earlier]) -> "Basis":
        """Return it with what the earlier findings rest on, which this one read."""
        instants = [at for at in (self.at, *(one.snapshot_at for one in earlier)) if at is not None]
        return Basis(
            sorted({*self.grounds, *(ground for one in earlier for ground in one.grounds)}),
            sorted({*self.reads, *(table for one in earlier for table in one.reads)}),
            min(instants, default=None),
            self.seen,
            self.reach_start,
        )


async def read(db: Database, tenant_id: UUID, claimed: Claimed, spec: ScorerSpec, window: Window) -> Readable:
    """Return what a scorer asks for and may read, after touched days were rolled up again."""
    async with db.tenant(tenant_id) as tx:
        seen = await stale.seen(tx)
    await rollups.catch_up(db, tenant_id)
    wanted = {one.table for one in spec.inputs}
    if "items" in wanted:
        wanted.add("answers")  # they say which versions of a questionnaire are in use
    reach = Window(window.start - spec.lookback_days * DAY, window.end)
    async with db.tenant(tenant_id, frozen=True) as tx:
        reader = Reader(spec.key, spec.modes)
        found = await sources.load(tx, wanted, reach, scope_id=claimed.scope_id, reader=reader)
        scope = await counted(tx, claimed.scope_id)
        own = await every_questionnaire(tx) if "items" in wanted else []
    # Off the loop, which has to send heartbeats however large a tenant is.
    tables = await asyncio.to_thread(assemble, found.data, own)
    basis = Basis(found.grounds, stale.rested_on(wanted), found.at, seen, moment(reach.start))
    return Readable(tables, found.floor, found.refusal, basis, scope)


async def counted(tx: TenantTx, scope_id: UUID | None) -> Scope:
    """Return which communities and channels a scope counts. Raises NotFound."""
    scope = None if scope_id is None else await scopes.get(tx, scope_id)
    return ALL if scope is None else Scope(scope.communities, scope.channels)


async def every_questionnaire(tx: TenantTx) -> list[Questionnaire]:
    """Return all questionnaires of a tenant."""
    found: list[Questionnaire] = []
    while len(page := await questionnaires.page(tx, _after(found), PAGE)) == PAGE:
        found += page
    return found + page


def _after(found: list[Questionnaire]) -> tuple[str, str]:
    return (found[-1].questionnaire, found[-1].version) if found else ("", "")


async def findings(db: Database, tenant_id: UUID, claimed: Claimed) -> list[Earlier]:
    """Return the run's earlier findings that are not withheld, in the order the scorer names them."""
    if not claimed.after:
        return []
    async with db.tenant(tenant_id) as tx:
        found = await results.earlier(tx, claimed.run_id, claimed.after)
    by_scorer = {document.decode(one.document).scorer: one for one in found}
    return [by_scorer[key] for key in claimed.after if key in by_scorer]
