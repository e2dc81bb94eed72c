"""Keeps one child alive: starts it, notices its end, starts it again later and later, and gives up with a reason."""

import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from kithline_core.stack import processes
from kithline_core.stack.account import Account
from kithline_core.stack.state import Child, ChildState

FIRST_DELAY, LONGEST_DELAY = 0.2, 10.0
GIVE_UP_AFTER, WITHIN = 10, 60.0
LOG_BYTES = 10_000_000


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """A child to keep: its command, its environment, how it is asked to stop and for how long."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    folder: Path
    account: Account
    stop_signal: signal.Signals = signal.SIGTERM
    patience: float = 10.0
    before: Callable[[], None] | None = None


class Keeper:
    """One child and its history. Call `tick` often; it never waits."""

    def __init__(self, service: Service, logs: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self.service, self.log, self.clock = service, logs / f"{service.name}.log", clock
        self.child: subprocess.Popen[bytes] | None = None
        self.process: processes.Process | None = None
        self.state: ChildState = "starting"
        self.restarts, self.reason, self.due = 0, "", 0.0
        self.deaths: deque[float] = deque(maxlen=GIVE_UP_AFTER)

    def start(self) -> None:
        """Start the child now."""
        if self.service.before:
            self.service.before()
        _trim(self.log)
        service = self.service
        self.child = processes.spawn(
            service.command,
            self.log,
            account=service.account,
            folder=service.folder,
            environment=service.environment,
            last_signal=service.stop_signal,
        )
        self.process, self.state = processes.find(self.child.pid), "running"

    def tick(self) -> bool:
        """Notice a death, or start again what is due; return whether anything changed."""
        if self.state == "running" and self.child is not None and self.child.poll() is not None:
            self._died(self.child.returncode)
            return True
        if self.state == "restarting" and self.clock() >= self.due:
            self.restarts += 1
            self.start()
            return True
        return False

    def ask(self, number: signal.Signals | None = None) -> None:
        """Ask the child to stop; it will not be started again."""
        self.state = "stopped"
        if self.child is not None and self.child.poll() is None:
            self.child.send_signal(number or self.service.stop_signal)

    def gone(self) -> bool:
        """Return whether the child has ended."""
        return self.child is None or self.child.poll() is not None

    def record(self) -> Child:
        """Return what the state file says about the child."""
        return Child(
            name=self.service.name, state=self.state, stop_signal=self.service.stop_signal, process=self.process,
            restarts=self.restarts, reason=self.reason,
        )  # fmt: skip

    def _died(self, code: int) -> None:
        now = self.clock()
        self.deaths.append(now)
        recent = [death for death in self.deaths if now - death < WITHIN]
        self.reason = f"{self.service.name} ended with {_named(code)}; {last_words(self.log)}"
        if len(recent) >= GIVE_UP_AFTER:
            self.state, self.reason = "given up", f"{GIVE_UP_AFTER} times within a minute {self.reason}"
            return
        self.state, self.due = "restarting", now + min(LONGEST_DELAY, FIRST_DELAY * 2 ** (len(recent) - 1))


def last_words(log: Path) -> str:
    """Return where the log lies and its last line."""
    lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
    return f"last line of {log}: {lines[-1][:300] if lines else '(empty)'}"


def _named(code: int) -> str:
    return f"code {code}" if code >= 0 else processes.named(-code)


def _trim(log: Path) -> None:
    """Put a log aside that has grown large; one older one is kept."""
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_suffix(".log.old"))
