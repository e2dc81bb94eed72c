"""Gives every request an id, continues a caller's trace, counts answers and writes one log line for each."""

import os
import re
import time
from typing import Any, Final

import msgspec
from litestar.enums import ScopeType
from litestar.types import HTTPResponseStartEvent, Message, Scope

from kithline_core import ids, observe

_PARENT: Final = re.compile(r"^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})$")
_KEY: Final = "kithline.trace"
log = observe.logger(__name__)


class Trace(msgspec.Struct, frozen=True):
    """The names of one request: ours, and the caller's W3C trace."""

    request_id: str
    trace_id: str
    span_id: str
    flags: str
    began: float

    @property
    def parent(self) -> str:
        """Return the traceparent header for whatever we call or answer."""
        return f"00-{self.trace_id}-{self.span_id}-{self.flags}"


def trace_of(scope: Scope) -> Trace:
    """Return the request's trace; made at the first call."""
    own: dict[str, Any] = scope  # type: ignore[assignment]  # the ASGI scope is open to keys of our own
    if _KEY not in own:
        own[_KEY] = _begin(dict(scope["headers"]).get(b"traceparent", b"").decode("latin-1"))
    trace: Trace = own[_KEY]
    return trace


def _begin(parent: str) -> Trace:
    request_id = ids.new()
    found = _PARENT.match(parent)
    trace_id, flags = found.groups() if found else (request_id.hex, "01")
    return Trace(ids.show("request", request_id), trace_id, os.urandom(8).hex(), flags, time.monotonic())


async def stamp(message: Message, scope: Scope) -> None:
    """Add Request-Id and traceparent to the answer; log and count it by its route, never by its raw path."""
    if message["type"] != "http.response.start":
        return
    trace = trace_of(scope)
    message["headers"] = [
        *_corrected(message, scope),
        (b"request-id", trace.request_id.encode()),
        (b"traceparent", trace.parent.encode()),
    ]
    seconds = time.monotonic() - trace.began
    route, status = scope.get("path_template", ""), message["status"]
    scope["litestar_app"].state.measured.add(route, str(scope.get("method")), status, seconds)
    log.info(
        "request",
        request=trace.request_id,
        trace=trace.trace_id,
        method=scope.get("method"),
        route=route,
        status=status,
        seconds=round(seconds, 4),
    )


def _corrected(message: HTTPResponseStartEvent, scope: Scope) -> list[tuple[bytes, bytes]]:
    """Return the headers; an answer to OPTIONS names every method, where Litestar names those of one handler."""
    headers = [(name, value) for name, value in message.get("headers", [])]
    if scope["type"] != ScopeType.HTTP or scope["method"] != "OPTIONS" or "path_template" not in scope:
        return headers
    allow = scope["litestar_app"].state.methods.get(scope["path_template"], "OPTIONS")
    return [(name, allow.encode() if name == b"allow" else value) for name, value in headers]
