"""The process that forks for a stored plugin: it never runs a byte of it, nor of anything that came with it.

Each run gets a process of its own, which is forked before, loads the plugin, waits for one request, and ends: a spare.
A keeper stands between the two, one for each spare. Nothing of a run comes back to here, not even how it ended.
"""

import os
import signal
import socket
import sys

from kithline_core.sandbox.far import keeper
from kithline_core.sandbox.far.boot import Boot
from kithline_core.sandbox.far.words import LINES, READY, SPARE


def prepare(boot: Boot) -> None:
    """Load the host's own copies of what every plugin needs, so that no spare has to, where the plugin has the same."""
    if not boot.base:
        return
    sys.path.append(boot.base)
    from kithline_core.sandbox.far import child, late, loader, serving  # noqa: F401, PLC0415 - only now they can be

    late.load((), text=boot.text)
    child.warm_up(loader.Loaded())
    sys.path.remove(boot.base)


def serve(control: socket.socket, boot: Boot) -> None:
    """Start a spare per request until the host hangs up."""
    prepare(boot)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel takes keepers away, and tells nobody how they ended
    own = os.getpid()
    os.write(control.fileno(), READY)
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, len(SPARE), LINES)
        if message != SPARE or len(descriptors) != LINES:
            return
        if os.fork() == 0:  # pragma: no cover - in the fork
            control.close()
            keeper.keep(boot, own, *descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
