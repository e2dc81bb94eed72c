"""Does a piece of work once per Idempotency-Key; a repetition gets the first answer again."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypeVar, cast

import msgspec
from kithline_core.db import Database, TenantTx, idempotency
from kithline_core.db.idempotency import Answer
from kithline_core.errors import DomainError
from kithline_core.model.keys import Principal
from litestar import Response

from kithline_api.auth import JSON
from kithline_api.bodies import StrictRequest

T = TypeVar("T")
Headers = Mapping[str, str]
_REPLAYED: Final = {"idempotency-replayed": "true"}


class KeyMissing(DomainError):
    """The operation must be safe to repeat and came without a key."""

    code = "idempotency_key_missing"


class Once(msgspec.Struct, frozen=True):
    """The request's key, if it has one, and what the key stands for: this operation with these bytes."""

    db: Database
    tenant_id: Any
    key: str | None
    operation: str
    said: bytes
    status: int

    def insist(self) -> None:
        """Raise KeyMissing when the request has no key."""
        if self.key is None:
            raise KeyMissing("send an Idempotency-Key, the same one when you repeat the request")

    async def __call__(
        self, work: Callable[[TenantTx], Awaitable[T]], headers: Callable[[T], Headers] | None = None
    ) -> Response[T]:
        """Do the work in one transaction of the tenant's, and keep its answer in the same one."""
        async with self.db.tenant(self.tenant_id) as tx:
            if self.key is not None and (first := await idempotency.begin(tx, self.operation, self.key, self.said)):
                return _response(msgspec.structs.replace(first, headers={**first.headers, **_REPLAYED}))
            done = await work(tx)
            answer = Answer(self.status, dict(headers(done)) if headers else {}, msgspec.json.encode(done))
            if self.key is not None:
                await idempotency.finish(tx, self.operation, self.key, answer)
        return _response(answer)


def _response(answer: Answer) -> Response[Any]:
    return Response(cast("Any", answer.body), status_code=answer.status, headers=answer.headers, media_type=JSON)


async def read(request: StrictRequest, key: str | None) -> Once:
    """Return what the request's key stands for. A key for one object says nothing about another."""
    principal: Principal = request.auth
    route = str(request.scope["path_template"])
    said = b"\0".join([request.url.path.encode(), request.scope["query_string"], await request.body()])
    bare = key.strip('"') if key else None
    return Once(
        db=request.app.state.db,
        tenant_id=principal.tenant_id,
        key=bare,
        operation=f"{request.method} {route}",
        said=said,
        status=request.route_handler.status_code,
    )
