"""What the kernel does for the boundary: who a process is, its resource limits, an end together with the parent."""

import ctypes
import math
import os
import resource
import signal
import struct
from typing import Final

PR_SET_PDEATHSIG: Final = 1
PR_SET_DUMPABLE: Final = 4
PR_SET_SECCOMP: Final = 22
PR_SET_CHILD_SUBREAPER: Final = 36
PR_SET_NO_NEW_PRIVS: Final = 38
SECCOMP_MODE_FILTER: Final = 2
# At 0 the kernel still hands all that a process held to a program, where the host has one for that; not at 1.
NO_DUMP: Final = 1
OPEN_FILES: Final = 32
OPEN_WHILE_LOADING: Final = 64
LOADING_SECONDS: Final = 60
CAPSET: Final = 126
CAPABILITIES: Final = struct.Struct("<Ii")  # version 3, this process
NO_CAPABILITIES: Final = bytes(24)
VERSION_3: Final = 0x20080522
MEGABYTE: Final = 1024 * 1024

_LIBC = ctypes.CDLL(None, use_errno=True)
_LIBC.prctl.argtypes = (ctypes.c_int, *[ctypes.c_ulong] * 4)  # else an address would be cut short
_LIBC.syscall.argtypes = (ctypes.c_long, *[ctypes.c_ulong] * 4)
_LIBC.syscall.restype = ctypes.c_long


def prctl(option: int, value: int, more: int = 0) -> None:
    """Set an option of this process. Raises OSError."""
    if _LIBC.prctl(option, value, more, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"prctl {option} was refused")


def call(number: int, *arguments: int) -> int:
    """Make a system call that the C library has no function for. Raises OSError."""
    answer: int = _LIBC.syscall(number, *arguments, *[0] * (4 - len(arguments)))
    if answer < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"system call {number} was refused: {os.strerror(code)}")
    return answer


def become(user: int) -> None:
    """Be this user and group from here on, and in no other group. Raises OSError."""
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def give_up_capabilities() -> None:
    """Have no capability from here on. Raises OSError."""
    header = ctypes.create_string_buffer(CAPABILITIES.pack(VERSION_3, 0))
    nothing = ctypes.create_string_buffer(NO_CAPABILITIES)
    call(CAPSET, ctypes.addressof(header), ctypes.addressof(nothing))


def die_with(parent: int) -> None:
    """Ask to be killed when the parent dies; exit at once when it already has."""
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def waiting(seconds: float) -> dict[int, tuple[int, int]]:
    """Return what a spare may use up until it ends: for its import and one run, not for spinning while it waits."""
    cpu = LOADING_SECONDS + math.ceil(seconds) + 1
    return {resource.RLIMIT_CPU: (cpu, cpu + 1)}


def limits(seconds: float, memory_mb: int, used: float = 0.0) -> dict[int, tuple[int, int]]:
    """Return the resource limits of one run, per resource: soft and hard. `used`: processor seconds so far."""
    cpu = math.ceil(used + seconds) + 1  # the wall clock of the host comes first; this one needs no host
    found = lasting(memory_mb) | {
        resource.RLIMIT_CPU: (cpu, cpu + 1),
        resource.RLIMIT_NOFILE: (OPEN_FILES, OPEN_FILES),
    }
    del found[resource.RLIMIT_CORE]  # it stands, and the filter lets nobody touch it
    return found


def lasting(memory_mb: int, processes: int = 0) -> dict[int, tuple[int, int]]:
    """Return the limits that hold for a plugin's process and all its runs; no limit on processes when that is 0."""
    memory = memory_mb * MEGABYTE
    found = {
        resource.RLIMIT_AS: (memory, memory),
        resource.RLIMIT_CORE: (NO_DUMP, NO_DUMP),
        resource.RLIMIT_FSIZE: (0, 0),
        resource.RLIMIT_NOFILE: (OPEN_WHILE_LOADING, OPEN_WHILE_LOADING),
    }
    return found | ({resource.RLIMIT_NPROC: (processes, processes)} if processes else {})


def confine(wanted: dict[int, tuple[int, int]]) -> None:
    """Apply limits to this process, never raising a hard one."""
    for kind, both in wanted.items():
        _, ceiling = resource.getrlimit(kind)
        free = ceiling == resource.RLIM_INFINITY
        resource.setrlimit(kind, both if free else (min(both[0], ceiling), min(both[1], ceiling)))
