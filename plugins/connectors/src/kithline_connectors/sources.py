"""What the connectors share: chunks with progress, JSON members, faults for cells."""

import codecs
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Final, ParamSpec, TypeVar

import msgspec

from kithline_connectors.times import Unfit
from kithline_sdk.archives import Archive
from kithline_sdk.connecting import Fault, Progress, Source, Unreadable

CHUNK: Final = 1024 * 1024
JSON_BYTES: Final = 256 * 1024**2
P = ParamSpec("P")
T = TypeVar("T")


def chunks(stream: BinaryIO) -> Iterator[bytes]:
    """Yield a file's bytes from its beginning."""
    stream.seek(0)
    while chunk := stream.read(CHUNK):
        yield chunk


def behind(source: Source) -> Progress:
    """Say how far a file has been read, in bytes."""
    return Progress(min(source.stream.tell(), source.size), source.size)


def json(archive: Archive, name: str, kind: Any) -> Any:  # noqa: ANN401 - typed by `kind`
    """Return a member as the type. Raises Unreadable, naming the member and the place."""
    return parsed(archive.read(name, JSON_BYTES), kind, name)


def parsed(data: bytes, kind: Any, name: str) -> Any:  # noqa: ANN401 - as above
    """Return JSON, with a byte order mark or without, as the type. Raises Unreadable."""
    try:
        return msgspec.json.decode(data.removeprefix(codecs.BOM_UTF8), type=kind, strict=False)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{name}: {error}"[:300]) from None


def attempted(where: str, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | Fault:
    """Return what the work returns, or the fault of a cell that cannot be read."""
    try:
        return work(*args, **kwargs)
    except Unfit as error:
        return Fault(where, "invalid", str(error))
    except (ValueError, KeyError):
        # Their words would quote the cell.
        return Fault(where, "invalid", "something it needs is missing, or not written as it should be")
