"""A filter of system calls that allows what is listed and refuses the rest: for loading a plugin, for a run.

Filters add up and cannot be taken away: whatever a plugin does while it is loaded, no child of its process can do more
than the first filter allows. That one opens no socket, runs no program, signals nobody, shares no memory and makes no
pipe, so that two runs have nothing through which one could tell the other anything. Where the plugin is loaded by a
process that takes one run only, it may not fork either.
"""

import ctypes
import platform
import struct
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from kithline_core.sandbox.far import calls, kernel

INSTRUCTION: Final = struct.Struct("<HBBI")
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER_AT, ARCHITECTURE_AT = 0, 4  # offsets in struct seccomp_data
FIRST, SECOND, THIRD, FOURTH = 16, 24, 32, 40  # the lower halves of the arguments
UPPER: Final = 4
X86_64: Final = 0xC000003E
X32: Final = 0x40000000
ALLOW, KILL, ASK = 0x7FFF0000, 0x80000000, 0x7FC00000
REFUSE: Final = 0x00050000 | 1  # EPERM
ABSENT: Final = 0x00050000 | 38  # ENOSYS: the C library then asks for clone, and libraries do without threads

Line = tuple[int, int, int, int]


class Program(ctypes.Structure):
    """The kernel's struct sock_fprog: how many instructions, and where."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


class Missing(OSError):
    """There is no filter for this machine."""


def for_loading() -> None:
    """Confine this process to loading a plugin and forking. Raises OSError where filters are refused, Missing."""
    install(LOADING)


def for_keeping() -> None:
    """Confine this process to forking and to watching what it forked. Raises OSError, Missing."""
    install(KEEPING)


def for_importing() -> None:
    """Confine this process to loading a plugin that it runs once: as for loading, but no fork. Raises OSError, Missing."""
    install(IMPORTING)


def for_a_run() -> None:
    """Confine this process to computing: no file, no process, no thread. Raises OSError, Missing."""
    install(RUNNING)


def install(code: bytes) -> None:
    """Put a filter on this process, for good. Raises OSError, Missing."""
    prepared(code)()


def prepared(code: bytes) -> Callable[[], None]:
    """Return what puts a filter on this process, with all that it needs taken now. Raises Missing; it raises OSError."""
    if platform.machine() != "x86_64":
        raise Missing(f"the filter knows the system calls of x86-64, not of {platform.machine()}")
    filled, prctl = Program(len(code) // INSTRUCTION.size, code), kernel.prctl
    calls = (
        (kernel.PR_SET_NO_NEW_PRIVS, 1),
        (kernel.PR_SET_SECCOMP, kernel.SECCOMP_MODE_FILTER, ctypes.addressof(filled)),
    )

    def put(_: Program = filled) -> None:
        for call in calls:
            prctl(*call)

    return put


NATIVE: Final[tuple[Line, ...]] = (
    *((LOAD, 0, 0, ARCHITECTURE_AT), (EQUAL, 1, 0, X86_64), (RETURN, 0, 0, KILL)),
    *((LOAD, 0, 0, NUMBER_AT), (AT_LEAST, 0, 1, X32), (RETURN, 0, 0, KILL)),
)


def program(allowed: Mapping[str, int], more: Iterable[Line]) -> bytes:
    """Return the filter that allows these calls, and others as further lines say."""
    lines = list(NATIVE)
    for number in allowed.values():
        lines += [(EQUAL, 0, 1, number), (RETURN, 0, 0, ALLOW)]
    lines += _without(calls.MMAP, FOURTH, calls.MAP_REFUSED)
    lines += _if(calls.AFFINITY, [(FIRST, 0)], other=ABSENT)
    lines += _with(calls.FUTEX, SECOND, calls.FUTEX_PRIVATE)
    for number in calls.CLOCKS:
        lines += _without(number, FIRST, calls.CLOCK_OF_A_PROCESS)
    lines += _one_of(calls.MADVISE, THIRD, calls.ADVICE)
    lines += _one_of(calls.FCNTL, SECOND, calls.FCNTL_COMMANDS)
    lines += [*more, *_one_of(calls.IOCTL, SECOND, calls.IOCTL_COMMANDS)]
    lines += [(EQUAL, 0, 1, calls.CLONE3), (RETURN, 0, 0, ABSENT)]
    return _packed([*lines, (RETURN, 0, 0, REFUSE)])


def _packed(lines: Iterable[Line]) -> bytes:
    return b"".join(INSTRUCTION.pack(*line) for line in lines)


def _without(number: int, where: int, bits: int) -> list[Line]:
    """Return the lines that let a call pass whose argument has none of the bits."""
    inner = [(LOAD, 0, 0, where), (ANY_BIT, 0, 1, bits), (RETURN, 0, 0, REFUSE), (RETURN, 0, 0, ALLOW)]
    return [(EQUAL, 0, len(inner), number), *inner]


def _with(number: int, where: int, bits: int) -> list[Line]:
    """Return the lines that let a call pass whose argument has one of the bits."""
    inner = [(LOAD, 0, 0, where), (ANY_BIT, 1, 0, bits), (RETURN, 0, 0, REFUSE), (RETURN, 0, 0, ALLOW)]
    return [(EQUAL, 0, len(inner), number), *inner]


def _one_of(number: int, where: int, values: Iterable[int], pairs: Iterable[tuple[int, int]] = ()) -> list[Line]:
    """Return the lines that let a call pass whose argument is one of the values, or with the next one of the pairs."""
    inner: list[Line] = [(LOAD, 0, 0, where)]
    for value in values:
        inner += [(EQUAL, 0, 1, value), (RETURN, 0, 0, ALLOW)]
    for value, following in pairs:
        inner += [(EQUAL, 0, 3, value), (LOAD, 0, 0, where + 8), (EQUAL, 0, 1, following), (RETURN, 0, 0, ALLOW)]
    inner.append((RETURN, 0, 0, REFUSE))
    return [(EQUAL, 0, len(inner), number), *inner]


def _if(number: int, wanted: list[tuple[int, int]], other: int = REFUSE) -> list[Line]:
    """Return the lines that let a call pass whose arguments all have the wanted values."""
    inner = [*_wanted(wanted, other), (RETURN, 0, 0, ALLOW)]
    return [(EQUAL, 0, len(inner), number), *inner]


def _wanted(wanted: list[tuple[int, int]], other: int = REFUSE) -> list[Line]:
    """Return the lines that answer for a call unless its arguments all have the wanted values."""
    each = (((LOAD, 0, 0, where), (EQUAL, 1, 0, value), (RETURN, 0, 0, other)) for where, value in wanted)
    return [line for lines in each for line in lines]


def _loading() -> bytes:
    prctl = _one_of(calls.PRCTL, FIRST, calls.PRCTL_OPTIONS, calls.DIE_WITH_PARENT)
    return program(calls.LOAD, [*_files(), *_forks(), *prctl])


def _keeping() -> bytes:
    prctl = _one_of(calls.PRCTL, FIRST, (*calls.PRCTL_OPTIONS, calls.DUMPABLE), calls.DIE_WITH_PARENT)
    listen = _if(calls.SECCOMP, [(SECOND, calls.LISTEN)])
    watch = _one_of(calls.IOCTL, SECOND, (*calls.IOCTL_COMMANDS, calls.NOTIFICATION, calls.ANSWER))
    return program(calls.KEEP, [*_files(), *_forks(), *prctl, *listen, *watch])


def _watched() -> bytes:
    named = [
        line
        for number in (*calls.NAMED.values(), *calls.AT.values())
        for line in ((EQUAL, 0, 1, number), (RETURN, 0, 0, ASK))
    ]
    return _packed([*NATIVE, *named, (RETURN, 0, 0, ALLOW)])


def _forks() -> list[Line]:
    return _if(calls.CLONE, [(FIRST, calls.FORK), (FIRST + UPPER, 0)], other=ABSENT)


def _importing() -> bytes:
    threads = [(EQUAL, 0, 1, calls.CLONE), (RETURN, 0, 0, ABSENT)]
    prctl = _one_of(calls.PRCTL, FIRST, calls.PRCTL_OPTIONS)
    return program(calls.IMPORT, [*_files(), *threads, *prctl])


def _files() -> list[Line]:
    """Return the lines that open files for reading, and set limits of this process, which the kernel lets nobody raise.

    That of dumps stays as it is: a lower one would allow some.
    """
    files = [*_without(calls.OPEN, SECOND, calls.WRITING), *_without(calls.OPENAT, THIRD, calls.WRITING)]
    other = [(LOAD, 0, 0, SECOND), (EQUAL, 1, 0, calls.CORE), (RETURN, 0, 0, ALLOW)]
    inner = [*_wanted([(FIRST, 0)]), *other, *_wanted([(THIRD, 0), (THIRD + UPPER, 0)]), (RETURN, 0, 0, ALLOW)]
    return [*files, (EQUAL, 0, len(inner), calls.PRLIMIT), *inner]


def _running() -> bytes:
    look = _if(calls.PRLIMIT, [(FIRST, 0), (THIRD, 0), (THIRD + UPPER, 0)])
    threads = [(EQUAL, 0, 1, calls.CLONE), (RETURN, 0, 0, ABSENT)]
    return program(calls.RUN, [*look, *threads])


LOADING: Final = _loading()
KEEPING: Final = _keeping()
WATCHED: Final = _watched()
IMPORTING: Final = _importing()
RUNNING: Final = _running()
