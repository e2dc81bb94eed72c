"""What crosses the boundary: a request and its snapshot in a sealed memory file, one length-prefixed reply in a pipe."""

import fcntl
import math
import os
import struct
from typing import Any, Final, Literal

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
    """The scorer raised, or returned what is no finding."""

    code: Literal["crash", "invalid_finding", "invalid_parameter"]
    reason: str


class NoMemory(Struct, frozen=True, tag="no_memory"):
    """The scorer met its memory limit."""


Reply = Found | Failed | NoMemory
_REPLY: Final[msgspec.json.Decoder[Reply]] = msgspec.json.Decoder(Reply)
_REQUEST: Final[msgspec.json.Decoder[Request]] = msgspec.json.Decoder(Request)


class Unfit(ValueError):
    """What a scorer returned, or what came out of its pipe, is no finding."""


def sealed(request: Request, snapshot: bytes) -> int:
    """Return the descriptor of a memory file with the request and the snapshot that nobody can change any more."""
    head = msgspec.json.encode(request)
    file = os.memfd_create("kithline", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        for part in (LENGTH.pack(len(head)), head, snapshot):
            write_all(file, part)
        fcntl.fcntl(file, fcntl.F_ADD_SEALS, SEALS)
    except BaseException:
        os.close(file)
        raise
    return file


def unsealed(file: int) -> tuple[Request, bytes]:
    """Read a request and its snapshot back."""
    (length,) = LENGTH.unpack(read_all(file, 0, LENGTH.size))
    head = _REQUEST.decode(read_all(file, LENGTH.size, length))
    start = LENGTH.size + length
    return head, read_all(file, start, os.fstat(file).st_size - start)


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
        return _REPLY.decode(memoryview(data)[LENGTH.size :])
    except (ValueError, RecursionError) as error:
        raise Unfit(f"the answer is no finding: {error}"[:300]) from None


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
