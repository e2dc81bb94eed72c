"""What crosses the boundary: a request and its snapshot in a sealed memory file, one length-prefixed reply in a pipe."""

import fcntl
import math
import mmap
import os
import re
import struct
from typing import Any, Final, Literal, cast

import msgspec
import numpy as np
from msgspec import Struct

from kithline_sdk.contract import Finding

LENGTH: Final = struct.Struct("<Q")
SEALS: Final = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE


class Request(Struct, frozen=True):
    """One run: which scorer (or connector), with which parameters (or options), under which limits."""

    scorer: str
    version: str
    params: dict[str, Any]
    seed: int
    seconds: float
    memory_mb: int


class Found(Struct, frozen=True, tag="found"):
    """The scorer returned."""

    finding: Finding


class Failed(Struct, frozen=True, tag="failed"):
    """The scorer raised, or returned what is no finding. `place`: the last module and line of the plugin's own, "" for none."""

    code: Literal["crash", "invalid_finding", "invalid_parameter"]
    reason: str
    place: str = ""


class NoMemory(Struct, frozen=True, tag="no_memory"):
    """The scorer met its memory limit."""


Reply = Found | Failed | NoMemory
_REPLY: Final[msgspec.json.Decoder[Reply]] = msgspec.json.Decoder(Reply)
# What may be a byte of nothing in a text, or a number that neither a database nor a float holds.
_ODD: Final = re.compile(rb"\\u0000|[0-9]{19}")
_LARGEST: Final = 2**63 - 1
_REQUEST: Final[msgspec.json.Decoder[Request]] = msgspec.json.Decoder(Request)


class Unfit(ValueError):
    """What a scorer returned, or what came out of its pipe, is no finding."""


def sealed(request: Request, snapshot: bytes) -> int:
    """Return the descriptor of a memory file with the snapshot and the request that nobody can change any more.

    The snapshot comes first: what is looked at without a copy begins where a page does.
    """
    head = msgspec.json.encode(request)
    file = os.memfd_create("kithline", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        for part in (snapshot, head, LENGTH.pack(len(head))):
            write_all(file, part)
        fcntl.fcntl(file, fcntl.F_ADD_SEALS, SEALS)
    except BaseException:
        os.close(file)
        raise
    return file


def unsealed(file: int) -> tuple[Request, bytes]:
    """Read a request back, and its snapshot: what slices as bytes do, in the memory file, of which no copy is made."""
    end = os.fstat(file).st_size - LENGTH.size
    (length,) = LENGTH.unpack(read_all(file, end, LENGTH.size))
    head = _REQUEST.decode(read_all(file, end - length, length))
    return head, seen(file, end - length)


def seen(file: int, size: int) -> bytes:
    """Return the first bytes of a file, to be read in slices; all their pages at once, as every one is going to be read."""
    if not size:
        return b""
    mapped = mmap.mmap(file, size, mmap.MAP_PRIVATE | mmap.MAP_POPULATE, mmap.PROT_READ)
    return cast("bytes", mapped)


def write_all(file: int, data: bytes) -> None:
    """Write everything; one call may take less than it is given."""
    left = memoryview(data)
    while left:
        left = left[os.write(file, left) :]


def read_all(file: int, start: int, size: int) -> bytes:
    """Read so many bytes from a place. Raises EOFError when there are fewer."""
    parts = []
    while size:
        part = os.pread(file, size, start)
        if not part:
            raise EOFError("the request is cut short")
        parts.append(part)
        start, size = start + len(part), size - len(part)
    return b"".join(parts)


def framed(reply: Reply) -> bytes:
    """Return a reply behind its length. Raises Unfit for NaN and infinity: JSON would turn them into null."""
    plain = msgspec.to_builtins(reply, enc_hook=_plain)
    for name, value in plain.items():
        _refuse_nan(value, name)
    data = msgspec.json.encode(plain)
    return LENGTH.pack(len(data)) + data


def unframed(data: bytes) -> Reply:
    """Read one reply, typed. Raises Unfit when it is anything else, or more than one."""
    if len(data) < LENGTH.size or LENGTH.unpack_from(data)[0] != len(data) - LENGTH.size:
        raise Unfit("the answer is not one frame")
    try:
        reply = _REPLY.decode(memoryview(data)[LENGTH.size :])
    except (ValueError, RecursionError) as error:
        raise Unfit(f"the answer is no finding: {error}"[:300]) from None
    if _ODD.search(data, LENGTH.size):
        _refuse_odd(msgspec.to_builtins(reply))
    return reply


def _refuse_odd(value: object) -> None:
    if isinstance(value, int) and abs(value) > _LARGEST:
        raise Unfit("the answer holds a whole number of more than 63 bits")
    if isinstance(value, str) and "\0" in value:
        raise Unfit("the answer holds a text with a zero byte")
    if isinstance(value, dict):
        value = [*value, *value.values()]
    for inner in value if isinstance(value, list | tuple) else ():
        _refuse_odd(inner)


def _plain(value: object) -> object:
    """Turn numpy's numbers, which scorers return without noticing, into Python's."""
    if isinstance(value, np.generic):
        return value.item()
    raise Unfit(f"a finding cannot hold a {type(value).__name__}")


def _refuse_nan(value: object, path: str) -> None:
    if isinstance(value, float) and not math.isfinite(value):
        raise Unfit(f"{path} is {value}, which is no figure; leave it out and say why in `missing`")
    if isinstance(value, dict):
        for name, inner in value.items():
            _refuse_nan(inner, f"{path}.{name}")
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            _refuse_nan(inner, f"{path}[{number}]")
