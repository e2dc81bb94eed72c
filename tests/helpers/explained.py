"""A tenant of three departments that talk, and results of it that are computed as a worker computes them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any
from uuid import UUID

from helpers import work
from kithline_core import plugins, scoring
from kithline_core.db import Database, people, runs, ties
from kithline_core.model.results import Result
from kithline_core.model.rows import PersonRow, TieRow
from kithline_core.model.runs import NewRun, Pinned
from kithline_core.sandbox import Sandbox
from kithline_core.settings import Settings

SILOS = "silos.internal"
END = datetime(2026, 1, 1, tzinfo=UTC)
DEPARTMENTS = ("buying", "making", "selling")
STAFF = [f"{name}-{number:02}" for name in DEPARTMENTS for number in range(14)]
SETTINGS = Settings()


def member(person: str, department: str | None = None) -> PersonRow:
    """Return an employee of a department, by their name's unless another is named."""
    return PersonRow(
        person=person, group="employee", organisation="acme", department=department or person.partition("-")[0]
    )


def pairs(take: int, of: int = 7) -> list[tuple[str, str]]:
    """Return every so many-th pair of people of one department, and of others half as many."""
    found = [pair for number, pair in enumerate(combinations(STAFF, 2)) if number % of == take]
    return [pair for place, pair in enumerate(found) if place % 2 or pair[0][:4] == pair[1][:4]]


async def send(db: Database, tenant: UUID, found: Sequence[tuple[str, str]], count: int = 3) -> None:
    """Send ties."""
    async with db.tenant(tenant) as tx:
        await ties.upsert(tx, [TieRow(actor=one, target=other, count=count) for one, other in found])


async def talking(db: Database) -> UUID:
    """Make a tenant whose people have ties."""
    tenant = await work.provision(db)
    async with db.tenant(tenant) as tx:
        await people.upsert(tx, [member(one) for one in STAFF])
    await send(db, tenant, pairs(0))
    return tenant


async def scored(
    db: Database, sandbox: Sandbox, tenant: UUID, scorer: str = SILOS, days: int = 0, **more: Any
) -> Result:
    """Return a result of a run of one scorer whose window ends so many days later."""
    plugin, spec = plugins.installed().find(scorer)
    end, scope = END + timedelta(days=days), more.pop("scope_id", None)
    pinned = Pinned(
        scorer=spec.key, version=spec.version, plugin=plugin.manifest.plugin, plugin_version=plugin.manifest.version,
        window_start=end - timedelta(days=90), window_end=end, **more,
    )  # fmt: skip
    async with db.tenant(tenant) as tx:
        run = await runs.insert(tx, NewRun(intended_use="self_assessment", tasks=[pinned], scope_id=scope))
        (task,) = await runs.tasks(tx, run.id)
    done = await scoring.perform(db, sandbox, SETTINGS, tenant, task.id)
    assert done is not None
    return done
