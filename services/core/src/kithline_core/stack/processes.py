"""Processes by name and birth: a process id alone may be recycled, a process id with its start time is not."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from kithline_core.stack.account import Account

PR_SET_PDEATHSIG = 1
TOKEN = "KITHLINE_STACK"  # noqa: S105 - the name of a variable
LIBC = ctypes.CDLL(None, use_errno=True)


class Process(msgspec.Struct, frozen=True):
    """A process: its id, its start in clock ticks since boot, and which boot."""

    pid: int
    started: int
    boot: str


def boot() -> str:
    """Return the id of this boot of the machine."""
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def find(pid: int) -> Process | None:
    """Return the process with this id, or None when there is none (a zombie is none)."""
    try:
        state, process = _look(pid)
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if state in "ZX" else process


def here() -> Process:
    """Return the calling process."""
    return _look(os.getpid())[1]


def _look(pid: int) -> tuple[str, Process]:
    state, *fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return state, Process(pid, int(fields[18]), boot())


def alive(process: Process | None) -> bool:
    """Return whether this very process still runs."""
    return process is not None and find(process.pid) == process


def send(process: Process, number: signal.Signals) -> bool:
    """Send a signal to this very process; False when it is gone. No other process can be hit."""
    try:
        handle = os.pidfd_open(process.pid)
    except ProcessLookupError:
        return False
    try:
        # The handle is opened before the look: what it names cannot be exchanged any more.
        known = alive(process)
        if known:
            with suppress(ProcessLookupError):  # it ended since the look
                signal.pidfd_send_signal(handle, number)
    finally:
        os.close(handle)
    return known


def wait(processes: Iterable[Process], seconds: float) -> list[Process]:
    """Wait until all are gone, at most so many seconds, and return those that are left."""
    left, deadline = list(processes), time.monotonic() + seconds
    while left := [process for process in left if alive(process)]:
        if time.monotonic() > deadline:
            break
        time.sleep(0.02)
    return left


def end(processes: Iterable[Process], number: signal.Signals, seconds: float) -> None:
    """Ask the processes to end; kill after so many seconds those that have not."""
    asked = [process for process in processes if send(process, number)]
    left = wait(asked, seconds)
    for process in left:
        send(process, signal.SIGKILL)
    wait(left, 5.0)


def environments() -> Iterator[tuple[Process, dict[str, str]]]:
    """Yield every other process, grandchildren included, with the environment it was started with, where readable."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "environ").read_bytes().decode(errors="replace").split("\0")
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
        process = find(int(folder.name))
        if process is not None and process.pid != os.getpid():
            yield process, dict(word.split("=", 1) for word in words if "=" in word)


def marked(token: str, but: Container[int] = (), name: str = TOKEN) -> list[Process]:
    """Return every process that carries the stack's token, or another mark, in its environment."""
    return [one for one, words in environments() if words.get(name) == token and one.pid not in but]


def end_marked(token: str, but: Container[int] = (), seconds: float = 5.0) -> bool:
    """End whatever carries the stack's token, what it starts meanwhile included; return whether there was any."""
    first = found = marked(token, but)
    for number in (signal.SIGTERM, *[signal.SIGKILL] * 3):
        if not found:
            break
        end(found, number, seconds)
        found = marked(token, but)
    return bool(first)


def descendants(ancestor: Process | None) -> list[Process]:
    """Return the children of a living process, their children and so on."""
    if ancestor is None or not alive(ancestor):
        return []
    parents = {one: parent for one, parent in map(_parent, Path("/proc").glob("[0-9]*")) if one is not None}
    found, family = list[Process](), {ancestor.pid}
    while more := [one for one, parent in parents.items() if parent in family and one.pid not in family]:
        found += more
        family |= {one.pid for one in more}
    return found


def _parent(folder: Path) -> tuple[Process | None, int]:
    try:
        return find(int(folder.name)), int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return None, 0


def named(number: int) -> str:
    """Return a signal's name; those that have none are told by their number."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def spawn(
    command: Sequence[str],
    log: Path,
    *,
    account: Account,
    folder: Path,
    environment: Mapping[str, str],
    last_signal: signal.Signals,
) -> subprocess.Popen[bytes]:
    """Start a child as the account, its output appended to the log; it gets `last_signal` should this process die."""
    with log.open("ab") as out:
        return subprocess.Popen(  # noqa: S603 - our own commands
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            cwd=folder,
            env=dict(environment),
            umask=0o077,
            preexec_fn=die_with_parent(last_signal),  # noqa: PLW1509 - one call of the C library, no lock taken
            **account.identity(),
        )


def die_with_parent(number: signal.Signals) -> Callable[[], None]:
    """Return what a child runs before its program: the kernel sends it the signal when its parent dies."""
    parent = os.getpid()

    def prepare() -> None:  # pragma: no cover - runs in the child, between fork and exec
        LIBC.prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
        if os.getppid() != parent:  # it died in between
            sys.exit(1)

    return prepare
