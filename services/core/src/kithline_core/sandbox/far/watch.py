"""Answers for the files that a spare asks for while it loads a plugin: Landlock has no word for whether one exists.

The kernel stops the spare at each call that names a file and asks its keeper, which reads the path in the spare's memory:
what lies within what may be read is let through, the rest is not there. Nobody can change the path in between, since the
spare has one thread and shares no memory. Once it has its request, every such call is refused.
"""

import ctypes
import errno
import fcntl
import os
import select
import socket
import struct
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Final

from kithline_core.sandbox.far import calls, kernel, seccomp

# The kernel's struct seccomp_notif and seccomp_notif_resp.
ASKED: Final = struct.Struct("<QIIiIQ6Q")
ANSWER: Final = struct.Struct("<QqiI")
GO_ON: Final = 1
PAGE: Final = 4096
HERE: Final = -100
EMPTY_PATH: Final = 0x1000
SET_FILTER: Final = 1
FOLDERS: Final = 4096  # whose way is remembered: a spare may name any number
HOPS: Final = 40
VECTOR: Final = struct.Struct("<QQ")

_LIBC = ctypes.CDLL(None, use_errno=True)
_LIBC.process_vm_readv.argtypes = (
    *(ctypes.c_int, ctypes.c_void_p, ctypes.c_ulong),
    *(ctypes.c_void_p, ctypes.c_ulong, ctypes.c_ulong),
)
_LIBC.process_vm_readv.restype = ctypes.c_ssize_t


def be_watched(line: socket.socket) -> None:  # pragma: no cover - in the fork
    """Have every call of this process that names a file asked about at the other end of a line. Raises OSError."""
    kernel.prctl(kernel.PR_SET_DUMPABLE, 1)  # else its keeper could not read a path in its memory
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    code = seccomp.WATCHED
    filled = seccomp.Program(len(code) // seccomp.INSTRUCTION.size, code)
    listener = kernel.call(calls.SECCOMP, SET_FILTER, calls.LISTEN, ctypes.addressof(filled))
    socket.send_fds(line, [b"watch"], [listener])
    os.close(listener)
    line.close()


def listen(line: socket.socket) -> int:
    """Return where a spare's calls are asked about, -1 when it ended before that."""
    _, descriptors, _, _ = socket.recv_fds(line, 16, 1)
    return descriptors[0] if descriptors else -1


class Watch:
    """What a spare may ask for: `begun` ends all of it."""

    def __init__(self, readable: Iterable[str]) -> None:
        self.roots = {*readable, *map(os.path.realpath, readable)}
        self.ways = {"/", *(step for path in readable for step in steps(path))}
        self.leads = lru_cache(maxsize=FOLDERS)(self.followed)
        self.begun = False

    def serve(self, listener: int, host: socket.socket) -> None:
        """Answer until the spare has ended. What the host says is that its request is on its way."""
        asked = select.poll()
        asked.register(host, select.POLLIN)
        asked.register(listener, select.POLLIN)
        while True:
            events = dict(asked.poll())
            if host.fileno() in events:
                self.begun = True
                host.recv(PAGE)
                asked.unregister(host)
            if not events.get(listener, 0) & select.POLLIN:
                if listener in events:
                    return
                continue
            with suppress(OSError):  # the spare may have ended by now
                self.answer(listener)

    def answer(self, listener: int) -> None:
        """Answer for one call. Raises OSError."""
        told = bytearray(ASKED.size)
        fcntl.ioctl(listener, calls.NOTIFICATION, told)
        number, pid, _, call, _, _, *arguments = ASKED.unpack(told)
        granted = self.grants(pid, call, arguments)
        refusal = 0 if granted else errno.EPERM if self.begun else errno.ENOENT
        fcntl.ioctl(listener, calls.ANSWER, ANSWER.pack(number, 0, -refusal, 0 if refusal else GO_ON))

    def grants(self, pid: int, call: int, arguments: list[int]) -> bool:
        """Return whether a call names what may be read, or looks at what lies on the way there; in a run none may."""
        at, opens = call in calls.AT.values(), call in {calls.OPEN, calls.OPENAT}
        path = text(pid, arguments[1 if at else 0])
        if path == "":
            return at and bool((arguments[3] | arguments[2]) & EMPTY_PATH)  # of a descriptor that it has
        if (
            self.begun
            or path is None
            or (at and not path.startswith("/") and arguments[0] & 0xFFFFFFFF != HERE & 0xFFFFFFFF)
        ):
            return False
        try:
            real = self.resolved(os.path.join("/", path), follows(call, arguments))  # noqa: PTH118 - a Path would cost more than the call
        except OSError:  # a link that may not be read, for one
            return False
        return self.within(real) or (not opens and real in self.ways)

    def within(self, path: str) -> bool:
        """Return whether a path is one of those that may be read, or below one."""
        return path in self.roots or any(way in self.roots for way in ways(path))

    def resolved(self, path: str, follow: bool) -> str:
        """Return where a path leads, a link at its end followed or not. Raises OSError where it passes elsewhere."""
        folder, name = os.path.split(path)
        if name in {"", ".", ".."}:
            return self.leads(path)
        found = os.path.join(self.leads(folder), name)  # noqa: PTH118 - as above
        return self.leads(found) if follow and os.path.islink(found) else found  # noqa: PTH114 - as above

    def followed(self, path: str) -> str:
        """Return where a path leads. Raises OSError where it passes what is neither to be read nor on the way there.

        A link in /proc leads each process elsewhere, and later elsewhere again: nobody is told what it leads to.
        """
        step = "/"
        for step in steps(path):
            if not (step in self.ways or self.within(step)):
                raise OSError(errno.ENOENT, "it leads elsewhere")
        return step


def follows(call: int, arguments: Sequence[int]) -> bool:
    """Return whether a call means what a link at the end of its path leads to."""
    place, bit = calls.UNFOLLOWED.get(call, (0, 0))
    return call not in calls.LINKS and not arguments[place] & bit


def steps(path: str) -> Iterator[str]:
    """Yield each place that a path passes, links followed; the last is where it leads. Raises OSError."""
    here, left, hops = "/", path.split("/")[::-1], 0
    while left:
        name = left.pop()
        if name == "..":
            here = os.path.dirname(here)  # noqa: PTH120 - strings throughout
        elif name not in {"", "."}:
            here = os.path.join(here, name)  # noqa: PTH118 - as above
        yield here
        if name in {"", ".", ".."} or not os.path.islink(here):  # noqa: PTH114 - as above
            continue
        if (hops := hops + 1) > HOPS:
            raise OSError(errno.ELOOP, "too many links")
        target = os.readlink(here)  # noqa: PTH115 - as above
        here = "/" if target.startswith("/") else os.path.dirname(here)  # noqa: PTH120 - as above
        left += [*target.split("/")[::-1], "."]


def ways(path: str) -> list[str]:
    """Return the folders above a path."""
    found = []
    while path != (path := os.path.dirname(path)):  # noqa: PTH120 - strings throughout
        found.append(path)
    return found


def text(pid: int, address: int) -> str | None:
    """Return a path in another process's memory, None where there is none."""
    held = ctypes.create_string_buffer(PAGE)
    left = PAGE - address % PAGE  # what lies on the next page may not be there
    own = ctypes.create_string_buffer(VECTOR.pack(ctypes.addressof(held), PAGE))
    theirs = ctypes.create_string_buffer(VECTOR.pack(address, left) + VECTOR.pack(address + left, PAGE - left))
    got = _LIBC.process_vm_readv(pid, ctypes.addressof(own), 1, ctypes.addressof(theirs), 2, 0)
    path, ended, _ = held.raw[: max(got, 0)].partition(b"\0")
    return os.fsdecode(path) if ended else None
