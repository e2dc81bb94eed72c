"""The warm process of one plugin: loads it once, forks for every run, keeps nothing else.

Called as `python -m kithline_core.sandbox.far.zygote MODULE FOLDER MEMORY_MB HOST_PID CONTROL_FD`. The host is told `ready`, or why
not; a message with its descriptors starts a run, or the reading of an export; the next message ends it, and is answered by
how the child ended. The host never kills by a number that comes from here: it would be the plugin's choice of whom.
"""

import os
import signal
import socket
import struct
import sys
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Final

from kithline_core.sandbox.far import child, kernel
from kithline_core.sandbox.far.loader import Loaded, describe, load

READY: Final = b"ready"
RUN: Final = b"run"
READ: Final = b"read"
END: Final = b"end"
NUMBER: Final = struct.Struct("<q")
# A run has a request, a result and an output; reading an export has the export as well.
DESCRIPTORS: Final = {RUN: 3, READ: 4}


def boot(control: socket.socket, module: str) -> Loaded | None:
    """Load the plugin and tell the host; None when it cannot be loaded."""
    try:
        loaded = load(module)
        child.warm_up(loaded)
    except BaseException as error:  # noqa: BLE001 - an import may raise anything
        control.send(describe(error).encode(errors="replace"))
        return None
    control.send(READY)
    return loaded


def serve(control: socket.socket, loaded: Loaded) -> None:
    """Fork a child per request until the host hangs up."""
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, len(READ), max(DESCRIPTORS.values()))
        if len(descriptors) != DESCRIPTORS.get(message):
            return
        pid = fork(control, loaded, descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        hung_up = not control.recv(len(END))
        status = reap(pid)
        if hung_up:
            return
        control.send(NUMBER.pack(status))


def fork(control: socket.socket, loaded: Loaded, descriptors: list[int]) -> int:
    """Start a child on its descriptors (request, result, output, and an export to read) and return its process id."""
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:  # pragma: no cover - in the fork
        control.close()
        child.run(loaded, descriptors, parent)
    with suppress(OSError):
        os.setpgid(pid, pid)  # both sides do it, so that the group exists before anyone kills it
    return pid


def reap(pid: int) -> int:
    """Kill what is left of a run and return how its child ended: an exit code, or minus a signal."""
    os.kill(pid, signal.SIGKILL)  # a zombie at most: the number still means this child
    kernel.kill_group(pid)
    _, status = os.waitpid(pid, 0)
    while left := kernel.children():  # orphans that left the group come to us, the subreaper
        for orphan in left:
            os.kill(orphan, signal.SIGKILL)
            os.waitpid(orphan, 0)
    return os.waitstatus_to_exitcode(status)


def hide(environment: MutableMapping[str, str]) -> None:
    """Take what is the host's out of a plugin's sight; /proc keeps what the process was started with."""
    for name in [name for name in environment if name.startswith(("KITHLINE_", "PYTHONPATH"))]:
        del environment[name]


def main(
    module: str, folder: str, memory_mb: str, host: str, control: str
) -> None:  # pragma: no cover - in the plugin's process
    """Prepare this process and serve."""
    kernel.die_with(int(host))
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
    kernel.confine(kernel.lasting(int(memory_mb)))
    hide(os.environ)
    if folder not in sys.path:
        sys.path.append(folder)
    with socket.socket(fileno=int(control)) as line:
        loaded = boot(line, module)
        if loaded is not None:
            serve(line, loaded)


if __name__ == "__main__":
    main(*sys.argv[1:])
