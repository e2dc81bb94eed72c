"""Turns whatever goes wrong into application/problem+json (RFC 9457). The table of kinds stands in catalogue.py."""

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec
from litestar import Request, Response
from litestar.enums import ParamType
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import ExceptionHandlersMap

from kithline_api.bodies import InvalidBody
from kithline_api.bulk import Refusal
from kithline_api.catalogue import KINDS, Kind
from kithline_api.fields import MOST, FieldError, code_of
from kithline_api.tracing import trace_of
from kithline_core import observe
from kithline_core.errors import DomainError
from kithline_core.model.imports import WrongOffset
from kithline_core.model.wording import worded

MEDIA_TYPE: Final = "application/problem+json"
_RETRY: Final = {429: "1", 503: "2"}
_BY_STATUS: Final = {
    400: "malformed",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
    429: "rate_limited",
    503: "unavailable",
}
# A refusal of the core's that has no entry of its own is the kind it derives from.
_MISSING: Final = re.compile(r"^Missing required (\w+) parameter '([^']+)'")
log = observe.logger(__name__)

AnyRequest = Request[Any, Any, Any]


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What every refusal looks like. `type` is a page of this installation, `code` the stable word for programs."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: list[FieldError] | None = None


def kind_of(error: DomainError) -> Kind:
    """Return the kind of a refusal: its own code's, else the nearest ancestor's, else `invalid`."""
    codes = (error.code, *(getattr(ancestor, "code", "") for ancestor in type(error).__mro__))
    return next((KINDS[code] for code in codes if code in KINDS), KINDS["invalid"])


def answer(
    request: AnyRequest,
    kind: Kind,
    detail: str,
    errors: list[FieldError] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response[bytes]:
    """Return the problem as an answer, with Retry-After where waiting helps and the challenge where a key does."""
    problem = Problem(
        type=kind.type,
        title=kind.title,
        status=kind.status,
        detail=detail,
        code=kind.code,
        request_id=trace_of(request.scope).request_id,
        errors=errors[:MOST] if errors else None,
    )
    extra = {"retry-after": _RETRY[kind.status]} if kind.status in _RETRY else {}
    challenge = {"www-authenticate": "Bearer"} if kind.code == "unauthenticated" else {}
    return Response(
        msgspec.json.encode(problem),
        status_code=kind.status,
        media_type=MEDIA_TYPE,
        headers={**extra, **challenge, **(headers or {})},
    )


def on_refusal(request: AnyRequest, error: DomainError) -> Response[bytes]:
    """Answer a refusal of ours in its own words."""
    errors = error.errors if isinstance(error, InvalidBody | Refusal) else None
    if errors is None and error.pointer is not None:
        errors = [FieldError(error.pointer, error.code, error.detail)]
    return answer(request, kind_of(error), error.detail, errors, _headers(error))


def _headers(error: DomainError) -> dict[str, str] | None:
    if isinstance(error, WrongOffset):
        return {"upload-offset": str(error.offset)}
    return {"retry-after": "1"} if error.code == "idempotency_key_running" else None


def on_router(request: AnyRequest, error: HTTPException) -> Response[bytes]:
    """Answer what the framework raised, without its words: they carry the caller's address and query."""
    if isinstance(error, ValidationException):
        errors = _parameters(error, _aliases(request))
        return answer(request, KINDS["invalid_parameter"], "a parameter cannot be accepted", errors)
    code = _BY_STATUS.get(error.status_code)
    if code is None:
        return on_defect(request, error)
    kind = KINDS[code]
    allow = {
        name: ", ".join(sorted(value.split(", ")))
        for name, value in (error.headers or {}).items()
        if name.lower() == "allow"
    }
    return answer(request, kind, kind.meaning, headers=allow)


def on_unreadable(request: AnyRequest, error: Exception) -> Response[bytes]:
    """Answer text that is nested too deeply or is not UTF-8, wherever it turned up."""
    words = "it is nested too deeply" if isinstance(error, RecursionError) else "it is not UTF-8"
    return answer(request, KINDS["malformed"], words)


def on_defect(request: AnyRequest, error: Exception) -> Response[bytes]:
    """Answer a defect of ours: the cause goes to the log, the request id to the caller."""
    log.error("request failed", request=trace_of(request.scope).request_id, exc_info=error)
    return answer(request, KINDS["internal"], "the cause is in the log, under this request id")


def _aliases(request: AnyRequest) -> dict[str, str]:
    """Return the names that callers know of parameters which go by another in the handler."""
    parameters = request.route_handler.parsed_fn_signature.parameters
    named = {ours: getattr(one.kwarg_definition, "name", None) for ours, one in parameters.items()}
    return {ours: theirs for ours, theirs in named.items() if theirs}


def _parameters(error: ValidationException, aliases: Mapping[str, str]) -> list[FieldError]:
    if missing := _MISSING.match(error.detail):
        return [FieldError(f"/{missing[1]}/{missing[2]}", "missing", "This parameter is required")]
    entries: list[dict[str, str]] = error.extra if isinstance(error.extra, list) else []
    return [
        FieldError(_place(entry, aliases), code_of(entry["message"]), worded(entry["message"])) for entry in entries
    ]


def _place(entry: dict[str, str], aliases: Mapping[str, str]) -> str:
    source, key = entry.get("source", ParamType.QUERY), entry.get("key", "")
    return f"/{ParamType(source).value}/{aliases.get(key, key)}"


HANDLERS: Final[ExceptionHandlersMap] = {
    DomainError: on_refusal,
    HTTPException: on_router,
    RecursionError: on_unreadable,
    UnicodeDecodeError: on_unreadable,
    Exception: on_defect,
}
