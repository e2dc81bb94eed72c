"""Control points of curves as an operator announced them. They are of no tenant, and old ones stay."""

from kithline_core.db.database import TenantTx, Tx
from kithline_core.db.lapsing import lapsed
from kithline_core.model.calibration import Control
from kithline_core.model.shapes import Stored

# The newest finding of each scorer over the whole tenant, unless it rests on a ground that ended.
NEWEST = f"""
    select distinct on (scorer) finding as document
      from results
     where tenant_id = $1 and scope_id is null and score is not null and not {lapsed("results")}
     order by scorer, window_end desc, result_id desc
"""

KEPT = """
    select scorer, version, driver, median, ninetieth, tenants, announced_on
      from curve_points
     order by scorer, version, driver, announced_on
"""

ANNOUNCE = """
    insert into curve_points (scorer, version, driver, announced_on, median, ninetieth, tenants)
    values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (scorer, version, driver, announced_on) do nothing
"""


class _Row(Stored, Control, frozen=True):
    scorer: str
    version: str
    driver: str


async def newest(tx: TenantTx) -> list[bytes]:
    """Return the newest finding of each of a tenant's scorers."""
    return [row["document"] for row in await tx.rows(NEWEST)]


async def kept(tx: Tx) -> dict[tuple[str, str, str], list[Control]]:
    """Return all points that were announced by scorer, version and driver, the oldest first."""
    found: dict[tuple[str, str, str], list[Control]] = {}
    for row in await tx.all(_Row, KEPT):
        one = Control(
            median=row.median, ninetieth=row.ninetieth, tenants=row.tenants, announced_on=row.announced_on
        )  # fmt: skip
        found.setdefault((row.scorer, row.version, row.driver), []).append(one)
    return found


async def announce(tx: Tx, scorer: str, version: str, driver: str, new: Control) -> None:
    """Keep new points beside the old ones."""
    await tx.run(ANNOUNCE, scorer, version, driver, new.announced_on, new.median, new.ninetieth, new.tenants)
