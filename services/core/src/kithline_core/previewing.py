"""Says what a scope would count before anybody scores with it, as far as that may be said beside what was said before."""

import asyncio
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from kithline_core import ids, publication
from kithline_core.db import Database, changes, publications, rollups, scopes, sources
from kithline_core.db.permission import Permitted
from kithline_core.engine import snapshot, telling
from kithline_core.engine.assemble import assemble
from kithline_core.engine.keys import GENERAL
from kithline_core.engine.tables import Tables, micros
from kithline_core.model.scopes import Counted, NotCounted, Preview, Scope
from kithline_core.plugins import Input, ScorerSpec
from kithline_core.settings import Settings
from kithline_sdk.snapshot import Window

# A preview is held against earlier previews as a scorer's findings are: by what it reads.
READS: Final = ScorerSpec(
    key="scope.preview",
    version="1.0.0",
    title={"en": "What a scope counts"},
    question={"en": "How many events and people does a scope count?"},
    unit="none",
    aggregation="none",
    levels=[],
    window_days=90,
    inputs=[
        Input(table="activity_day", columns=["actor", "count"]),
        Input(table="tie_day", columns=["actor", "target", "count"]),
    ],
    not_for=[],
)
_TABLES: Final = ("activity_day", "communities", "tie_day")


class _Read(msgspec.Struct, frozen=True):
    scope: Scope
    found: Permitted


async def preview(
    db: Database, tenant_id: UUID, scope_id: UUID, span: tuple[datetime, datetime], settings: Settings
) -> Preview:
    """Return what a version of a scope counts, and what the version before it did. Raises NotFound."""
    window = Window(micros(span[0]), micros(span[1]))
    await rollups.catch_up(db, tenant_id)
    async with db.tenant(tenant_id, frozen=True) as tx:
        scope = await scopes.get(tx, scope_id)
        earlier = await scopes.before(tx, scope)
        read = [
            _Read(one, await sources.load(tx, _TABLES, window, scope_id=one.id))
            for one in (earlier, scope)
            if one is not None
        ]
        hidden = await changes.sensitive_ones(tx)
    counted = [await _counted(db, tenant_id, one, window, settings) for one in read]
    places = _places(read[-1])
    return Preview(
        scope=scope.scope, version=scope.version, window=span, channels=scope.channels, not_counted=_left(scope, places, hidden),
        communities=None if scope.communities is None else sorted(places), counted=counted[-1],
        before=counted[0] if len(counted) > 1 else None,
    )  # fmt: skip


def _places(read: _Read) -> set[str]:
    return {str(community) for community in read.found.data["communities"]["community"]}


def _left(scope: Scope, places: set[str], hidden: frozenset[str]) -> list[NotCounted]:
    missing = sorted(set(scope.communities or ()) - places)
    return [NotCounted(community=one, reason="sensitive" if one in hidden else "unknown") for one in missing]


async def _counted(db: Database, tenant_id: UUID, read: _Read, window: Window, settings: Settings) -> Counted:
    """Count, unless that would tell of fewer people than the floor, by itself or beside what was told before."""
    floor = max(read.found.floor, GENERAL["floor"])
    tables = await asyncio.to_thread(assemble, read.found.data, [])
    counts = telling.Scope(read.scope.communities, read.scope.channels)
    look = await publication.look(db, tenant_id, READS, tables, window, floor, settings, counts)
    async with db.tenant(tenant_id) as tx:
        await publications.alone(tx, READS.key)
        look = await publication.compared(tx, look)
        await publication.store(tx, look, ids.new())
    if look.why is not None:
        return Counted(version=read.scope.version, events=None, people=None, withheld=look.why[0])
    events, people = _sums(tables, window)
    return Counted(
        version=read.scope.version, events=rounded(events, floor), people=rounded(people, floor), withheld=None
    )


def _sums(tables: Tables, window: Window) -> tuple[int, int]:
    activity, ties = snapshot.chosen(READS, tables, window)
    people = {*activity.texts("actor"), *ties.texts("actor"), *ties.texts("target")}
    return sum(activity.ints("count").tolist()), len(people)


def rounded(number: int, floor: int) -> int:
    """Return a count to two digits, and to a multiple of the floor at least."""
    step: int = max(floor, 10 ** (len(str(number)) - 2))
    return (number + step // 2) // step * step
