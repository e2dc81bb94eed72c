"""`kithline up` itself: starts Postgres, Valkey and the services, keeps them alive and stops them in order.

It leads a session and process group of its own (see `control.start`), so that Ctrl-C reaches only the command in front.
"""

import asyncio
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from kithline_core.stack import credentials, folders, postgres, processes, roles, services, state
from kithline_core.stack.account import Account, StackError
from kithline_core.stack.keeper import Keeper, Service, last_words
from kithline_core.stack.probe import answers

TICK = 0.05
# What takes requests ends first, what keeps state last.
STOP_ORDER = (("api",), ("dispatcher", "worker"), ("valkey",), ("postgres",))


class Address(msgspec.Struct, frozen=True):
    """Where the API listens."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """The address as a caller on this machine writes it."""
        name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - compared, not bound
        return f"http://{f'[{name}]' if ':' in name else name}:{self.port}"


class Plan(msgspec.Struct, frozen=True):
    """What stands between the servers and a ready stack; tests put small programs in its place."""

    migrate: Sequence[str] = services.MIGRATE
    bootstrap: Sequence[str] = services.BOOTSTRAP
    programs: Callable[[folders.Home, Mapping[str, str]], list[Service]] = services.programs


class Stopped(Exception):
    """Somebody asked the stack to stop while it was starting."""


class Supervisor:
    """The children of one data folder. `run` is the whole life."""

    def __init__(self, home: folders.Home, account: Account, address: Address, plan: Plan | None = None) -> None:
        self.home, self.account, self.address, self.plan = home, account, address, plan or Plan()
        self.token = secrets.token_hex(16)
        self.me = processes.here()
        self.keepers: dict[str, Keeper] = {}
        self.settings: dict[str, str] = {}
        self.phase: state.Phase = "starting"
        self.step, self.reason = "", ""
        self.stopping = self.hurry = False

    def run(self) -> int:
        """Start, watch until asked to stop, stop; return 0, or 1 when something failed."""
        try:
            self._start()
            self._change("ready")
            while True:
                self._tick()
        except Stopped:
            self._stop()
        except (StackError, OSError) as error:
            self.reason = str(error)
            self._stop()
        self._change("failed" if self.reason else "stopped")
        return 1 if self.reason else 0

    def ask(self, number: int = signal.SIGTERM, _: object = None) -> None:
        """Ask for the end; a second Ctrl-C for a quick one. Safe in a signal handler."""
        self.hurry = self.stopping and number == signal.SIGINT
        self.stopping = True

    def _start(self) -> None:
        self._change("starting", "Postgres and Valkey")
        database = services.cluster(self.home, self.account)
        queue = services.broker(self.home, self.account)
        postgres.prepare(database)
        if not self.home.secret.exists():
            folders.write(self.home.secret, secrets.token_urlsafe(48))
        marks = {processes.TOKEN: self.token}
        self.settings = services.environment(self.home, database, queue, self.address.host, self.address.port) | marks
        for server in services.servers(database, queue, marks):
            self._keep(server)
        self._until(database.ready, "postgres", 60)
        asyncio.run(roles.admit(database.url(postgres.SUPERUSER, "postgres"), roles.passwords(self.home.passwords)))
        self._change("starting", "migrations")
        self._command(self.plan.migrate)
        lost = () if credentials.complete(self.home.credentials) else (services.RENEW,)
        made = self._command((*self.plan.bootstrap, *lost))
        credentials.keep(self.home.credentials, self.address.url, made)
        self._until(queue.ready, "valkey", 20)
        self._change("starting", "services")
        for program in self.plan.programs(self.home, self.settings):
            self._keep(program)
        self._until(lambda: answers(f"{self.address.url}/readyz"), "api", 60)

    def _keep(self, service: Service) -> None:
        keeper = self.keepers[service.name] = Keeper(service, self.home.logs)
        keeper.start()
        self._change(self.phase, self.step)

    def _tick(self) -> None:
        """Look after every child once, then rest. Raises Stopped when asked to, StackError when one was given up."""
        if self.stopping:
            raise Stopped
        if any(keeper.tick() for keeper in self.keepers.values()):
            self._change(self.phase, self.step)
        for keeper in self.keepers.values():
            if keeper.state == "given up":
                raise StackError(keeper.reason)
        time.sleep(TICK)

    def _until(self, ready: Callable[[], bool], name: str, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not ready():
            self._tick()
            if time.monotonic() > deadline:
                raise StackError(f"{name} was not ready after {seconds:.0f} s; {last_words(self.keepers[name].log)}")

    def _command(self, command: Sequence[str]) -> bytes:
        """Run a command to its end and return what it printed."""
        done = subprocess.run(  # noqa: S603 - our own commands
            command,
            env=services.inherited(self.settings),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            words = (done.stderr or done.stdout).decode(errors="replace").strip()
            raise StackError(f"`{' '.join(command[1:])}` ended with code {done.returncode}: {words[-800:]}")
        return done.stdout

    def _stop(self) -> None:
        self._change("stopping")
        for names in STOP_ORDER:
            self._end([keeper for name, keeper in self.keepers.items() if name in names])
            if "worker" in names:  # what its children left in sessions of their own
                processes.end_marked(self.token, but=self._kept())
            self._change("stopping")

    def _end(self, keepers: list[Keeper]) -> None:
        """Ask the children to end, wait as long as each is allowed, kill the rest."""
        begun = time.monotonic()
        for keeper in keepers:
            keeper.ask()
        while waiting := [keeper for keeper in keepers if not keeper.gone()]:
            for keeper in waiting:
                if self.hurry or time.monotonic() - begun > keeper.service.patience:
                    keeper.ask(signal.SIGKILL)
            time.sleep(TICK)

    def _kept(self) -> set[int]:
        return {keeper.process.pid for keeper in self.keepers.values() if keeper.process}

    def _change(self, phase: state.Phase, step: str = "") -> None:
        """Note where the stack stands, for `status` and whoever waits for it."""
        self.phase, self.step = phase, step
        children = [keeper.record() for keeper in self.keepers.values()]
        now = state.State(
            phase=phase, step=step, reason=self.reason, supervisor=self.me, token=self.token, url=self.address.url,
            environment=self.settings, children=children,
        )  # fmt: skip
        state.write(self.home.state, now)


def main(root: str, host: str, port: str, *, plan: Plan | None = None) -> int:
    """Supervise the stack of a data folder until SIGTERM, SIGINT or SIGHUP; return the exit code."""
    account = Account.for_servers()
    home = folders.create(Path(root), account)
    # Held by this process alone (children do not inherit it): a second `up` finds it taken.
    held = state.lock(home.lock)
    if held is None:
        return 0
    supervisor = Supervisor(home, account, Address(host, int(port)), plan)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, supervisor.ask)
    try:
        return supervisor.run()
    finally:
        os.close(held)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
