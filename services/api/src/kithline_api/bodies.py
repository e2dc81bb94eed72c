"""Reads bodies strictly: one JSON value, no member twice, every fault named."""

import asyncio
import json
from collections.abc import Hashable
from datetime import datetime
from functools import cache
from typing import Any, Final, NoReturn, TypeVar, cast, get_args, get_type_hints

import msgspec
from litestar import Request
from litestar.connection.base import empty_receive, empty_send
from litestar.datastructures import State
from litestar.exceptions import InternalServerException
from litestar.types import Receive, Scope, Send

from kithline_api.fields import MOST, FieldError, collect
from kithline_api.tracing import trace_of
from kithline_core.errors import DomainError, Invalid
from kithline_core.model.rows import Row

T = TypeVar("T")
FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2999
_TRUNCATED: Final = "Input data was truncated"
# Bytes from which on a body is decoded beside the loop.
_LARGE: Final = 262_144


class Malformed(DomainError):
    """The body is not one JSON value."""

    code = "malformed"


class InvalidBody(Invalid):
    """The body is JSON and does not fit; `errors` names every place."""

    def __init__(self, errors: list[FieldError]) -> None:
        super().__init__(f"{len(errors)} place{'s' * (len(errors) != 1)} of the body cannot be accepted")
        self.errors = errors


@cache
def _decoder(kind: Hashable) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(cast("type[Any]", kind))


def _once(members: list[tuple[str, Any]]) -> None:
    # A member named twice means two things to two readers: refused, where most decoders keep the last.
    if len(dict(members)) != len(members):
        raise Malformed("an object of the body names a member twice")


_twice = json.JSONDecoder(object_pairs_hook=_once, parse_int=len, parse_float=len, parse_constant=len)


def decode(body: bytes, kind: type[T], most: int = MOST) -> T:
    """Return the body as a value of the type. Raises Malformed, or InvalidBody with so many errors at most."""
    try:
        value: T = _decoder(cast("Hashable", kind)).decode(body)
        _twice.decode(body.decode())
        _bound_times(value)
    except msgspec.ValidationError:
        _explain(body, kind, most)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise Malformed(_words(error, body)) from None
    else:
        return value


@cache
def _times(kind: Any) -> tuple[tuple[str, str], ...]:  # noqa: ANN401 - any type, hashable as types are
    """Return the fields of a struct that hold times, with their names in the body. Rows bound their own."""
    if not issubclass(kind, msgspec.Struct) or issubclass(kind, Row):
        return ()
    hints = get_type_hints(kind)
    named = zip(kind.__struct_fields__, kind.__struct_encode_fields__, strict=True)
    return tuple((name, sent) for name, sent in named if datetime in (hints[name], *get_args(hints[name])))


def _bound_times(value: object) -> None:
    # A window, a ground or a key of such a year is a mistake, and reckoning back from it leaves the calendar.
    for name, sent in _times(cast("Hashable", type(value))):
        moment = getattr(value, name)
        if moment is not None and not FIRST_YEAR <= moment.year <= LAST_YEAR:
            words = f"Expected a year from {FIRST_YEAR} to {LAST_YEAR}"
            raise InvalidBody([FieldError(f"/{sent}", "out_of_range", words)])


def _explain(body: bytes, kind: Any, most: int) -> NoReturn:  # noqa: ANN401 - as above
    try:
        errors = collect(msgspec.json.decode(body), kind, most)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(_words(error, body)) from None
    raise InvalidBody(errors)


def _words(error: Exception, body: bytes) -> str:
    if isinstance(error, RecursionError):
        return "the body is nested too deeply"
    if isinstance(error, UnicodeDecodeError):
        return "the body is not UTF-8"
    if str(error) == _TRUNCATED:
        return _instead_of_truncated(body)
    return str(error).split(" - at `$")[0] or "the body is not JSON"


def _instead_of_truncated(body: bytes) -> str:
    # msgspec says so wherever fewer characters follow than it hoped for: a lone surrogate's other half, a literal's rest.
    try:
        json.loads(body)
    except json.JSONDecodeError as error:
        return place(error)
    return "a string holds one half of a surrogate pair"


def place(error: json.JSONDecodeError) -> str:
    """Return what is wrong and where, without the line, of which a body has one."""
    return f"{error.msg.removesuffix(' at')} at character {error.pos}"


class Disconnected(DomainError):
    """The caller hung up before the body had come; nobody reads the answer."""

    code = "malformed"


class StrictRequest(Request[Any, Any, State]):
    """A request whose clock runs from here, and whose JSON is decoded once, by the type its handler declares."""

    def __init__(self, scope: Scope, receive: Receive = empty_receive, send: Send = empty_send) -> None:
        super().__init__(scope, receive, send)
        trace_of(scope)

    async def body(self) -> bytes:
        """Return the body. Raises Disconnected when the caller hangs up half-way."""
        try:
            return await super().body()
        except InternalServerException:
            raise Disconnected("the connection ended before the body did") from None

    async def json(self) -> Any:  # noqa: ANN401 - the type its handler declares
        """Return the body as the handler's type. Raises Malformed or InvalidBody."""
        field, body = self.route_handler.parsed_data_field, await self.body()
        kind = field.annotation if field else object
        return await asyncio.to_thread(decode, body, kind) if len(body) > _LARGE else decode(body, kind)
