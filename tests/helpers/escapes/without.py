"""A process from which walls were taken: `python without.py WHAT... -- COMMAND...` runs a command where they are missing.

What is taken is refused, as on a kernel without it; `pretended` calls say that they went well and did nothing, which only
an attempt to get out can tell from a wall.
"""

import ctypes
import os
import struct
import sys

INSTRUCTION = struct.Struct("<HBBI")
LOAD, EQUAL, ANY_BIT, RETURN = 0x20, 0x15, 0x45, 0x06
ALLOW, ERROR = 0x7FFF0000, 0x00050000
EPERM, EINVAL, ENOSYS = 1, 22, 38
CLONE, CLONE3, UNSHARE, PRCTL, SECCOMP = 56, 435, 272, 157, 317
LANDLOCK = (444, 445, 446)
NEW = 0x7E020000  # any flag that asks for a namespace
FILTER = 22

Line = tuple[int, int, int, int]


def answer(number: int, error: int) -> list[Line]:
    """Answer a call with an error, 0 for a success that did nothing."""
    return [(EQUAL, 0, 1, number), (RETURN, 0, 0, ERROR | error)]


def answer_if(number: int, test: int, value: int, error: int) -> list[Line]:
    """Answer a call whose first argument stands a test."""
    inner = [(LOAD, 0, 0, 16), (test, 0, 1, value), (RETURN, 0, 0, ERROR | error), (RETURN, 0, 0, ALLOW)]
    return [(EQUAL, 0, len(inner), number), *inner]


TAKEN: dict[str, list[Line]] = {
    "namespaces": answer_if(CLONE, ANY_BIT, NEW, EPERM) + answer(UNSHARE, EPERM) + answer(CLONE3, ENOSYS),
    "landlock": [line for number in LANDLOCK for line in answer(number, ENOSYS)],
    "seccomp": answer_if(PRCTL, EQUAL, FILTER, EINVAL) + answer(SECCOMP, ENOSYS),
    "landlock, pretended": answer(LANDLOCK[2], 0),
    "seccomp, pretended": answer_if(PRCTL, EQUAL, FILTER, 0) + answer(SECCOMP, 0),
}


def take(names: list[str]) -> None:
    """Take these walls from this process and whatever it starts."""
    lines = [(LOAD, 0, 0, 0), *(line for name in names for line in TAKEN[name]), (RETURN, 0, 0, ALLOW)]
    code = ctypes.create_string_buffer(b"".join(INSTRUCTION.pack(*line) for line in lines))
    program = ctypes.create_string_buffer(struct.pack("<HxxxxxxQ", len(lines), ctypes.addressof(code)))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl.argtypes = (ctypes.c_int, *[ctypes.c_ulong] * 4)
    if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(FILTER, 2, ctypes.addressof(program), 0, 0):
        raise OSError(ctypes.get_errno(), "this kernel knows no filters")


if __name__ == "__main__":
    middle = sys.argv.index("--")
    take(sys.argv[1:middle])
    os.execv(sys.argv[middle + 1], sys.argv[middle + 1 :])
