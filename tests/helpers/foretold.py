"""Results that say how sure their level is, stored as a worker stores them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from helpers.indices import finding
from kithline_core.db import Database, runs, tasks
from kithline_core.model.results import NewResult
from kithline_core.model.runs import NewRun, Pinned

SUPPLY = "supply.collaboration"
FIRST = datetime(2024, 1, 1, tzinfo=UTC)
METHOD = {"version": "1.0.0", "parameters": "a", "word_lists": "", "engine": "1"}


async def said(
    db: Database, tenant: UUID, days: float, level: int | None = 2, probability: float | None = 0.9, **more: Any
) -> UUID:
    """Store a result whose window ends so many days after the first, and return its id."""
    end, length = FIRST + timedelta(days=days), more.pop("length", 90)
    version, scope = more.pop("version", "1.0.0"), more.pop("scope", None)
    grounds, drivers = more.pop("grounds", []), more.pop("drivers", [])
    pinned = Pinned(
        scorer=SUPPLY, version=version, plugin="kithline-supply", plugin_version="1.0.0",
        window_start=end - timedelta(days=length), window_end=end,
    )  # fmt: skip
    new = NewResult(
        scorer=SUPPLY, version=version, status="ok", key="sha256:0", score=60.0, interval=(50.0, 70.0), level=level,
        level_probability=probability, method={**METHOD, "version": version, **more}, grounds=grounds,
        document=finding(SUPPLY, version=version, drivers=drivers),
    )  # fmt: skip
    async with db.tenant(tenant) as tx:
        run = await runs.insert(tx, NewRun(intended_use="research", tasks=[pinned], scope_id=scope))
        (task,) = await runs.tasks(tx, run.id)
        done = await tasks.finish(tx, await tasks.claim(tx, task.id, "a test", 30.0), new)
    assert done is not None
    return done.id
