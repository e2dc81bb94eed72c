"""Unpacks compressed bodies: never more than the cap, nothing cut short, nothing behind the end."""

import asyncio
import zlib
from collections.abc import Sized
from typing import Final

import zstandard

from kithline_api import media
from kithline_api.bodies import Malformed, StrictRequest
from kithline_core.errors import DomainError

# What a window of RFC 9659 needs at most; a frame may not ask for more memory than that.
_WINDOW: Final = 8 * 1024 * 1024
# A block of four bytes may stand for 128 KiB, so that a slice gives 8 MiB at most.
_SLICE: Final = 256
# A header and a trailer of gzip; zlib's constant for that form.
_GZIP: Final = 31


class TooLarge(DomainError):
    """The body is larger than the operation takes, as it came or unpacked."""

    code = "too_large"


async def unpacked(request: StrictRequest, most: int) -> bytes:
    """Return the body of a request without its content coding. Raises Malformed, or TooLarge beyond `most` bytes."""
    body, coding = await request.body(), media.coding(request.headers.get("content-encoding"))
    if coding == media.IDENTITY:
        _bound(body, most)
        return body
    return await asyncio.to_thread(_CODINGS[coding], body, most)


def _bound(body: Sized, most: int) -> None:
    if len(body) > most:
        raise TooLarge(f"the body has more than {most} bytes; send it in parts")


def gunzip(body: bytes, most: int) -> bytes:
    """Return what one gzip member holds. Raises Malformed or TooLarge."""
    stream = zlib.decompressobj(_GZIP)
    try:
        found = stream.decompress(body, most + 1)
    except zlib.error as error:
        raise Malformed(f"the body is not gzip: {_words(error)}") from None
    _bound(found, most)
    return _ended(found, stream.eof, stream.unused_data)


def unzstd(body: bytes, most: int) -> bytes:
    """Return what one zstd frame holds. Raises Malformed or TooLarge."""
    stream = zstandard.ZstdDecompressor(max_window_size=_WINDOW).decompressobj()
    found, at = bytearray(), 0
    while at < len(body) and not stream.eof:
        try:
            found += stream.decompress(body[at : at + _SLICE])
        except zstandard.ZstdError as error:
            raise Malformed(f"the body is not zstd: {_words(error)}") from None
        _bound(found, most)
        at += _SLICE
    return _ended(bytes(found), stream.eof, stream.unused_data or body[at:])


def _ended(found: bytes, ended: bool, rest: bytes) -> bytes:
    if not ended:
        raise Malformed("the compressed body ends early")
    if rest:
        raise Malformed("something follows the end of the compressed body; send one gzip member or one zstd frame")
    return found


def _words(error: Exception) -> str:
    return str(error).rpartition(": ")[2]


_CODINGS: Final = {"gzip": gunzip, "zstd": unzstd}
