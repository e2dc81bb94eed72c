"""Workers, as they said how strongly they shut plugins in: at their start, and with each task after a while."""

from kithline_core.db.database import Tx
from kithline_core.model.workers import Worker

SEEN = """
    insert into workers (worker, tier, missing)
    values ($1, $2, $3)
        on conflict (worker) do update
       set tier = excluded.tier, missing = excluded.missing, seen_at = now()
"""

GONE = "delete from workers where worker = $1 or seen_at < now() - make_interval(days => 7)"

PAGE = """
    select worker, tier, missing, seen_at
      from workers
     where seen_at > now() - make_interval(days => 1)
     order by worker
"""


async def seen(tx: Tx, worker: str, tier: str, missing: dict[str, str]) -> None:
    """Say what a worker gives."""
    await tx.run(SEEN, worker, tier, missing)


async def gone(tx: Tx, worker: str) -> None:
    """Forget a worker that ends, and those that did not say that they did."""
    await tx.run(GONE, worker)


async def page(tx: Tx) -> list[Worker]:
    """Return those that were seen within a day."""
    return await tx.all(Worker, PAGE)
