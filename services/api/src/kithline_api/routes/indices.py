"""The five indices, each its own number with its parts; totals of them only as a tenant defined them, by name."""

from typing import Annotated
from uuid import UUID

from litestar import Response, delete, get, put
from litestar.params import JSONBody, PathParameter, QueryParameter
from litestar.status_codes import HTTP_200_OK, HTTP_201_CREATED

from kithline_api.deps import Db, TenantId
from kithline_api.moments import End, vetted
from kithline_api.routers import router as router_of
from kithline_core import ids, indices
from kithline_core.db import TenantTx, scopes
from kithline_core.db import indices as stored
from kithline_core.engine.composite import variants
from kithline_core.engine.composite.value import IndexTotal
from kithline_core.indices import Indices
from kithline_core.model.indices import NAME, IndexVariant, NewIndexVariant

ByScope = Annotated[
    str | None,
    QueryParameter(
        name="scope_id", min_length=1, max_length=100,
        description="Only results of this version of a scope; left out, only those that count everything",
    ),
]  # fmt: skip
Named = Annotated[
    str,
    PathParameter(min_length=1, max_length=60, pattern=NAME, description="Lower-case letters, digits, `-` and `_`"),
]


@get("/indices", operation_id="listIndices", needs="indices:read", refusals=["not_found"])
async def listed(db: Db, tenant_id: TenantId, end: End = None, scope_id: ByScope = None) -> Indices:
    """Return the five indices, each with its interval, its status and its parts, as of the last window that ends by `to`.

    A part is the newest result of its scorer; `result` leads to it, and it to the evidence. What is missing is named and
    never made up. There is no total: see /v1/index-variants.
    """
    until = vetted("to", end)
    async with db.tenant(tenant_id, frozen=True) as tx:
        material = await indices.gather(tx, await _scope(tx, scope_id), until)
    return await indices.current(material)


@get("/index-variants", operation_id="listIndexVariants", needs="indices:read")
async def defined(db: Db, tenant_id: TenantId) -> list[IndexVariant]:
    """Return every total that was defined, by name, without values."""
    async with db.tenant(tenant_id) as tx:
        return await stored.defined(tx)


@put("/index-variants/{variant:str}", operation_id="putIndexVariant", needs="indices:write", statuses=[200, 201])
async def keep(variant: Named, data: JSONBody[NewIndexVariant], db: Db, tenant_id: TenantId) -> Response[IndexVariant]:
    """Define a total over two or more indices, or change its definition.

    Weights are equal unless five people or more spread points over the indices, and where they did is written down.
    """
    weights = variants.weights(data)
    async with db.tenant(tenant_id) as tx:
        fresh = await stored.put(tx, variant, data, weights)
        kept = await stored.get(tx, variant)
    return Response(kept, status_code=HTTP_201_CREATED if fresh else HTTP_200_OK)


@get("/index-variants/{variant:str}", operation_id="readIndexVariant", needs="indices:read")
async def read(variant: Named, db: Db, tenant_id: TenantId) -> IndexVariant:
    """Return one definition."""
    async with db.tenant(tenant_id) as tx:
        return await stored.get(tx, variant)


@delete("/index-variants/{variant:str}", operation_id="revokeIndexVariant", needs="indices:write")
async def revoke(variant: Named, db: Db, tenant_id: TenantId) -> None:
    """Remove a definition. No value is lost: none is stored."""
    async with db.tenant(tenant_id) as tx:
        await stored.delete(tx, variant)


@get("/index-variants/{variant:str}/value", operation_id="readIndexValue", needs="indices:read")
async def told(variant: Named, db: Db, tenant_id: TenantId, end: End = None, scope_id: ByScope = None) -> IndexTotal:
    """Return a total with the indices it is made of, and how much of it hangs on choices instead of on what was measured.

    It is ranked among the last 12 windows that end by `to`; where ranks say too little, bands are told.
    """
    until = vetted("to", end)
    async with db.tenant(tenant_id, frozen=True) as tx:
        found = await stored.get(tx, variant)
        material = await indices.gather(tx, await _scope(tx, scope_id), until, indices.WINDOWS)
    return await indices.total(material, found)


async def _scope(tx: TenantTx, named: str | None) -> UUID | None:
    """Return the version of a scope that is meant. Raises NotFound."""
    return None if named is None else (await scopes.get(tx, ids.read("scope", named))).id


router = router_of("Results", "tenant", [listed, defined, keep, read, revoke, told])
