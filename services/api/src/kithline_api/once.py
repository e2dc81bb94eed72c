"""Does a piece of work once per Idempotency-Key; a repetition gets the first answer again."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypeVar, cast

import msgspec
from litestar import Response
from litestar.handlers import HTTPRouteHandler
from litestar.handlers.base import BaseRouteHandler

from kithline_api.auth import JSON, Connection
from kithline_api.bodies import StrictRequest
from kithline_core.db import Database, TenantTx, idempotency
from kithline_core.db.idempotency import Answer
from kithline_core.errors import DomainError
from kithline_core.model.keys import Principal

T = TypeVar("T")
Headers = Mapping[str, str]
HEADER: Final = "Idempotency-Key"
# Bare, or a string of RFC 8941 in quotes, in which a quote and a backslash are escaped.
FORM: Final = r'^(?:[\x21\x23-\x7e]{1,255}|"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\]){1,255}")$'
_REPLAYED: Final = {"idempotency-replayed": "true"}


class KeyMissing(DomainError):
    """The operation must be safe to repeat and came without a key."""

    code = "idempotency_key_missing"


class KeyUnsupported(DomainError):
    """The operation keeps no answers, so it cannot honour a key."""

    code = "idempotency_key_unsupported"


class KeyTwice(DomainError):
    """The header came more than once."""

    code = "invalid_parameter"


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
        self,
        work: Callable[[TenantTx], Awaitable[T]],
        headers: Callable[[T], Headers] | None = None,
        again: Callable[[TenantTx, bytes], Awaitable[T]] | None = None,
    ) -> Response[T]:
        """Do the work in one transaction of the tenant's, and keep its answer in the same one.

        `again` turns the first body into what may still be shown, where that can be less than it was.
        """
        async with self.db.tenant(self.tenant_id) as tx:
            if self.key is not None and (first := await idempotency.begin(tx, self.operation, self.key, self.said)):
                body = first.body if again is None else msgspec.json.encode(await again(tx, first.body))
                return _response(Answer(first.status, {**first.headers, **_REPLAYED}, body))
            done = await work(tx)
            answer = Answer(self.status, dict(headers(done)) if headers else {}, msgspec.json.encode(done))
            if self.key is not None:
                await idempotency.finish(tx, self.operation, self.key, answer)
        return _response(answer)


def takes_key(handler: BaseRouteHandler) -> bool:
    """Say whether the operation honours an Idempotency-Key."""
    return "once" in handler.parsed_fn_signature.parameters


def refuses_key(handler: BaseRouteHandler) -> bool:
    """Say whether the operation changes something and would pass a key over."""
    changes = isinstance(handler, HTTPRouteHandler) and not {"POST", "PATCH"}.isdisjoint(handler.http_methods)
    return changes and not takes_key(handler)


async def honoured(connection: Connection, handler: BaseRouteHandler) -> None:
    """Let no key through that nobody would look at: the caller believes that a repetition does nothing."""
    if HEADER in connection.headers and refuses_key(handler):
        words = "the answer is not kept, so this operation takes no Idempotency-Key"
        raise KeyUnsupported(words, pointer=f"/header/{HEADER}")


def _response(answer: Answer) -> Response[Any]:
    return Response(cast("Any", answer.body), status_code=answer.status, headers=answer.headers, media_type=JSON)


def _bare(key: str) -> str:
    return re.sub(r"\\(.)", r"\1", key[1:-1]) if key.startswith('"') else key


async def read(request: StrictRequest, key: str | None) -> Once:
    """Return what the request's key stands for. A key for one object says nothing about another."""
    if len(request.headers.getall(HEADER, [])) > 1:
        raise KeyTwice("send one Idempotency-Key", pointer=f"/header/{HEADER}")
    principal: Principal = request.auth
    route = str(request.scope["path_template"])
    said = b"\0".join([request.url.path.encode(), request.scope["query_string"], await request.body()])
    return Once(
        db=request.app.state.db,
        tenant_id=principal.tenant_id,
        key=None if key is None else _bare(key),
        operation=f"{request.method} {route}",
        said=said,
        status=request.route_handler.status_code,
    )
