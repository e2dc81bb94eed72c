"""Trends: one scorer's results over time, with what changed by more than chance and where the method did."""

from datetime import datetime
from typing import Annotated, Final

from litestar import get
from litestar.params import QueryParameter
from msgspec import Struct, structs

from kithline_api.deps import Db, TenantId
from kithline_api.moments import End, Start, vetted
from kithline_api.paths import ScorerKey
from kithline_api.routers import router as router_of
from kithline_core import ids
from kithline_core.db import results
from kithline_core.engine import series
from kithline_core.engine.series import Measured
from kithline_core.model.results import Result

# Ten years of months.
MOST: Final = 120

ByScope = Annotated[
    str | None, QueryParameter(name="scope_id", min_length=1, max_length=100, description="Of this version of a scope")
]


class Point(series.Point, frozen=True, kw_only=True):
    """A point with the result behind it."""

    result: str


class Trend(Struct, frozen=True):
    """A scorer's results for one scope, the earliest window first; of each window the newest result."""

    scorer: str
    scope_id: str | None
    points: list[Point]


@get("/trends/{scorer:str}", operation_id="readTrend", needs="results:read", refusals=["not_found"])
async def read(
    scorer: ScorerKey, db: Db, tenant_id: TenantId, start: Start = None, end: End = None, scope_id: ByScope = None
) -> Trend:
    """Return the series of a scorer: of the windows that reach past `from` and end by `to`, the latest 120.

    A point whose method differs from the one before names what differs and tells no change. Run the old data with the new
    method, or draw a bridge, before you compare across it.
    """
    span = vetted("from", start), vetted("to", end)
    scope = None if scope_id is None else ids.read("scope", scope_id)
    async with db.tenant(tenant_id) as tx:
        found = await results.series(tx, scorer, scope, *span, MOST)
    points = zip(series.points([_measured(one) for one in found]), found, strict=True)
    return Trend(
        scorer, scope_id, [Point(**structs.asdict(point), result=ids.show("result", one.id)) for point, one in points]
    )


def _measured(one: Result) -> Measured:
    return Measured(
        window=(_written(one.window_start), _written(one.window_end)), status=one.status, score=one.score,
        interval=one.interval, level=one.level, held=one.level_held, method=one.method or {},
    )  # fmt: skip


def _written(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


router = router_of("Results", "tenant", [read])
