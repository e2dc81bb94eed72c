"""A plugin's process at work: loads the plugin once, forks for every run, keeps nothing else.

The host is told `ready`, or why not; a message with a line starts a child, which waits at that line for a request and its
descriptors, to score or to read an export; the next message asks how the child ended. A child is asked for while nobody
waits for it. It signals nobody: a run that does not end is ended by the host, with this process.
"""

import os
import socket
from collections.abc import Callable, Sequence

from kithline_core.sandbox.far import child, kernel, late, walls, warmth
from kithline_core.sandbox.far.loader import Loaded, describe, load
from kithline_core.sandbox.far.words import DESCRIPTORS, END, NUMBER, READ, READY, SPARE


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
    """Fork a child per line, and say how it ended when asked, until the host hangs up."""
    tighten = walls.taken(filtered=filtered)  # once: building it in each fork would cost every run
    known, pid, status = warmth.known(), 0, 0
    while True:
        message, lines, _, _ = socket.recv_fds(control, len(SPARE), 1)
        if pid:  # one whose line was closed before it had a request ends as well
            _, status = os.waitpid(pid, 0)
            pid = 0
        if message == SPARE and lines:
            pid = fork(control, lines[0], lambda line: once(line, loaded, tighten, known))
            os.close(lines[0])
        elif message == END:
            control.send(NUMBER.pack(os.waitstatus_to_exitcode(status)))
        else:
            return


def fork(control: socket.socket, line: int, work: Callable[[socket.socket], None]) -> int:
    """Start a child that works for its line and return its process id."""
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:  # pragma: no cover - in the fork
        try:
            control.close()
            kernel.die_with(parent)
            with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET, 0, fileno=line) as own:
                work(own)
        finally:
            os._exit(0)
    return pid


def once(
    line: socket.socket, loaded: Loaded, tighten: walls.Tighten, known: Sequence[object]
) -> None:  # pragma: no cover - in the fork
    """Take one request from a line, warming up until it comes, and run it."""
    warmth.touch(known, line)
    message, descriptors, _, _ = socket.recv_fds(line, len(READ), max(DESCRIPTORS.values()))
    if len(descriptors) == DESCRIPTORS.get(message):
        child.run(loaded, descriptors, tighten)
