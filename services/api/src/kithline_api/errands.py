"""Waits a little for what a worker answers, and says where to ask again where that was not enough."""

import asyncio
import time
from typing import Any, Final
from uuid import UUID

from litestar import Response

from kithline_api.auth import JSON
from kithline_core import ids
from kithline_core.db import Database, errands
from kithline_core.errors import DomainError
from kithline_core.model.errands import Errand

FIRST_LOOK: Final = 0.03
LAST_LOOK: Final = 0.25


class Told(DomainError):
    """A worker's refusal, in its own words."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(problem["detail"], pointer=problem["pointer"])
        self.code = problem["code"]  # type: ignore[misc]  # of each instance: it stands for any refusal


class Answered:
    """Waits for answers on behalf of one request."""

    def __init__(self, db: Database, tenant_id: UUID, patience: float) -> None:
        self._db, self._tenant_id, self._patience = db, tenant_id, patience

    async def __call__(self, errand: Errand) -> Response[Any]:
        """Return the answer, 200, or 202 with the place where it will be. Raises Told for a refusal."""
        until, pause = time.monotonic() + self._patience, FIRST_LOOK
        while errand.finished_at is None and time.monotonic() < until:
            await asyncio.sleep(pause)
            pause = min(2 * pause, LAST_LOOK)
            async with self._db.tenant(self._tenant_id) as tx:
                errand = await errands.get(tx, errand.id)
        return shown(errand)


def shown(errand: Errand) -> Response[Any]:
    """Return what there is of an errand: its answer, or 202. Raises Told for a refusal."""
    if errand.problem is not None:
        raise Told(errand.problem)
    if errand.answer is not None:
        return Response(errand.answer, status_code=200, media_type=JSON)
    place = f"/v1/errands/{ids.show('errand', errand.id)}"
    return Response(
        b'{"state":"working"}', media_type=JSON, status_code=202, headers={"location": place, "retry-after": "1"}
    )
