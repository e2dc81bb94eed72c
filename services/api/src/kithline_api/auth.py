"""Who calls, and whether the key may do it. Both are guards: they speak before a body is read."""

from typing import Any, Final

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from kithline_api import media
from kithline_api.bodies import Malformed, StrictRequest
from kithline_core.db import keys
from kithline_core.errors import DomainError, Forbidden, Unauthenticated
from kithline_core.model.keys import Principal

JSON: Final = media.JSON
NDJSON: Final = media.NDJSON
Connection = ASGIConnection[Any, Any, Any, Any]


class UnsupportedMediaType(DomainError):
    """The body is announced as something the operation does not read."""

    code = "unsupported_media_type"


async def authorise(connection: Connection, handler: BaseRouteHandler) -> None:
    """Let the right kind of key with the operation's scope through. Raises Unauthenticated or Forbidden."""
    principal = await keys.authenticate(connection.app.state.db, _bearer(connection.headers.get("authorization", "")))
    _permit(principal, handler.opt["principal"], handler.opt.get("needs"))
    connection.scope["auth"] = principal


async def readable(connection: Connection, handler: BaseRouteHandler) -> None:
    """Let only bodies through that the operation can read. Raises UnsupportedMediaType or Malformed."""
    packable = "lines" in handler.opt or "bytes" in handler.opt
    if not isinstance(connection, StrictRequest) or not (packable or handler.parsed_data_field):
        return
    takes = media.of(handler.opt["lines"]) if "lines" in handler.opt else handler.opt.get("bytes", (JSON,))
    if connection.content_type[0] not in takes:
        raise UnsupportedMediaType(f"send the body as {' or '.join(takes)}")
    codings = media.CODINGS if packable else (media.IDENTITY,)
    if media.coding(connection.headers.get("content-encoding")) not in codings:
        raise UnsupportedMediaType(f"send the body with the Content-Encoding {' or '.join(codings)}")
    if not await connection.body():
        raise Malformed("the body is empty")


def _bearer(header: str) -> str:
    scheme, _, plaintext = header.partition(" ")
    if scheme.lower() != "bearer" or not plaintext.strip():
        raise Unauthenticated("send `Authorization: Bearer <key>`")
    return plaintext.strip()


def _permit(principal: Principal, kind: str, scope: str | None) -> None:
    if kind not in (principal.kind, "any"):
        raise Forbidden(f"this operation is for another kind of key: {kind}; this one is: {principal.kind}")
    if scope is not None:
        require(principal, scope)


def require(principal: Principal, scope: str) -> None:
    """Raise Forbidden unless a key has a scope."""
    if scope not in principal.scopes:
        raise Forbidden(f"the key lacks the scope {scope}")
