"""A stage on which processes and servers are killed: a real database, a real broker, real workers and dispatchers.

By hand with the real times: `KITHLINE_REAL_LEASES=1 pytest tests/faults -m faults`.
"""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import psutil
import pytest

from kithline_core.db import Database, grants, grounds, partners, runs, tenants
from kithline_core.model.grounds import from_template
from kithline_core.model.runs import NewRun, Pinned
from kithline_core.model.tenants import NewGrant, NewPartner, NewTenant
from kithline_core.stack import binaries, valkey
from kithline_core.stack.account import Account
from kithline_core.stack.folders import own

HOSTILE = Path(__file__).parents[1] / "core" / "sandbox" / "hostile"
REAL = os.environ.get("KITHLINE_REAL_LEASES") == "1"
TIMES = (
    {"lease_seconds": "30", "heartbeat_seconds": "10", "reaper_seconds": "1", "renudge_seconds": "15"}
    if REAL
    else {"lease_seconds": "3", "heartbeat_seconds": "1", "reaper_seconds": "0.2", "renudge_seconds": "2"}
)
END = datetime(2026, 1, 1, tzinfo=UTC)


class Stage:
    """Servers and processes by name; what is killed is started again as a supervisor would."""

    def __init__(self, urls: Any, folder: Path, broker: valkey.Valkey) -> None:
        self.urls, self.folder, self.valkey = urls, folder, broker
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def start_broker(self, *, wiped: bool = False) -> None:
        if wiped:
            shutil.rmtree(self.valkey.folder / "appendonlydir", ignore_errors=True)
        valkey.prepare(self.valkey)
        self._start("broker", self.valkey.command(), {}, cwd=self.valkey.folder, **self.valkey.account.identity())
        self.until(self.valkey.ready, "the broker answers")

    def start_worker(self, name: str = "worker", **settings: str) -> None:
        self._start(name, (sys.executable, "-m", "kithline_worker"), self.environment(**settings))

    def start_dispatcher(self, name: str = "dispatcher", **settings: str) -> None:
        self._start(name, (sys.executable, "-m", "kithline_worker.dispatcher"), self.environment(**settings))

    def start_all(self) -> None:
        self.start_broker()
        self.start_worker()
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
        return {**os.environ, **own_settings, "PYTHONPATH": str(HOSTILE)}

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
        async def make() -> UUID:
            async with Database.open(self.urls.app) as db:
                async with db.platform() as tx:
                    partner = await partners.create(tx, NewPartner(title="a partner"))
                    await grants.create(tx, partner.id, NewGrant(given_by="the tenant"))
                    tenant, _ = await tenants.provision(tx, partner.id, str(uuid4()), NewTenant(title="a tenant"))
                async with db.tenant(tenant.id) as tx:
                    await grounds.create(tx, from_template("synthetic", "a test"))
                return tenant.id

        return asyncio.run(make())

    def order(self, tenant_id: UUID, *scorers: str, times: int = 1) -> list[UUID]:
        """Queue runs of these scorers, each after the one before it."""
        tasks = [
            Pinned(
                scorer=f"hostile.{name}", version="1.0.0", plugin="kithline-hostile", plugin_version="1.0.0",
                window_start=END - timedelta(days=90), window_end=END,
                after=[f"hostile.{scorers[place - 1]}"] if place else [],
            )
            for place, name in enumerate(scorers)
        ]  # fmt: skip

        async def queue() -> list[UUID]:
            made = []
            async with Database.open(self.urls.app) as db:
                for _ in range(times):
                    async with db.tenant(tenant_id) as tx:
                        run = await runs.insert(tx, NewRun(intended_use="self_assessment", tasks=tasks))
                        await tx.notify("runs", run.id)
                    made.append(run.id)
            return made

        return asyncio.run(queue())

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
    account = Account.for_servers()
    folder = Path(tempfile.mkdtemp(prefix="kithline-faults-"))
    folder.chmod(0o711)
    data = own(folder / "valkey", account)
    broker = valkey.Valkey(folder=data, sockets=own(data / "run", account), program=binaries.valkey(account), account=account)
    try:
        with new_database() as urls:
            made = Stage(urls, folder, broker)
            try:
                yield made
            finally:
                made.end()
    finally:
        shutil.rmtree(folder)
