"""The list of attempts, and the kernel's calls by number and by machine code, past every wrapper of the C library."""

import ctypes
import mmap
import os
from collections.abc import Callable
from typing import Any

ATTEMPTS: dict[str, Callable[[dict[str, Any]], Any]] = {}
LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.syscall.restype = ctypes.c_long
LOW = 0x40  # MAP_32BIT: the old interface has pointers of 32 bits


def attempt(function):
    """Enter a function into the list under its name. What it returns is brought back; "" or None is nothing."""
    ATTEMPTS[function.__name__] = function
    return function


def call(number, *arguments):
    """Make a system call. Raises OSError."""
    answer = LIBC.syscall(ctypes.c_long(number), *(ctypes.c_long(a) if isinstance(a, int) else a for a in arguments))
    return checked(answer)


def checked(answer):
    """Return a C function's answer. Raises OSError when it is -1."""
    if answer < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return answer


def any_of(tries):
    """Return what the first try brings that brings anything."""
    for one in tries:
        try:
            if got := one():
                return got
        except (OSError, ValueError):
            continue
    return ""


def low_page(data=b"", *, code=False):
    """Return a page below 4 GB with this content, and its address. The page lives as long as the first is held."""
    rights = mmap.PROT_READ | mmap.PROT_WRITE | (mmap.PROT_EXEC if code else 0)
    page = mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | LOW, prot=rights)
    page.write(data)
    return page, ctypes.addressof(ctypes.c_char.from_buffer(page))


def old_call(number, *arguments):
    """Make a call through `int 0x80`, whose numbers are those of 32-bit programs. Raises OSError."""
    loads = [bytes([0xB8 + register]) + (value & 0xFFFFFFFF).to_bytes(4, "little") for register, value in zip(
        (0, 3, 1, 2), (number, *arguments, 0, 0, 0), strict=False)]  # fmt: skip
    _page, address = low_page(b"\x53" + b"".join(loads) + b"\xcd\x80\x5b\xc3", code=True)
    answer = ctypes.CFUNCTYPE(ctypes.c_int)(address)()
    if answer < 0:
        raise OSError(-answer, os.strerror(-answer))
    return answer
