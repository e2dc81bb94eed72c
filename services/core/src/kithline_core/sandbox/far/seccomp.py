"""A filter of system calls for one run: it cannot start, signal or trace processes, nor change who it is.

So a run is one process, tied to its parent's life, and the end of that process is the end of the run. Threads are
allowed, they end with it. This is no wall around files and sockets; the tier does not count it.
"""

import ctypes
import os
import platform
import struct
from contextlib import suppress
from typing import Final

from kithline_core.sandbox.far import kernel

INSTRUCTION: Final = struct.Struct("<HBBI")
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER_AT, ARCHITECTURE_AT, ARGUMENT_AT = 0, 4, 16  # offsets in struct seccomp_data; the first argument's lower half
X86_64: Final = 0xC000003E
X32: Final = 0x40000000
ALLOW, KILL, REFUSE = 0x7FFF0000, 0x80000000, 0x00050000 | 1  # EPERM
ABSENT: Final = 0x00050000 | 38  # ENOSYS: the C library then asks for clone, whose flags a filter can see
CLONE, CLONE_THREAD, CLONE3, PRLIMIT = 56, 0x10000, 435, 302

REFUSED: Final = {
    "fork": 57, "vfork": 58, "execve": 59, "execveat": 322,
    "setsid": 112, "setpgid": 109, "unshare": 272, "setns": 308,
    "tkill": 200, "pidfd_send_signal": 424, "pidfd_getfd": 438,
    "ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311,
    # An end together with the parent is an option of prctl, and forgotten when a process changes its user.
    "prctl": 157, "setuid": 105, "setgid": 106, "setreuid": 113, "setregid": 114, "setgroups": 116,
    "setresuid": 117, "setresgid": 119, "setfsuid": 122, "setfsgid": 123, "capset": 126,
}  # fmt: skip
# A process may signal itself: that is how abort() ends it.
TO_ITSELF: Final = {"kill": 62, "tgkill": 234, "rt_sigqueueinfo": 129, "rt_tgsigqueueinfo": 297}


class Program(ctypes.Structure):
    """The kernel's struct sock_fprog: how many instructions, and where."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def enclose() -> None:
    """Install the filter in this process, for good; where there is none for this machine, do nothing."""
    if platform.machine() != "x86_64":
        return
    code = program(os.getpid())
    filled = Program(len(code) // INSTRUCTION.size, code)
    with suppress(OSError):  # a kernel without filters: the host still finds strays by descent and by mark
        kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
        kernel.prctl(kernel.PR_SET_SECCOMP, kernel.SECCOMP_MODE_FILTER, ctypes.addressof(filled))


def program(me: int) -> bytes:
    """Return the filter of the process with this id."""
    lines = [(LOAD, 0, 0, ARCHITECTURE_AT), (EQUAL, 1, 0, X86_64), (RETURN, 0, 0, KILL)]
    lines += [(LOAD, 0, 0, NUMBER_AT), (AT_LEAST, 0, 1, X32), (RETURN, 0, 0, KILL)]
    for number in REFUSED.values():
        lines += [(EQUAL, 0, 1, number), (RETURN, 0, 0, REFUSE)]
    lines += [(EQUAL, 0, 1, CLONE3), (RETURN, 0, 0, ABSENT)]
    lines += _if_argument(CLONE, (ANY_BIT, 0, 1, CLONE_THREAD))
    for number in TO_ITSELF.values():
        lines += _if_argument(number, (EQUAL, 0, 1, me))
    lines += _if_argument(PRLIMIT, (EQUAL, 1, 0, 0), (EQUAL, 0, 1, me))
    return b"".join(INSTRUCTION.pack(*line) for line in [*lines, (RETURN, 0, 0, ALLOW)])


Line = tuple[int, int, int, int]


def _if_argument(number: int, *tests: Line) -> list[Line]:
    """Return the lines that let a call pass whose first argument stands the tests."""
    inner = [(LOAD, 0, 0, ARGUMENT_AT), *tests, (RETURN, 0, 0, ALLOW), (RETURN, 0, 0, REFUSE)]
    return [(EQUAL, 0, len(inner), number), *inner]
