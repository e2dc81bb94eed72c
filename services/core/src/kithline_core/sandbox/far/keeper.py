"""One spare's keeper: starts it, answers for the files it asks for, and tells the host how it ended.

It lives for one run, so it can remember none.
"""

import os
import signal
import socket
from collections.abc import Callable
from contextlib import suppress

from kithline_core.sandbox.far import kernel, spare
from kithline_core.sandbox.far.boot import Boot
from kithline_core.sandbox.far.watch import Watch, listen
from kithline_core.sandbox.far.words import NUMBER

Begin = Callable[[socket.socket | None], None]


def keep(boot: Boot, parent: int, line: int, told: int) -> None:  # pragma: no cover - in the fork
    """Start a spare on its line, wait for its end and tell the host. Never returns."""
    try:
        kernel.die_with(parent)
        kernel.confine(kernel.waiting(boot.seconds))  # a spare that only asks has its keeper work
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        own = os.getpid()
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET, 0, fileno=told) as host:
            tell(host, begin(boot, host, lambda watch: spare.serve(boot, own, line, watch), line))
    finally:
        os._exit(0)


def begin(boot: Boot, host: socket.socket | None, run: Begin, *others: int) -> int:  # pragma: no cover - in the fork
    """Run a spare, watched where it has to be, and return how it ended. It keeps these descriptors, and we do not."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET) if boot.watched else (None, None)
    pid = os.fork()
    if pid == 0:
        for one in (host, ours):
            if one is not None:
                one.close()
        run(theirs)
    for descriptor in others:
        os.close(descriptor)
    if host is not None and ours is not None and theirs is not None:
        theirs.close()
        if (listener := listen(ours)) >= 0:
            Watch(boot.readable).serve(listener, host)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def tell(host: socket.socket, status: int) -> None:
    """Tell the host how the spare ended."""
    with suppress(OSError):
        host.recv(100, socket.MSG_DONTWAIT)  # what is left unread would be taken for a hang-up
    os.write(host.fileno(), NUMBER.pack(status))
