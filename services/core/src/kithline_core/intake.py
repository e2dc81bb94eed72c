"""Takes rows in, through whichever door they came: verbs are known, clocks set right, conflicts explained."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, cast

import msgspec

from kithline_core import clocks
from kithline_core.db import TenantTx, batches, conflicts, verbs
from kithline_core.model.rows import EventRow, Row
from kithline_core.model.verdicts import Verdict

Upsert = Callable[[TenantTx, Any], Awaitable[list[Verdict]]]


class Taken(msgspec.Struct, frozen=True):
    """One verdict per row, and by how many seconds the clock of a source was ahead and set back."""

    verdicts: list[Verdict]
    clocks: dict[str, float] = {}


async def take(
    tx: TenantTx, upsert: Upsert, rows: Sequence[Row], *, batch: str | None = None, arrived: datetime | None = None
) -> Taken:
    """Hand rows of one file to its upsert, under a batch's name if they have one. Raises NoGround.

    `arrived` is when they came straight from their source; without it (an import) their times are taken as they stand.
    """
    if batch is not None:
        await batches.under(tx, batch)
    if not rows or not isinstance(rows[0], EventRow):
        return Taken(await upsert(tx, rows))
    return await _events(tx, upsert, cast("Sequence[EventRow]", rows), arrived)


async def _events(tx: TenantTx, ingest: Upsert, rows: Sequence[EventRow], arrived: datetime | None) -> Taken:
    clocked = clocks.Clocked(rows, {}, {}) if arrived is None else clocks.corrected(rows, arrived)
    seconds = {name: round(by.total_seconds(), 3) for name, by in clocked.ahead.items()}
    refused = {**clocked.refused, **await verbs.refused(tx, rows)}
    if not refused:
        return Taken(await conflicts.explained(tx, clocked.rows, await ingest(tx, clocked.rows)), seconds)
    kept = [index for index in range(len(rows)) if index not in refused]
    right = [clocked.rows[index] for index in kept]
    stored = await conflicts.explained(tx, right, await ingest(tx, right))
    told = {kept[one.index]: msgspec.structs.replace(one, index=kept[one.index]) for one in stored}
    return Taken([refused.get(index) or told[index] for index in range(len(rows))], seconds)
