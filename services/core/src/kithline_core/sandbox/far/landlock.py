"""Landlock: from here on this process and its children read what is named, and write, connect and signal nowhere."""

import ctypes
import os
import stat
import struct
from collections.abc import Iterable
from typing import Final

from kithline_core.sandbox.far import kernel

CREATE, ADD, RESTRICT = 444, 445, 446  # alike on every architecture
VERSION: Final = 1
BENEATH: Final = 1
READ_FILE, READ_DIR = 1 << 2, 1 << 3
# Rights over files that each version of the interface knows: all of them are handled, so all are refused by default.
FILE_RIGHTS: Final = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
NET_FROM, NET_RIGHTS = 4, 0b11  # bind and connect of TCP
SCOPE_FROM, SCOPES = 6, 0b11  # abstract sockets and signals
RULESET: Final = struct.Struct("<QQQ")
RULE: Final = struct.Struct("<Qi")


def version() -> int:
    """Return the version of the interface, 0 where there is none."""
    try:
        return kernel.call(CREATE, 0, 0, VERSION)
    except OSError:
        return 0


def restrict(readable: Iterable[str]) -> None:
    """Confine this process to reading these files and folders, for good. Raises OSError where there is no Landlock."""
    known = version()
    if not known:
        raise OSError("the kernel has no Landlock")
    described = _described(known)
    ruleset = kernel.call(CREATE, ctypes.addressof(described), len(described), 0)
    try:
        for path in readable:
            _allow(ruleset, path)
        kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
        kernel.call(RESTRICT, ruleset, 0)
    finally:
        os.close(ruleset)


def _described(known: int) -> ctypes.Array[ctypes.c_char]:
    """Return the kernel's struct landlock_ruleset_attr, as long as this version knows it."""
    files = max(rights for since, rights in FILE_RIGHTS.items() if since <= known)
    scopes = SCOPES if known >= SCOPE_FROM else 0
    net = NET_RIGHTS if known >= NET_FROM else 0
    size = 24 if known >= SCOPE_FROM else 16 if known >= NET_FROM else 8
    return ctypes.create_string_buffer(RULESET.pack(files, net, scopes)[:size], size)


def _allow(ruleset: int, path: str) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        folder = stat.S_ISDIR(os.fstat(place).st_mode)
        rule = ctypes.create_string_buffer(RULE.pack(READ_FILE | (READ_DIR if folder else 0), place), RULE.size)
        kernel.call(ADD, ruleset, BENEATH, ctypes.addressof(rule), 0)
    finally:
        os.close(place)
