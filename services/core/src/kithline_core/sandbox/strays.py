"""Finds and ends what a plugin left running: by descent, and by the mark that each of its processes carries."""

import secrets
import signal
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from kithline_core.stack import processes
from kithline_core.stack.processes import Process

MARK: Final = "KITHLINE_SANDBOX"
ROUNDS: Final = 10
SECONDS: Final = 1.0


def mark() -> str:
    """Return a new mark: which process of which boot and namespace is the host, and a random part."""
    host = processes.here()
    return ":".join((host.boot, _namespace(), str(host.pid), str(host.started), secrets.token_hex(8)))


def marks(own: str, host: Mapping[str, str]) -> dict[str, str]:
    """Return what a plugin's environment says about whom it belongs to: this sandbox and, if any, the stack."""
    stack = {processes.TOKEN: host[processes.TOKEN]} if processes.TOKEN in host else {}
    return {MARK: own, **stack}


def end(own: str, family: list[Process]) -> None:
    """Kill these processes and whatever carries the mark, until nobody is left."""
    found = family + processes.marked(own, name=MARK)
    for _ in range(ROUNDS):
        if not found:
            return
        for one in found:
            with suppress(PermissionError):
                processes.send(one, signal.SIGKILL)
        processes.wait(found, SECONDS)
        found = processes.marked(own, name=MARK)


def beneath(pid: int) -> list[int]:
    """Return a process's children, theirs and so on, zombies included; none where the kernel does not list them."""
    try:
        children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return children + [below for child in children for below in beneath(child)]


def end_abandoned() -> None:
    """Kill what the plugins of a host left that was itself killed and could not clean up."""
    carried = {words.get(MARK, "") for _, words in processes.environments()}
    for one in filter(abandoned, carried):
        end(one, [])


def abandoned(carried: str) -> bool:
    """Return whether this is the mark of a host that is gone."""
    try:
        boot, namespace, pid, started, _ = carried.split(":")
        host = Process(int(pid), int(started), boot)
    except ValueError:
        return False
    # In another namespace the same number is another process.
    return (boot, namespace) == (processes.boot(), _namespace()) and not processes.alive(host)


def _namespace() -> str:
    return str(Path("/proc/self/ns/pid").stat().st_ino)
