"""For operators: how plugin versions fared in this installation."""

from typing import Annotated, Final

from litestar import get
from litestar.params import QueryParameter
from msgspec import Struct

from kithline_api import moments
from kithline_api.deps import Db
from kithline_api.routers import router as router_of
from kithline_core.counting import summing
from kithline_core.counting.summing import Summary
from kithline_core.model.counters import Period

_DAY: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
Since = Annotated[
    str | None, QueryParameter(pattern=_DAY, description="From this day on (UTC); unless said four weeks ago")
]
By = Annotated[Period, QueryParameter(description="Cut by what")]
OfPlugin = Annotated[str | None, QueryParameter(min_length=1, max_length=200, description="Of this plugin")]
OfVersion = Annotated[str | None, QueryParameter(min_length=1, max_length=100, description="Of this version")]


class PluginCounters(Struct, frozen=True):
    """Attempts by plugin version, scorer and period, the earliest first; over all tenants, none of which is named."""

    data: list[Summary]


@get("/plugin-counters", operation_id="listPluginCounters", refusals=["invalid"])
async def listed(
    db: Db, since: Since = None, by: By = "all", plugin: OfPlugin = None, version: OfVersion = None
) -> PluginCounters:
    """Return how often plugin versions were run, what came of it, in which tiers and how long it took.

    It is for whoever runs the installation: few tenants may stand behind a figure. What a plugin's publisher may have is
    what `kithline plugins counters --export` writes.
    """
    async with db.platform() as tx:
        return PluginCounters(await summing.read(tx, moments.day("since", since), by, plugin, version))


router = router_of("Plugins", "operator", [listed])
