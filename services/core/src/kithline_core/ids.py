"""Typed ids: a prefix and the base32 of a UUIDv7, so that ids sort by time and say what they name."""

import base64
import os
import time
from typing import Final
from uuid import UUID

from kithline_core.errors import NotFound

PREFIXES: Final = {
    "partner": "prt",
    "grant": "grt",
    "tenant": "ten",
    "key": "key",
    "ground": "gnd",
    "scope": "scp",
    "import": "imp",
    "run": "run",
    "task": "tsk",
    "result": "res",
    "assessment": "asm",
    "batch": "bat",
    "correction": "cor",
    "paper": "ppr",
    "request": "req",
    "outbox": "out",
    "operator": "opr",
    "job": "job",
    "errand": "ern",
    "audit": "aud",
    "identity": "idn",
    "dispute": "dsp",
    "signing_key": "sgk",
}


def new() -> UUID:
    """Return a fresh UUIDv7 (RFC 9562): 48 bits of milliseconds, then 74 random bits."""
    stamp = time.time_ns() // 1_000_000
    value = (stamp << 80) | int.from_bytes(os.urandom(10), "big")
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    return UUID(int=(value & ~(0x3 << 62)) | (0x2 << 62))


def show(kind: str, value: UUID) -> str:
    """Return the public form, e.g. `run_06b2…` in lower-case base32 without padding."""
    return f"{PREFIXES[kind]}_{base64.b32encode(value.bytes).decode().rstrip('=').lower()}"


def read(kind: str, text: str) -> UUID:
    """Return the UUID behind a public id. Raises NotFound when it cannot be one of this kind."""
    prefix, _, tail = text.partition("_")
    try:
        raw = base64.b32decode(tail.upper() + "=" * (-len(tail) % 8))
        value = UUID(bytes=raw)
    except ValueError:
        raise NotFound(f"there is no {kind} {text[:60]!r}") from None
    if prefix != PREFIXES[kind] or show(kind, value) != text:
        raise NotFound(f"there is no {kind} {text[:60]!r}")
    return value
