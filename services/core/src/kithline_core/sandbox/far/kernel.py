"""What the kernel does for the boundary: resource limits, no new privileges, an end together with the parent."""

import ctypes
import math
import os
import resource
import signal
from pathlib import Path
from typing import Final

PR_SET_PDEATHSIG: Final = 1
PR_SET_SECCOMP: Final = 22
PR_SET_CHILD_SUBREAPER: Final = 36
PR_SET_NO_NEW_PRIVS: Final = 38
SECCOMP_MODE_FILTER: Final = 2
OPEN_FILES: Final = 32
MEGABYTE: Final = 1024 * 1024
CHILDREN: Final = Path("/proc/thread-self/children")

_LIBC = ctypes.CDLL(None, use_errno=True)
_LIBC.prctl.argtypes = (ctypes.c_int, *[ctypes.c_ulong] * 4)  # else an address would be cut short


def prctl(option: int, value: int, more: int = 0) -> None:
    """Set an option of this process. Raises OSError."""
    if _LIBC.prctl(option, value, more, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"prctl {option} was refused")


def die_with(parent: int) -> None:
    """Ask to be killed when the parent dies; exit at once when it already has."""
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def limits(seconds: float, memory_mb: int) -> dict[int, tuple[int, int]]:
    """Return the resource limits of one run, per resource: soft and hard."""
    cpu = math.ceil(seconds) + 1  # the wall clock of the host comes first; this one needs no host
    return lasting(memory_mb) | {
        resource.RLIMIT_CPU: (cpu, cpu + 1),
        resource.RLIMIT_FSIZE: (0, 0),
        resource.RLIMIT_NOFILE: (OPEN_FILES, OPEN_FILES),
    }


def lasting(memory_mb: int) -> dict[int, tuple[int, int]]:
    """Return the limits that hold for a plugin's process and all its runs."""
    memory = memory_mb * MEGABYTE
    return {resource.RLIMIT_AS: (memory, memory), resource.RLIMIT_CORE: (0, 0)}


def confine(wanted: dict[int, tuple[int, int]]) -> None:
    """Apply limits to this process, never raising a hard one."""
    for kind, both in wanted.items():
        _, ceiling = resource.getrlimit(kind)
        free = ceiling == resource.RLIM_INFINITY
        resource.setrlimit(kind, both if free else (min(both[0], ceiling), min(both[1], ceiling)))


def children() -> list[int]:
    """Return the processes whose parent is this thread's process, zombies included; none where the kernel cannot say."""
    try:
        return [int(pid) for pid in CHILDREN.read_text().split()]
    except FileNotFoundError:
        return []


def kill_group(leader: int) -> None:
    """Kill a process group, whoever is left of it."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return
