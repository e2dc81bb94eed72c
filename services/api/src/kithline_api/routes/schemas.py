"""Verbs: the closed list with its ActivityStreams types, and schemas for verbs of one's own."""

from typing import Annotated

from litestar import Response, get, put
from litestar.params import JSONBody, PathParameter
from litestar.status_codes import HTTP_200_OK, HTTP_201_CREATED

from kithline_api.deps import Db, TenantId
from kithline_api.routers import router as router_of
from kithline_core.db import verbs
from kithline_core.model.verbs import NAME, VERBS, NewVerb, Verb

OwnVerb = Annotated[
    str, PathParameter(min_length=3, max_length=190, pattern=NAME, description="`namespace.verb`, without `custom:`")
]


@get("/verbs", operation_id="listVerbs", needs="schemas:read")
async def listed(db: Db, tenant_id: TenantId) -> list[Verb]:
    """Return every verb that events may use: the closed list, then the tenant's own."""
    async with db.tenant(tenant_id) as tx:
        return [*VERBS, *await verbs.registered(tx)]


@put("/verb-schemas/{verb:str}", operation_id="putVerbSchema", needs="schemas:write", statuses=[200, 201])
async def keep(verb: OwnVerb, data: JSONBody[NewVerb], db: Db, tenant_id: TenantId) -> Response[Verb]:
    """Register `custom:namespace.verb`, or change its schema for events from now on."""
    async with db.tenant(tenant_id) as tx:
        fresh = await verbs.put(tx, verb, data)
        kept = await verbs.get(tx, verb)
    return Response(kept, status_code=HTTP_201_CREATED if fresh else HTTP_200_OK)


@get("/verb-schemas/{verb:str}", operation_id="readVerbSchema", needs="schemas:read")
async def read(verb: OwnVerb, db: Db, tenant_id: TenantId) -> Verb:
    """Return one of the tenant's own verbs."""
    async with db.tenant(tenant_id) as tx:
        return await verbs.get(tx, verb)


router = router_of("Data", "tenant", [listed, keep, read])
