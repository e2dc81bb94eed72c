"""Finds every fault of a body, after the fast decoder stopped at the first: field by field, up to 50."""

from collections.abc import Hashable, Iterator
from functools import cache
from itertools import islice
from types import UnionType
from typing import Annotated, Any, Final, Union, cast, get_args, get_origin, get_type_hints

import msgspec
from msgspec.structs import fields as fields_of

from kithline_core.model.wording import worded

MOST: Final = 50


class FieldError(msgspec.Struct, frozen=True, omit_defaults=True):
    """One fault: an RFC 6901 pointer into the body, line or parameters, a code, words, and the line of a batch."""

    pointer: str
    code: str
    message: str
    line: int | None = None


def collect(value: Any, kind: Any, most: int = MOST) -> list[FieldError]:  # noqa: ANN401 - decoded JSON of any shape
    """Return the faults of decoded JSON against a type, at most so many; an empty list when it fits."""
    return list(islice(_walk(value, kind, ""), most))


def code_of(message: str) -> str:
    """Return the stable code for one of msgspec's messages."""
    if message.startswith("Object missing"):
        return "missing"
    if message.startswith("Object contains unknown"):
        return "unknown_field"
    if ", got `" in message:
        return "wrong_type"
    if message.startswith("Invalid enum value"):
        return "not_one_of"
    if " of length " in message or any(f" {sign} " in message for sign in (">=", "<=", ">", "<")):
        return "out_of_range"
    return "invalid_value"


def _step(pointer: str, part: object) -> str:
    return f"{pointer}/{str(part)[:200].replace('~', '~0').replace('/', '~1')}"


def _walk(value: Any, kind: Any, pointer: str) -> Iterator[FieldError]:  # noqa: ANN401 - as above
    try:
        msgspec.convert({"value": value}, _probe(cast("Hashable", kind)))
    except msgspec.ValidationError as error:
        inner = _inside(value, kind, pointer)
        first = next(inner, None)
        message = worded(error, kind).split(" - at `$")[0]
        yield first or FieldError(pointer, code_of(message), message)
        yield from inner


@cache
def _probe(kind: Any) -> type[msgspec.Struct]:  # noqa: ANN401 - a type or an alias, hashable as these are
    # A struct keeps what msgspec makes of a type; a bare alias is taken apart again at every call.
    return msgspec.defstruct("Probe", [("value", kind)])


def _inside(value: Any, kind: Any, pointer: str) -> Iterator[FieldError]:  # noqa: ANN401 - as above
    kind = _bare(kind)
    if isinstance(value, dict) and isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        yield from _members(value, kind, pointer)
    elif isinstance(value, dict) and get_origin(kind) is dict:
        for key, member in value.items():
            yield from _walk(member, get_args(kind)[1], _step(pointer, key))
    elif isinstance(value, list) and get_origin(kind) in (list, tuple):
        for index, member in enumerate(value):
            yield from _walk(member, get_args(kind)[0], _step(pointer, index))


def _members(value: dict[str, Any], kind: type[msgspec.Struct], pointer: str) -> Iterator[FieldError]:
    hints = get_type_hints(kind, include_extras=True)
    known = {field.encode_name: field for field in fields_of(kind)}
    for name, member in value.items():
        if name in known:
            yield from _walk(member, hints[known[name].name], _step(pointer, name))
        elif kind.__struct_config__.forbid_unknown_fields:
            yield FieldError(_step(pointer, name), "unknown_field", "There is no such field")
    for name, field in known.items():
        if field.required and name not in value:
            yield FieldError(_step(pointer, name), "missing", "This field is required")


def _bare(kind: Any) -> Any:  # noqa: ANN401 - a type, an alias or a union
    if get_origin(kind) is Annotated:
        return _bare(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        some = [member for member in get_args(kind) if member is not type(None)]
        return _bare(some[0]) if len(some) == 1 else kind
    return kind
