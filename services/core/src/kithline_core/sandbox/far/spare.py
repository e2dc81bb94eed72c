"""A process that loads a stored plugin, takes one request, runs it and ends. All of it is the plugin's from its import on."""

import os
import site
import socket
import sys

from kithline_core.sandbox.far import kernel, seccomp, walls
from kithline_core.sandbox.far.boot import Boot
from kithline_core.sandbox.far.watch import be_watched
from kithline_core.sandbox.far.words import DESCRIPTORS, READ


def serve(boot: Boot, keeper: int, line: int, watch: socket.socket | None) -> None:  # pragma: no cover - in the fork
    """Shut this process in, load the plugin, say so, take one request and run it. Never returns."""
    try:
        kernel.die_with(keeper)
        tighten = walls.taken(filtered=boot.seccomp)
        shut_in(boot, watch)
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET, 0, fileno=line) as control:
            once(boot, control, tighten)
    finally:
        os._exit(0)


def shut_in(boot: Boot, watch: socket.socket | None) -> None:  # pragma: no cover - in the fork
    """Give up what loading a plugin needs no more than running it does. Raises OSError."""
    kernel.confine(kernel.waiting(boot.seconds))
    if watch is not None:
        be_watched(watch)
    if boot.seccomp:
        seccomp.for_importing()


def once(boot: Boot, control: socket.socket, tighten: walls.Tighten) -> None:  # pragma: no cover - in the fork
    """Load the plugin, and run it for the first request that comes."""
    receive = socket.recv_fds
    try:
        show(boot.folder)
        from kithline_core.sandbox.far import child, serving  # noqa: PLC0415 - the plugin's libraries, where it has its own
    except BaseException as error:  # noqa: BLE001 - they may be anything
        os.write(control.fileno(), f"{type(error).__name__}: {error}".encode(errors="replace")[:300])
        return
    run, wanted = child.run, dict(DESCRIPTORS)
    loaded = serving.begin(control, boot.module, boot.preload, [boot.folder])
    if loaded is None:
        return
    message, descriptors, _, _ = receive(control, len(READ), max(wanted.values()))
    if len(descriptors) == wanted.get(message):
        run(loaded, descriptors, tighten)


def show(folder: str) -> None:  # pragma: no cover - in the plugin's process
    """Let this process import what the plugin's environment holds."""
    site.main()
    if folder not in sys.path:
        sys.path.append(folder)
