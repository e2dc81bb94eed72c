"""Writes down by what a result's events are listed, before they are: from then on no list divides their days otherwise."""

from uuid import UUID

from kithline_core.db import Database, told
from kithline_core.engine.lineage import EVENTS
from kithline_core.engine.listable import TOLD
from kithline_core.model.evidence import Division
from kithline_core.questions import tracing


async def claim(db: Database, tenant_id: UUID, result_id: UUID, measure: str | None) -> None:
    """Write it down where a measure's events may be listed but for that; else nothing. Raises NotFound, Withheld."""
    if measure is None:
        return
    async with db.tenant(tenant_id) as tx:
        found = await tracing.base(tx, result_id, measure)
        for one in found.shown.lineage:
            if one.table != EVENTS or await tracing.held_back(tx, found, one) != TOLD:
                continue
            days = tracing.days(one)
            if isinstance(split := await tracing.division(tx, found, days), Division):
                await told.add(tx, days, split)
