"""A stage on which processes and servers are killed: a real database, a real broker, real workers and dispatchers.

By hand with the real times: `KITHLINE_REAL_LEASES=1 pytest tests/faults -m faults`.
"""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from typing import Any
from uuid import UUID

import asyncpg
import psutil
import pytest

from helpers import broker, work
from kithline_core.db import Database
from kithline_core.stack.valkey import Valkey

REAL = os.environ.get("KITHLINE_REAL_LEASES") == "1"
TIMES = (
    {"lease_seconds": "30", "heartbeat_seconds": "10", "reaper_seconds": "1", "renudge_seconds": "15"}
    if REAL
    else {"lease_seconds": "3", "heartbeat_seconds": "1", "reaper_seconds": "0.2", "renudge_seconds": "2"}
)


class Stage:
    """Servers and processes by name; what is killed is started again as a supervisor would."""

    def __init__(self, urls: Any, valkey: Valkey) -> None:
        self.urls, self.folder, self.valkey = urls, valkey.folder.parent, valkey
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def start_broker(self, *, wiped: bool = False) -> None:
        if wiped:
            shutil.rmtree(self.valkey.folder / "appendonlydir", ignore_errors=True)
        self.processes["broker"] = broker.start(self.valkey)

    def start_worker(self, name: str = "worker", **settings: str) -> None:
        self._start(name, (sys.executable, "-m", "kithline_worker"), self.environment(**settings))

    def start_dispatcher(self, name: str = "dispatcher", **settings: str) -> None:
        self._start(name, (sys.executable, "-m", "kithline_worker.dispatcher"), self.environment(**settings))

    def start_all(self, **worker: str) -> None:
        self.start_broker()
        self.start_worker(**worker)
        self.start_dispatcher()

    def environment(self, **settings: str) -> dict[str, str]:
        given = {
            "database_url": self.urls.app,
            "dispatcher_database_url": self.urls.dispatcher,
            "broker_url": self.valkey.url,
            "worker_children": "2",
            "tasks_per_tenant": "8",
            **TIMES,
            **settings,
        }
        own_settings = {f"KITHLINE_{name.upper()}": value for name, value in given.items()}
        return {**os.environ, **own_settings, "PYTHONPATH": str(work.PLUGINS)}

    def _start(self, name: str, command: tuple[str, ...], environment: dict[str, str], **options: Any) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(command, stdout=log, stderr=log, env=environment, **options)

    def kill(self, name: str, number: int = signal.SIGKILL) -> None:
        self.processes[name].send_signal(number)
        self.processes[name].wait(30)

    def children(self, name: str = "worker") -> list[psutil.Process]:
        """The pool's processes that live."""
        return [one for one in psutil.Process(self.processes[name].pid).children() if _lives(one)]

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def until(self, holds: Callable[[], Any], what: str, seconds: float = 60.0) -> Any:
        deadline = time.monotonic() + seconds * (5 if REAL else 1)
        while not (found := holds()):
            if time.monotonic() > deadline:
                tails = "\n".join(f"--- {name}\n{self.log(name)[-3000:]}" for name in self.processes)
                pytest.fail(f"not within {seconds} s: {what}\n{tails}")
            time.sleep(0.05)
        return found

    def ask(self, sql: str, *args: Any) -> list[asyncpg.Record]:
        """Look at the database past its row-level security."""

        async def look() -> list[asyncpg.Record]:
            connection = await asyncpg.connect(self.urls.superuser)
            try:
                return await connection.fetch(sql, *args)
            finally:
                await connection.close()

        return asyncio.run(look())

    def tenant(self) -> UUID:
        return self._on_database(work.provision)

    def order(self, tenant_id: UUID, *scorers: str, times: int = 1) -> list[UUID]:
        """Queue runs of these scorers, each after the one before it."""

        async def queue(db: Database) -> list[UUID]:
            return [(await work.order(db, tenant_id, scorers)).id for _ in range(times)]

        return self._on_database(queue)

    def _on_database(self, act: Callable[[Database], Coroutine[Any, Any, Any]]) -> Any:
        async def run() -> Any:
            async with Database.open(self.urls.app) as db:
                return await act(db)

        return asyncio.run(run())

    def finished(self, wanted: list[UUID]) -> bool:
        (row,) = self.ask("select count(*) from runs where run_id = any($1) and finished_at is null", wanted)
        return row["count"] == 0

    def end(self) -> None:
        family = []
        for process in self.processes.values():
            if process.poll() is None:
                family += [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        for one in family:
            try:
                one.kill()
            except psutil.NoSuchProcess:
                continue
        psutil.wait_procs(family, timeout=10)
        for process in self.processes.values():
            process.wait(10)


def _lives(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def stage(new_database: Callable[[], Any]) -> Iterator[Stage]:
    with broker.placed() as valkey, new_database() as urls:
        made = Stage(urls, valkey)
        try:
            yield made
        finally:
            made.end()
