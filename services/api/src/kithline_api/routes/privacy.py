"""Rights of people: each request is in force at once, and a job gives the receipt."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import msgspec
from litestar import Response, post
from litestar.params import JSONBody
from litestar.response import Stream

from kithline_api import streams
from kithline_api.auth import NDJSON
from kithline_api.bodies import StrictRequest
from kithline_api.deps import Db, Once, TenantId
from kithline_api.duties import AboutPerson, Copy, Job
from kithline_api.routers import router as router_of
from kithline_api.views import show
from kithline_core import privacy
from kithline_core.db import TenantTx
from kithline_core.model.rights import AskedDownload, AskedLift, AskedRight, Right

_POLL = "1"
_asks = partial(post, needs="privacy:write", status_code=202, answer_headers=["Location", "Retry-After"])


@_asks("/privacy/access", operation_id="createAccess", refusals=["erased"])
async def access(data: JSONBody[AskedRight], once: Once) -> Response[Job]:
    """Count what is held about a person. The rows themselves are read at …/privacy/download, as they are by then."""
    return await _asked(once, "access", data)


@_asks("/privacy/object", operation_id="createObjection", refusals=["erased"])
async def object_(data: JSONBody[AskedRight], once: Once) -> Response[Job]:
    """Leave a person out of every snapshot from now on; results that may have counted them turn stale."""
    return await _asked(once, "object", data)


@_asks("/privacy/restrict", operation_id="createRestriction", refusals=["erased"])
async def restrict(data: JSONBody[AskedRight], once: Once) -> Response[Job]:
    """As an objection, and no list or export shows the person's rows until the restriction is lifted."""
    return await _asked(once, "restrict", data)


@_asks("/privacy/lift", operation_id="endRight", refusals=["erased", "not_found"])
async def lift(data: JSONBody[AskedLift], once: Once) -> Response[Job]:
    """End a restriction, or an objection that the person took back."""
    return await _asked(once, "lift", data)


@_asks("/privacy/erase", operation_id="createErasure", refusals=["erased"])
async def erase(data: JSONBody[AskedRight], once: Once) -> Response[Job]:
    """Replace a person's id by a random name wherever it stands, for good. Sums stay as they are; the id is refused later."""
    return await _asked(once, "erase", data)


async def _asked(once: Once, right: Right, asked: AskedRight) -> Response[Job]:
    return await once(
        lambda tx: _ask(tx, right, asked), lambda job: {"location": f"/v1/jobs/{job.id}", "retry-after": _POLL}
    )


async def _ask(tx: TenantTx, right: Right, asked: AskedRight) -> Job:
    return show(Job, await privacy.request(tx, right, asked))


@post(
    "/privacy/download", operation_id="readPersonalCopy", needs="privacy:read", status_code=200, stream=True, shows=Copy
)
async def download(request: StrictRequest, data: JSONBody[AskedDownload], db: Db, tenant_id: TenantId) -> Response[Any]:
    """Return every row that speaks of a person, as it stands now. Nothing of it is kept; that it was read is."""
    async with db.tenant(tenant_id) as tx:
        subject = await privacy.read_out(tx, data.person)
    rows = (AboutPerson(**one) async for one in privacy.everything(db, tenant_id, data.person))
    if streams.wanted(request):
        return Stream(_lines(rows), media_type=NDJSON)
    return Response(Copy(subject, [row async for row in rows]))


async def _lines(rows: AsyncIterator[AboutPerson]) -> AsyncIterator[bytes]:
    async for row in rows:
        yield msgspec.json.encode(row) + b"\n"


router = router_of("Privacy", "tenant", [access, object_, restrict, lift, erase, download])
