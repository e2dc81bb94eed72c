"""Everything behind a list: a JSON object a line for `Accept: application/x-ndjson`, a table for `text/csv`."""

import csv
import io
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import Response
from litestar.response import Stream

from kithline_api.bodies import StrictRequest
from kithline_api.media import CSV, NDJSON
from kithline_core.db import Database, TenantTx

# Rows of one part, and where the next begins (whatever the list goes by); None at the end.
Part = tuple[Sequence[object], Any]
Read = Callable[[TenantTx, Any, int], Awaitable[Part]]
_CHUNK: Final = 1_000
_ENCODER: Final = msgspec.json.Encoder()


def wanted(request: StrictRequest, media: str = NDJSON) -> bool:
    """Say whether the caller asks for lines, or for another media type."""
    return request.headers.get("accept", "").partition(";")[0].strip().lower() == media


def answer(db: Database, tenant_id: UUID, read: Read) -> Response[Any]:
    """Return all rows as a stream."""
    return Stream(_lines(db, tenant_id, read), media_type=NDJSON)


def table(db: Database, tenant_id: UUID, read: Read, kind: type[msgspec.Struct]) -> Response[Any]:
    """Return all rows as a CSV table."""
    return Stream(_table(db, tenant_id, read, kind), media_type=CSV)


async def _lines(db: Database, tenant_id: UUID, read: Read) -> AsyncIterator[bytes]:
    async for rows in _parts(db, tenant_id, read):
        yield _ENCODER.encode_lines(rows)


async def _table(db: Database, tenant_id: UUID, read: Read, kind: type[msgspec.Struct]) -> AsyncIterator[bytes]:
    yield _csv([kind.__struct_fields__])
    async for rows in _parts(db, tenant_id, read):
        yield _csv([[getattr(row, name) for name in kind.__struct_fields__] for row in rows])


def _csv(cells: Sequence[Sequence[object]]) -> bytes:
    written = io.StringIO(newline="")
    csv.writer(written).writerows(cells)
    return written.getvalue().encode()


async def _parts(db: Database, tenant_id: UUID, read: Read) -> AsyncIterator[Sequence[object]]:
    # A part, a transaction: a slow reader holds no connection.
    after = None
    while True:
        async with db.tenant(tenant_id) as tx:
            rows, after = await read(tx, after, _CHUNK)
        if rows:
            yield rows
        if after is None:
            return
