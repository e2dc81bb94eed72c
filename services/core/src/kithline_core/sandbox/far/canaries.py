"""Attempts to get out, made behind a wall by us, so that a wall with a hole is found before a plugin finds it.

Called as `python -S -m kithline_core.sandbox.far.canaries BOOT`: it confines itself as a plugin's process does, tries what
must fail while a plugin is loaded, then in a fork what must fail in a run, and prints what succeeded, as JSON. Before that it
tries in a child, which confines itself as the process of a stored plugin does, what must fail in a spare.
"""

import ctypes
import json
import mmap
import os
import platform
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Final

from kithline_core.sandbox.far import keeper, kernel, seccomp, spare
from kithline_core.sandbox.far.boot import Boot, confine

ELSEWHERE: Final = ("/etc/passwd", "/proc/self/environ", "/proc/1/environ", "/etc/hostname")
HOSTNAME: Final = "sandbox"
SPACE: Final = ctypes.create_string_buffer(256)  # what the kernel is told, and where it may write
REFUSED: Final = 77  # how a child ends that was held
UNSHARE, PTRACE, KEYCTL, IO_URING, MEMFD = 272, 101, 250, 425, 319
TRACE_ME, KEYRING, SESSION = 0, 0, 2**32 - 3


def reads() -> object:
    """Read what lies elsewhere."""
    for path in ELSEWHERE:
        try:
            with open(path, "rb") as file:  # noqa: PTH123 - pathlib would be imported for it
                return file.read(1)
        except OSError:
            continue
    raise PermissionError


def finds() -> object:
    """Find out that a file is there, which Landlock does not hide."""
    return os.stat("/etc/passwd")  # noqa: PTH116 - as above


def writes() -> object:
    """Make a file where everybody may, or in the folder we are in."""
    for folder in ("/tmp", "/dev/shm", "."):  # noqa: S108 - the ones to try
        try:
            return os.open(folder, os.O_TMPFILE | os.O_RDWR)
        except OSError:
            continue
    raise PermissionError


def starts() -> object:
    """Turn into another program, whatever becomes of that."""
    return in_a_child(lambda: os.execve(sys.executable, ["python"], {}))  # noqa: S606 - there is no shell to start


def in_a_child(attempt: Callable[[], object]) -> object:
    """Do in a child what could not be undone."""
    pid = os.fork()
    if pid == 0:
        try:
            attempt()
        except OSError:
            os._exit(REFUSED)
        os._exit(0)
    return _true(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) != REFUSED)


def sees_the_host() -> object:
    """Be the process, on the machine, that the host knows."""
    return _true(os.getpid() != 1 or platform.node() != HOSTNAME)


def begins_a_thread() -> object:
    """Begin a thread."""
    threading.Thread(target=int).start()
    return True


def _true(happened: bool) -> object:
    if not happened:
        raise PermissionError
    return happened


WHILE_LOADING: Final[Mapping[str, Callable[[], object]]] = {
    "opens a socket": socket.socket,
    "opens a local socket": lambda: socket.socket(socket.AF_UNIX),
    "runs a program": starts,
    "begins a thread": begins_a_thread,
    "signals a process": lambda: os.kill(os.getpid(), 0),
    "asks to be traced": lambda: in_a_child(lambda: kernel.call(PTRACE, TRACE_ME)),
    "makes a namespace": lambda: kernel.call(UNSHARE, 0),
    "uses the kernel's keys": lambda: kernel.call(KEYCTL, KEYRING, SESSION),
    "queues input and output": lambda: kernel.call(IO_URING, 1, ctypes.addressof(SPACE)),
    "shares memory": lambda: mmap.mmap(-1, mmap.PAGESIZE),
    "makes a file in memory": lambda: kernel.call(MEMFD, ctypes.addressof(SPACE)),
    "makes a pipe": os.pipe,
    "writes a file": writes,
}
IN_A_RUN: Final[Mapping[str, Callable[[], object]]] = {
    "opens a file": lambda: os.open(sys.executable, os.O_RDONLY),
    "looks at a file": lambda: os.stat(sys.executable),  # noqa: PTH116 - as above
    "forks": os.fork,
    "begins a thread in a run": begins_a_thread,
}


IN_A_SPARE: Final[Mapping[str, Callable[[], object]]] = {
    "reads elsewhere in a spare": reads,
    "lists the root in a spare": lambda: os.listdir("/"),  # noqa: PTH208 - as above
    "finds files elsewhere in a spare": finds,
    "forks in a spare": os.fork,
}


def attempts(boot: Boot, *, namespaces: bool) -> dict[str, Callable[[], object]]:
    """Return what must fail while a plugin is loaded, given the layers."""
    found = dict(WHILE_LOADING)
    if boot.landlock:
        found |= {"reads elsewhere": reads, "lists the root": lambda: os.listdir("/")}  # noqa: PTH208 - as above
    if namespaces:
        found |= {"finds files elsewhere": finds, "sees the host": sees_the_host}
    return found


def succeeded(wanted: Mapping[str, Callable[[], object]]) -> list[str]:
    """Try everything and return the names of what succeeded."""
    found = []
    for name, attempt in wanted.items():
        try:
            attempt()
        except (OSError, RuntimeError):
            continue
        found.append(name)
    return found


def tell(found: list[str]) -> None:
    """Print what succeeded as one line."""
    os.write(1, json.dumps(found).encode() + b"\n")


def alone(wanted: Mapping[str, Callable[[], object]]) -> None:  # pragma: no cover - in a fork
    """Try everything, tell what succeeded, and end; a copy of this process, should one come of it, tells nothing."""
    own = os.getpid()
    found = succeeded(wanted)
    if os.getpid() == own:
        tell(found)
    os._exit(0)


def in_a_spare(boot: Boot) -> None:  # pragma: no cover - in a fork
    """Confine this process as one that forks for a stored plugin, and try everything in a spare of it."""
    confine(boot)
    host, _other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET) if boot.watched else (None, None)

    def attempt(watch: socket.socket | None) -> None:
        spare.shut_in(boot, watch)
        alone({**WHILE_LOADING, **IN_A_SPARE})

    keeper.begin(boot, host, attempt)


def in_a_run() -> None:  # pragma: no cover - as above
    """Confine this process to a run, and try everything."""
    seccomp.for_a_run()
    alone(IN_A_RUN)


def child(attempt: Callable[[], None]) -> None:  # pragma: no cover - as above
    """Do in a child what confines it otherwise."""
    pid = os.fork()
    if pid == 0:
        try:
            attempt()
        except OSError as error:
            os.write(2, f"{error}\n".encode())
        finally:
            os._exit(0)
    os.waitpid(pid, 0)


def main(words: str, namespaces: str) -> None:  # pragma: no cover - behind the wall
    """Confine this process, try everything and print a line for spares, for loading and, when nothing got out, for a run."""
    boot = Boot.read(words)
    watched, processes = namespaces != "yes", boot.processes and boot.processes + 2
    stored = boot._replace(host=os.getpid(), processes=processes, apart=True, watched=watched)
    child(lambda: in_a_spare(stored))
    confine(boot)
    out = succeeded(attempts(boot, namespaces=namespaces == "yes"))
    tell(out)
    if out:
        return
    child(in_a_run)


if __name__ == "__main__":
    main(*sys.argv[1:])
