"""Reads batches line by line, so that one bad line costs itself alone, and reports what became of each."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Final, Generic, TypeVar

import msgspec
from litestar.exceptions import HTTPException

from kithline_api.bodies import InvalidBody, Malformed, StrictRequest, decode
from kithline_api.fields import FieldError
from kithline_api.lines import cut
from kithline_core.errors import Invalid
from kithline_core.model.rows import Row
from kithline_core.model.verdicts import Verdict

R = TypeVar("R", bound=Row)
# Seconds of decoding before other requests get their turn.
_TURN: Final = 0.02
# More than any row can have within its limits.
_LINE_BYTES: Final = 1_048_576
_ERRORS_PER_LINE: Final = 5
_MOST_ERRORS: Final = 1_000


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a batch. `accepted` counts new and changed lines; `errors` names up to 1,000 faults by line."""

    accepted: int
    updated: int
    duplicates: int
    conflicts: int
    rejected: int
    dry_run: bool
    errors: list[FieldError]


class AllRejected(Invalid):
    """No line of the batch could be taken."""

    code = "all_rejected"

    def __init__(self, errors: list[FieldError]) -> None:
        super().__init__("no line of the batch could be taken; nothing was stored")
        self.errors = errors


class Batch(msgspec.Struct, Generic[R], frozen=True):
    """The lines that fit their type, with their numbers (from 1), and the faults of the others."""

    numbers: list[int]
    rows: list[R]
    faults: list[FieldError]
    rejected: int


async def read(request: StrictRequest, kind: type[R], most: int) -> Batch[R]:
    """Return the batch of a request. Raises Malformed when the whole cannot be cut into lines, or 413."""
    lines = list(islice(cut(await request.body(), request.content_type[0]), most + 1))
    if len(lines) > most:
        raise HTTPException(status_code=413)
    batch: Batch[R] = Batch([], [], [], 0)
    since = time.monotonic()
    for number, line in lines:
        _take(batch, number, line, kind)
        if time.monotonic() - since > _TURN:
            await asyncio.sleep(0)
            since = time.monotonic()
    return msgspec.structs.replace(batch, rejected=len(lines) - len(batch.rows))


def _take(batch: Batch[R], number: int, line: bytes, kind: type[R]) -> None:
    # Explaining costs more than reading: what would not be shown is not looked for.
    room = min(_ERRORS_PER_LINE, _MOST_ERRORS - len(batch.faults))
    try:
        row = _row(line, kind, room)
    except InvalidBody as error:
        batch.faults.extend(msgspec.structs.replace(fault, line=number) for fault in error.errors)
    except Malformed as error:
        batch.faults.extend([FieldError("", error.code, error.detail, number)][:room])
    else:
        batch.rows.append(row)
        batch.numbers.append(number)


def _row(line: bytes, kind: type[R], room: int) -> R:
    if len(line) > _LINE_BYTES:
        raise Malformed(f"the line has {len(line)} bytes; a row has {_LINE_BYTES} at most")
    return decode(line, kind, room)


def report(batch: Batch[R], verdicts: list[Verdict], dry_run: bool) -> Report:
    """Return the report of a batch that was handed to the database. Raises AllRejected."""
    counts = Counter(verdict.status for verdict in verdicts)
    faults = sorted([*batch.faults, *_refused(batch, verdicts)], key=lambda fault: fault.line or 0)
    rejected = batch.rejected + counts["rejected"]
    if rejected and rejected == batch.rejected + len(verdicts):
        raise AllRejected(faults)
    return Report(
        accepted=counts["accepted"] + counts["updated"],
        updated=counts["updated"],
        duplicates=counts["duplicate"],
        conflicts=counts["conflict"],
        rejected=rejected,
        dry_run=dry_run,
        errors=faults[:_MOST_ERRORS],
    )


def _refused(batch: Batch[R], verdicts: list[Verdict]) -> Iterator[FieldError]:
    for verdict in verdicts:
        if verdict.status in ("conflict", "rejected"):
            code, detail = verdict.code or verdict.status, verdict.detail or "the line was refused"
            yield FieldError(verdict.pointer or "", code, detail, batch.numbers[verdict.index])
