"""Starts, finds and ends the supervisor of a data folder; what `kithline up`, `down` and `status` call."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from kithline_core.stack import folders, processes, state
from kithline_core.stack.account import Account, StackError
from kithline_core.stack.keeper import last_words
from kithline_core.stack.probe import any_port, free
from kithline_core.stack.supervisor import STOP_ORDER

DEFAULT_PORT = 8787
COMMAND = (sys.executable, "-m", "kithline_core.stack.supervisor")


def current(root: Path) -> state.State | None:
    """Return the state of a stack whose supervisor lives, else None."""
    found = state.read(root / "stack.json")
    return found if found and processes.alive(found.supervisor) else None


def joinable(root: Path, seconds: float = 60.0) -> state.State | None:
    """Return the state of a stack that starts or runs; one that is stopping is waited for, and then there is none."""
    found = current(root)
    if found and found.phase not in {"starting", "ready"}:
        processes.wait([found.supervisor], seconds)
        found = current(root)
    return found


def start(
    root: Path, host: str, port: int | None, *, tied: bool = False, command: tuple[str, ...] | None = None
) -> subprocess.Popen[bytes]:
    """Start the supervisor in a session of its own; it stops when the caller dies if `tied`. Raises StackError.

    What an earlier supervisor left behind is ended first.
    """
    home = folders.create(root, Account.for_servers())
    end_orphans(root)
    chosen = choose_port(host, port)
    with (home.logs / "up.log").open("ab") as out:
        return subprocess.Popen(  # noqa: S603 - our own module
            [*(command or COMMAND), str(root), host, str(chosen)],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
            preexec_fn=processes.die_with_parent(signal.SIGTERM) if tied else None,  # noqa: PLW1509 - one C call
        )


def choose_port(host: str, port: int | None) -> int:
    """Return the port: the one asked for, any for 0; when none was asked for, 8787 or, if taken, any."""
    if port is None:
        return DEFAULT_PORT if free(host, DEFAULT_PORT) else any_port(host)
    if port and not free(host, port):
        raise StackError(f"port {port} of {host} is taken or not yours; use another, or --port 0 for any free one")
    return port or any_port(host)


def await_ready(
    root: Path, supervisor: subprocess.Popen[bytes] | None, tell: Callable[[str], None], seconds: float = 180.0
) -> state.State:
    """Wait until the stack is ready, telling each step. Raises StackError with the reason when it fails."""
    told, deadline = "", time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = current(root)
        if found and found.phase == "ready":
            return found
        if found and found.step and found.step != told:
            tell(told := found.step)
        if not found and (supervisor is None or supervisor.poll() is not None):
            raise StackError(epitaph(root, supervisor.pid if supervisor else None))
        time.sleep(0.05)
    raise StackError(f"the stack was not ready after {seconds:.0f} s; see {root / 'logs'}")


def epitaph(root: Path, pid: int | None) -> str:
    """Return why a supervisor ended: its own words, else the last line of its log."""
    ended = state.read(root / "stack.json")
    if ended and ended.reason and pid in {None, ended.supervisor.pid}:
        return ended.reason
    return f"the stack ended; {last_words(root / 'logs' / 'up.log')}"


def stop(root: Path, seconds: float = 60.0) -> bool:
    """Stop the stack and everything it left behind; return whether anything ran."""
    running = current(root)
    if running:
        processes.end([running.supervisor], signal.SIGTERM, seconds)
    return end_orphans(root) or running is not None


def end_orphans(root: Path) -> bool:
    """End what a killed supervisor left, in order, by recorded process and by the stack's token; say whether any."""
    found = state.read(root / "stack.json")
    if found is None or processes.alive(found.supervisor):
        return False
    known = {child.name: child for child in found.children if processes.alive(child.process)}
    for names in STOP_ORDER:
        for child in (known[name] for name in names if name in known):
            processes.end([child.process] if child.process else [], signal.Signals(child.stop_signal), 20.0)
    return processes.end_marked(found.token) or bool(known)


def environment(root: Path, env: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment with the running stack's settings below it: what is set by hand wins."""
    found = current(root)
    return {**(found.environment if found else {}), **(os.environ if env is None else env)}
