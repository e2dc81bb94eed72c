"""The far side of reading an export: calls the connector and turns what it says into lines, in the child's process."""

import os
from collections.abc import Iterator
from typing import Any, Final

import msgspec
from msgspec import Struct

from kithline_core.sandbox.far.frames import Request
from kithline_core.sandbox.far.loader import Loaded, describe
from kithline_sdk.connecting import Connector, Entry, Fault, Progress, Source, Unreadable

PART: Final = 65_536  # bytes that are worth a write


class Ended(Struct, frozen=True, tag="ended"):
    """The connector came to its end."""


class Broken(Struct, frozen=True, tag="broken"):
    """It did not: `code` is unreadable, invalid_option, out_of_memory or crash."""

    code: str
    reason: str


Line = Entry | Fault | Progress | Ended | Broken
_ENCODER: Final = msgspec.json.Encoder()


def said(loaded: Loaded, request: Request, export: int) -> Iterator[bytes]:
    """Yield what a connector says, a line each, some lines at a time; the last line says how it ended."""
    buffer = bytearray()
    for line in _until_the_end(loaded, request, export):
        buffer += _ENCODER.encode(line)
        buffer += b"\n"
        if len(buffer) >= PART:
            yield bytes(buffer)
            buffer.clear()
    yield bytes(buffer)


def _until_the_end(loaded: Loaded, request: Request, export: int) -> Iterator[Line]:
    try:
        yield from _read(loaded, request, export)
        end: Ended | Broken = Ended()
    except Unreadable as unreadable:
        end = Broken("unreadable", str(unreadable)[:300])
    except msgspec.ValidationError as unusable:
        end = Broken("invalid_option", str(unusable)[:300])
    except MemoryError:
        end = Broken("out_of_memory", f"it asked for more than {request.memory_mb} MiB of memory")
    except BaseException as error:  # noqa: BLE001 - a connector may raise anything, SystemExit included
        end = Broken("crash", describe(error))
    yield end


def _read(loaded: Loaded, request: Request, export: int) -> Iterator[Line]:
    connector = _find(loaded, request)
    options: dict[str, Any] = dict(request.params)
    name = options.pop("name", "")
    chosen = msgspec.convert(options, connector.Options, strict=False)
    with os.fdopen(export, "rb") as stream:
        size = stream.seek(0, os.SEEK_END)
        stream.seek(0)
        yield from connector.read(Source(name, stream, size), chosen)


def _find(loaded: Loaded, request: Request) -> Connector:
    connector = loaded.connectors.get(request.scorer)
    if connector is None:
        raise LookupError("; ".join([f"the plugin offers no connector {request.scorer}", *loaded.problems]))
    if connector.version != request.version:
        raise LookupError(f"the plugin offers version {connector.version}, its manifest says {request.version}")
    return connector
