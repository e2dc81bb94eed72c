"""The warm process of one plugin, from its first line to its work.

Called as `python -S -m kithline_core.sandbox.far.zygote BOOT`. Without `-S` the interpreter would run what the plugin's
environment puts into its start, before there is any wall. Up to the wall nothing is imported but the standard library.
"""

import os
import socket
import sys
from collections.abc import MutableMapping

from kithline_core.sandbox.far import forker, spare
from kithline_core.sandbox.far.boot import Boot, confine


def hide(environment: MutableMapping[str, str]) -> None:
    """Take what is the host's out of a plugin's sight; /proc keeps what the process was started with."""
    for name in [name for name in environment if name.startswith(("KITHLINE_", "PWD", "PYTHONPATH"))]:
        del environment[name]


def main(words: str) -> None:  # pragma: no cover - in the plugin's process
    """Confine this process, then load the plugin and serve, or let others do that."""
    boot = Boot.read(words)
    hide(os.environ)
    with socket.socket(fileno=boot.control) as control:
        try:
            confine(boot)
        except OSError as error:
            control.send(f"it cannot be shut in: {error}".encode())
            return
        if boot.apart:
            forker.serve(control, boot)
            return
        spare.show(boot.folder)
        from kithline_core.sandbox.far import serving  # noqa: PLC0415 - third-party code: only behind the wall

        loaded = serving.begin(control, boot.module, boot.preload)
        if loaded is not None:
            serving.serve(control, loaded, filtered=boot.seccomp)


if __name__ == "__main__":
    main(*sys.argv[1:])
