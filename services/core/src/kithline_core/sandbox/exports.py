"""The host's side of reading an export: lines out of a pipe, typed, never more than the limits."""

import asyncio
import os
from collections.abc import AsyncIterator
from typing import Final

import msgspec

from kithline_core.sandbox.far.reading import Broken, Ended, Line
from kithline_core.sandbox.outcomes import plain
from kithline_sdk.connecting import Fault, Progress

LINE_BYTES: Final = 1024 * 1024
MOST: Final = 2**63
_LINE: Final[msgspec.json.Decoder[Line]] = msgspec.json.Decoder(Line)


async def lines(descriptor: int, seconds: float, most: int) -> AsyncIterator[Line]:
    """Yield what comes out of a pipe, line by line, and close it. The last line is Ended, or Broken with the reason."""
    transport, stream = await _open(descriptor)
    try:
        async with asyncio.timeout(seconds):
            async for line in _decoded(stream, most):
                yield line
                if isinstance(line, Ended | Broken):
                    return
    except TimeoutError:
        yield Broken("timeout", f"it took longer than {seconds:g} s")
    finally:
        transport.close()


async def _decoded(stream: asyncio.StreamReader, most: int) -> AsyncIterator[Line]:
    seen = 0
    while True:
        try:
            line = await stream.readline()
        except ValueError:
            yield Broken("too_large", f"a row is larger than {LINE_BYTES} bytes")
            return
        seen += len(line)
        if seen > most:
            yield Broken("too_large", f"its rows are larger than {most} bytes")
            return
        yield _read(line)


def _read(line: bytes) -> Line:
    if not line:
        return Broken("crash", "it ended without saying so")
    try:
        said = _LINE.decode(line)
    except (ValueError, RecursionError) as error:
        return Broken("invalid_row", f"what it said is no row: {error}"[:300])
    if isinstance(said, Progress) and not (0 <= said.done < MOST and 0 <= said.total < MOST):
        return Broken("invalid_row", "it has come further than there is to go")
    if isinstance(said, Broken):
        return Broken(plain(said.code), plain(said.reason))
    return Fault(plain(said.where), plain(said.code), plain(said.message)) if isinstance(said, Fault) else said


async def _open(descriptor: int) -> tuple[asyncio.BaseTransport, asyncio.StreamReader]:
    stream = asyncio.StreamReader(limit=LINE_BYTES)
    protocol = asyncio.StreamReaderProtocol(stream)
    pipe = os.fdopen(descriptor, "rb")
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, pipe)
    return transport, stream
