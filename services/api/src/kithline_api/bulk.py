"""Reads batches line by line, so that one bad line costs itself alone, and reports what became of each."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any, Final, Generic, TypeVar

import msgspec
from litestar.exceptions import HTTPException

from kithline_api import formats, quick
from kithline_api.bodies import InvalidBody, Malformed, StrictRequest
from kithline_api.fields import FieldError
from kithline_api.formats import Line
from kithline_api.media import NDJSON
from kithline_api.packing import unpacked
from kithline_core.errors import Invalid
from kithline_core.intake import Taken
from kithline_core.model.rows import EventRow, Row
from kithline_core.model.verdicts import Difference, Verdict, VerdictStatus

R = TypeVar("R", bound=Row)
# Seconds of decoding before other requests get their turn.
_TURN: Final = 0.02
# Bytes from which on a body is cut beside the loop.
_LARGE: Final = 262_144
_ERRORS_PER_LINE: Final = 5
# Lines of events that are read together: one millisecond, and then whoever heard from the database has a turn.
_AT_ONCE: Final = 500
MOST_ERRORS: Final = 1_000
# What became of lines that the report names.
NOT_TAKEN: Final = ("conflict", "rejected")


class How(msgspec.Struct, frozen=True, kw_only=True):
    """How a batch is to be taken: for trial, whole or not at all, under which name, how it is reported, since when."""

    dry_run: bool = False
    atomic: bool = False
    batch: str | None = None
    every: bool = False
    shows: bool = False
    arrived: datetime | None = None


class LineFault(FieldError, frozen=True, omit_defaults=True):
    """A fault of a line; of a conflict also in what the line differs from what is here."""

    diff: list[Difference] | None = None


class LineVerdict(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one line; where it was not taken, the first reason."""

    line: int
    status: VerdictStatus
    pointer: str | None = None
    code: str | None = None
    message: str | None = None
    diff: list[Difference] | None = None


class Report(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of a batch. `accepted` counts new and changed lines; `errors` names up to 1,000 faults by line.

    `clocks` says of which sources the clock was ahead, and by how many seconds it was set back. `verdicts` has every
    line, where that was asked for.
    """

    accepted: int
    updated: int
    duplicates: int
    conflicts: int
    rejected: int
    dry_run: bool
    errors: list[LineFault]
    clocks: dict[str, float] = {}
    verdicts: list[LineVerdict] | None = None


class Refusal(Invalid):
    """The batch as a whole was refused for its lines; `errors` names them."""

    def __init__(self, detail: str, errors: Sequence[FieldError]) -> None:
        super().__init__(detail)
        self.errors = list(errors)


class AllRejected(Refusal):
    """No line of the batch could be taken."""

    code = "all_rejected"


class NotAllTaken(Refusal):
    """A line could not be taken, and the batch was to be taken whole or not at all."""

    code = "not_all_taken"


class Batch(msgspec.Struct, Generic[R], frozen=True):
    """The lines that fit their type, with their numbers (from 1), the faults of the others, and their numbers."""

    numbers: list[int]
    rows: list[R]
    faults: list[FieldError]
    rejected: list[int]


async def read(request: StrictRequest, kind: type[R], most: int, cap: int, *, every: bool = False) -> Batch[R]:
    """Return the batch of a request: at most so many lines, at most so many bytes uncompressed.

    `every`: with a fault of every bad line, however many there are. Raises Malformed when the whole cannot be cut into
    lines, InvalidBody, TooLarge, or 413.
    """
    form = formats.of(request.content_type[0])
    body = await unpacked(request, cap)
    cut = partial(list[Line], islice(form.cut(body, kind), most + 1))
    # Lines are found at once; only what has to be read to be cut is cut elsewhere.
    lines = await asyncio.to_thread(cut) if len(body) > _LARGE and form is not formats.of(NDJSON) else cut()
    if len(lines) > most:
        raise HTTPException(status_code=413)
    return await gather(lines, form.row, kind, most_errors=most * _ERRORS_PER_LINE if every else MOST_ERRORS)


async def gather(
    lines: Iterable[Line], row: Callable[[Any, type[R], int], R], kind: type[R], most_errors: int
) -> Batch[R]:
    """Read each line by itself, and let others have their turn meanwhile."""
    batch: Batch[R] = Batch([], [], [], [])
    if row is not formats.json_row or not issubclass(kind, EventRow):
        await _one_by_one(batch, lines, row, kind, most_errors)
        return batch
    rest = iter(lines)
    while part := list(islice(rest, _AT_ONCE)):
        await _one_by_one(batch, _doubtful(batch, part), row, kind, most_errors)
        await asyncio.sleep(0)
    return batch


def _doubtful(batch: Batch[R], lines: Sequence[Line]) -> Iterator[Line]:
    """Yield lines of events that are to be read one by one; the others join the batch in their places."""
    rows = quick.events([line for _, line in lines])
    if all(rows):
        batch.rows.extend(rows)  # type: ignore[arg-type]  # events, and that is what was asked for
        batch.numbers.extend(number for number, _ in lines)
        return
    for line, known in zip(lines, rows, strict=True):
        if known is None:
            yield line
        else:
            batch.rows.append(known)  # type: ignore[arg-type]  # as above
            batch.numbers.append(line[0])


async def _one_by_one(
    batch: Batch[R], lines: Iterable[Line], row: Callable[[Any, type[R], int], R], kind: type[R], most_errors: int
) -> None:
    since = time.monotonic()
    for number, line in lines:
        # Explaining costs more than reading: what would not be shown is not looked for.
        room = min(_ERRORS_PER_LINE, most_errors - len(batch.faults))
        try:
            found = row(line, kind, room)
        except InvalidBody as error:
            batch.faults.extend(msgspec.structs.replace(fault, line=number) for fault in error.errors)
            batch.rejected.append(number)
        except Malformed as error:
            batch.faults.extend([FieldError("", error.code, error.detail, number)][:room])
            batch.rejected.append(number)
        else:
            batch.rows.append(found)
            batch.numbers.append(number)
        if time.monotonic() - since > _TURN:
            await asyncio.sleep(0)
            since = time.monotonic()


def report(batch: Batch[R], taken: Taken, how: How, place: Callable[[str], str] = str) -> Report:
    """Return the report of a batch that was handed to the database. Raises AllRejected or NotAllTaken."""
    verdicts = taken.verdicts
    counts = Counter(verdict.status for verdict in verdicts)
    told = [_as_read(fault) for fault in batch.faults]
    told += [_told(batch, verdict, how, place) for verdict in verdicts if verdict.status in NOT_TAKEN]
    faults = sorted(told, key=lambda fault: fault.line or 0)
    rejected = len(batch.rejected) + counts["rejected"]
    if how.atomic and (rejected or counts["conflict"]):
        raise NotAllTaken(f"line {faults[0].line} cannot be taken, so that nothing of the batch was", faults)
    if rejected and rejected == len(batch.rejected) + len(verdicts):
        raise AllRejected("no line of the batch could be taken; nothing was stored", faults)
    return Report(
        accepted=counts["accepted"] + counts["updated"],
        updated=counts["updated"],
        duplicates=counts["duplicate"],
        conflicts=counts["conflict"],
        rejected=rejected,
        dry_run=how.dry_run,
        errors=faults[:MOST_ERRORS],
        clocks=taken.clocks,
        verdicts=_every(batch, verdicts, faults) if how.every else None,
    )


def _as_read(fault: FieldError) -> LineFault:
    return LineFault(fault.pointer, fault.code, fault.message, fault.line)


def _told(batch: Batch[R], verdict: Verdict, how: How, place: Callable[[str], str]) -> LineFault:
    code, detail = verdict.code or verdict.status, verdict.detail or "the line was refused"
    diff = [
        Difference(place(one.pointer), one.here if how.shows else msgspec.UNSET) for one in verdict.diff or ()
    ] or None
    return LineFault(place(verdict.pointer or ""), code, detail, batch.numbers[verdict.index], diff)


def _every(batch: Batch[R], verdicts: list[Verdict], faults: list[LineFault]) -> list[LineVerdict]:
    first: dict[int | None, LineFault] = {}
    for fault in faults:
        first.setdefault(fault.line, fault)
    fates: list[tuple[int, VerdictStatus]] = [(number, "rejected") for number in batch.rejected]
    fates += [(batch.numbers[verdict.index], verdict.status) for verdict in verdicts]
    return [
        LineVerdict(number, status, one.pointer, one.code, one.message, one.diff)
        if (one := first.get(number)) is not None
        else LineVerdict(number, status)
        for number, status in sorted(fates)
    ]
