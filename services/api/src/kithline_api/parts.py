"""Parts of imports: as many whole lines as a part has, and where the next part has to begin."""

import asyncio
import time
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

import msgspec

from kithline_api import formats, rejects
from kithline_api.bulk import NOT_TAKEN, Batch, gather
from kithline_api.fields import FieldError
from kithline_api.formats import Line
from kithline_api.tables import Table
from kithline_core import intake
from kithline_core.dataset.cut import BOM, Cut
from kithline_core.db import TenantTx, imports
from kithline_core.errors import Invalid
from kithline_core.intake import Taken
from kithline_core.model.imports import MOST_REJECTS, Counts, Import, Reject, Step
from kithline_core.model.rows import Row

# Bytes of a part, as it came and unpacked.
PART_BYTES: Final = 8_000_000


class Part(msgspec.Struct, frozen=True):
    """What a part holds: its rows and the faults of its other lines, and how it moves the import along."""

    step: Step
    batch: Batch[Any]


class _Found(msgspec.Struct, frozen=True):
    step: Step
    lines: list[Line]


async def read(one: Import, body: bytes, kind: type[Row], most: int) -> Part:
    """Return the whole lines of a part that begins where its import stands, at most so many.

    Raises Invalid for bytes behind the file's end, InvalidBody for a header that is none.
    """
    if one.position + len(body) > one.bytes:
        raise Invalid(f"the import has {one.bytes} bytes, and the part ends behind them")
    found = await asyncio.to_thread(_cut, one, body, kind, most)
    row = formats.csv_row if one.format == "csv" else formats.json_row
    return Part(found.step, await gather(found.lines, row, kind, most_errors=MOST_REJECTS))


def _cut(one: Import, body: bytes, kind: type[Row], most: int) -> _Found:
    bare = body.removeprefix(BOM) if one.position == 0 else body
    cut = Cut(bare, one.lines, whole=one.position + len(body) == one.bytes, skipping=one.skipping)
    header = one.header
    if one.format == "csv" and header is None:
        header = formats.csv_header(cut, kind)
        if header is None:
            return _Found(_step(one, 0, cut, None), [])
    lines = list(islice(_lines(cut, header), most))
    return _Found(_step(one, cut.at + len(body) - len(bare), cut, header), lines)


def _lines(cut: Cut, header: list[str] | None) -> Iterator[Line]:
    if header is not None:
        return formats.csv_records(cut, header)
    return ((piece.line, piece.fault or piece.content) for piece in cut.ndjson())


def _step(one: Import, taken: int, cut: Cut, header: list[str] | None) -> Step:
    return Step(start=one.position, end=one.position + taken, lines=cut.lines, header=header, skipping=cut.skipping)


async def take(tx: TenantTx, one: Import, table: Table, part: Part, began: float) -> Import:
    """Write the rows of a part, with the place they reach to and what became of its lines.

    Raises WrongOffset or Conflict when the import moved meanwhile, NoGround.
    """
    before = await imports.move(tx, one.id, part.step)
    # Where a part begins must not decide whether its lines are refused one by one or stop the import.
    upsert = (table.go_on if one.accepted + one.duplicates else None) or table.upsert
    taken = await intake.take(tx, upsert, part.batch.rows, batch=one.batch)
    told = _rejects(part.batch, taken, table)
    counts = _counts(part.batch, taken, time.monotonic() - began)
    return await imports.count(tx, one.id, before, counts, told)


def _rejects(batch: Batch[Any], taken: Taken, table: Table) -> list[Reject]:
    refused = [
        FieldError(one.pointer or "", one.code or one.status, "", batch.numbers[one.index])
        for one in taken.verdicts
        if one.status in NOT_TAKEN
    ]
    return sorted(rejects.of([*batch.faults, *refused], table.kind), key=lambda one: one.line)


def _counts(batch: Batch[Any], taken: Taken, seconds: float) -> Counts:
    fates = [one.status for one in taken.verdicts]
    return Counts(
        accepted=fates.count("accepted") + fates.count("updated"),
        updated=fates.count("updated"),
        duplicates=fates.count("duplicate"),
        conflicts=fates.count("conflict"),
        rejected=fates.count("rejected") + len(batch.rejected),
        seconds=seconds,
    )
