"""Everything behind a list, one JSON object a line: what `Accept: application/x-ndjson` asks for."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import Response
from litestar.response import Stream

from kithline_api.auth import NDJSON
from kithline_api.bodies import StrictRequest
from kithline_core.db import Database, TenantTx

# Rows of one part, and where the next begins (whatever the list goes by); None at the end.
Part = tuple[Sequence[object], Any]
Read = Callable[[TenantTx, Any, int], Awaitable[Part]]
_CHUNK: Final = 1_000
_ENCODER: Final = msgspec.json.Encoder()


def wanted(request: StrictRequest) -> bool:
    """Say whether the caller asks for lines."""
    return request.headers.get("accept", "").partition(";")[0].strip().lower() == NDJSON


def answer(db: Database, tenant_id: UUID, read: Read) -> Response[Any]:
    """Return all rows as a stream."""
    return Stream(_lines(db, tenant_id, read), media_type=NDJSON)


async def _lines(db: Database, tenant_id: UUID, read: Read) -> AsyncIterator[bytes]:
    # A part, a transaction: a slow reader holds no connection.
    after = None
    while True:
        async with db.tenant(tenant_id) as tx:
            rows, after = await read(tx, after, _CHUNK)
        if rows:
            yield _ENCODER.encode_lines(rows)
        if after is None:
            return
