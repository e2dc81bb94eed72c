"""Errands: answers that took a worker longer than the asker waited, such as a what-if."""

from datetime import datetime
from typing import Any, Literal

import msgspec
from litestar import get
from litestar.params import FromPath

from kithline_api.auth import require
from kithline_api.deps import Caller, Db, TenantId
from kithline_api.errands import Told
from kithline_api.routers import router as router_of
from kithline_api.views import View, show
from kithline_core import errands as kinds
from kithline_core import ids
from kithline_core.db import errands


class Errand(View, frozen=True):
    """A question that a worker answers. `answer` is what the operation that asked would have answered at once."""

    noun = "errand"
    id: str
    kind: str
    state: Literal["working", "answered"]
    answer: dict[str, Any] | None
    created_at: datetime
    finished_at: datetime | None
    expires_at: datetime


@get("/errands/{errand:str}", operation_id="readErrand")
async def read(errand: FromPath[str], db: Db, caller: Caller, tenant_id: TenantId) -> Errand:
    """Return an errand with its answer, once there is one; of one that was refused, the refusal. Kept for an hour.

    It takes the scope with which the question was asked: `privacy:write` for a failure bundle.
    """
    async with db.tenant(tenant_id) as tx:
        found = await errands.get(tx, ids.read("errand", errand))
    require(caller, kinds.needs(found.kind))
    if found.problem is not None:
        raise Told(found.problem)
    answer = None if found.answer is None else msgspec.json.decode(found.answer)
    return show(Errand, found, state="working" if answer is None else "answered", answer=answer)


router = router_of("Results", "tenant", [read])
