"""A plugin's process at work: loads the plugin once, forks for every run, keeps nothing else.

The host is told `ready`, or why not; a message with its descriptors starts a run, or the reading of an export; the next
message asks how the child ended. It signals nobody: a run that does not end is ended by the host, with this process.
"""

import os
import socket
from collections.abc import Sequence

from kithline_core.sandbox.far import child, kernel, late, walls
from kithline_core.sandbox.far.loader import Loaded, describe, load
from kithline_core.sandbox.far.words import DESCRIPTORS, END, NUMBER, READ, READY


def begin(control: socket.socket, module: str, preload: Sequence[str], places: Sequence[str] = ()) -> Loaded | None:
    """Load the plugin and tell the host; None when it cannot be loaded."""
    try:
        loaded = load(module, places)
        late.load(preload, text=bool(loaded.connectors))
        child.warm_up(loaded)
    except BaseException as error:  # noqa: BLE001 - an import may raise anything
        os.write(control.fileno(), describe(error).encode(errors="replace"))
        return None
    os.write(control.fileno(), READY)
    return loaded


def serve(control: socket.socket, loaded: Loaded, *, filtered: bool) -> None:
    """Fork a child per request until the host hangs up."""
    tighten = walls.taken(filtered=filtered)  # once: building it in each fork would cost every run
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, len(READ), max(DESCRIPTORS.values()))
        if len(descriptors) != DESCRIPTORS.get(message):
            return
        pid = fork(control, loaded, descriptors, tighten)
        for descriptor in descriptors:
            os.close(descriptor)
        if not control.recv(len(END)):
            return
        _, status = os.waitpid(pid, 0)
        control.send(NUMBER.pack(os.waitstatus_to_exitcode(status)))


def fork(control: socket.socket, loaded: Loaded, descriptors: list[int], tighten: walls.Tighten) -> int:
    """Start a child on its descriptors (request, result, output, and an export to read) and return its process id."""
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:  # pragma: no cover - in the fork
        control.close()
        kernel.die_with(parent)
        child.run(loaded, descriptors, tighten)
    return pid
