"""A durable Postgres, as it is deployed, with processes that serve: what the measurements are taken on."""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import UUID, uuid4

import psutil

from kithline_core.db import Database, grants, grounds, keys, partners, tenants
from kithline_core.model.grounds import from_template
from kithline_core.model.tenants import NewGrant, NewPartner, NewTenant
from kithline_core.stack import binaries, postgres
from kithline_core.stack.account import Account
from kithline_core.stack.folders import own
from kithline_core.stack.probe import any_port

SECRET = "a secret for measurements, long enough"
SCOPES = ["events:write", "events:read", "people:write", "runs:write", "runs:read", "results:read"]


class Server:
    """A cluster whose acknowledged rows survive, as it is deployed; what is killed can be started again."""

    def __init__(self, cluster: postgres.Postgres) -> None:
        self._cluster = cluster
        self.start()

    @property
    def url(self) -> str:
        """The superuser's URL."""
        return self._cluster.url(postgres.SUPERUSER, postgres.SUPERUSER)

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        postgres.clear_lock(self._cluster)
        self._process = postgres.run_alone(self._cluster, self._cluster.folder / "log", 60)

    def kill(self) -> None:
        """End every process of it without a word."""
        main = psutil.Process(self._process.pid)
        family = [main, *main.children(recursive=True)]
        for one in family:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        psutil.wait_procs(family, 30)
        self._process.wait(30)

    def stop(self) -> None:
        """Stop it as a supervisor does."""
        postgres.stop_alone(self._process, 60)


@contextmanager
def durable() -> Iterator[Server]:
    """A server in a temporary folder, gone afterwards."""
    account = Account.for_servers()
    folder = Path(tempfile.mkdtemp(prefix="kithline-bench-"))
    os.chown(folder, account.uid, account.gid)
    try:
        cluster = postgres.Postgres(
            folder=folder, sockets=own(folder / "run", account), programs=binaries.postgres(account), account=account
        )
        postgres.prepare(cluster)
        server = Server(cluster)
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)


class Tenant:
    """A tenant with a ground and a key that may do everything here."""

    def __init__(self, id_: UUID, key: str) -> None:
        self.id, self.key = id_, key


def tenant(url: str) -> Tenant:
    """Provision a tenant through the app role's URL."""

    async def make() -> Tenant:
        async with Database.open(url, secret=SECRET) as db:
            async with db.platform() as tx:
                partner = await partners.create(tx, NewPartner(title="a partner"))
                await grants.create(tx, partner.id, NewGrant(given_by="the tenant"))
                made, _ = await tenants.provision(tx, partner.id, str(uuid4()), NewTenant(title="a tenant"))
            async with db.tenant(made.id) as tx:
                await grounds.create(tx, from_template("synthetic", "a measurement"))
                _, plaintext = await keys.issue(tx, "a measurement", SCOPES)
            return Tenant(made.id, plaintext)

    return asyncio.run(make())


def api_command(url: str, port: int, **settings: str) -> tuple[tuple[str, ...], dict[str, str], str]:
    """Return what starts the API as it is deployed: command, environment, and the address that answers once it is up."""
    given = {"database_url": url, "secret": SECRET, "port": str(port), **settings}
    environment = {**os.environ, **{f"KITHLINE_{name.upper()}": value for name, value in given.items()}}
    return (sys.executable, "-m", "kithline_api"), environment, f"http://127.0.0.1:{port}/livez"


@contextmanager
def api(url: str, log: Path, **settings: str) -> Iterator[tuple[int, psutil.Process]]:
    """The API as it is deployed; yields its port and its process."""
    port = any_port("127.0.0.1")
    with serving(*api_command(url, port, **settings), log) as process:
        yield port, process


@contextmanager
def serving(
    command: Sequence[str], environment: Mapping[str, str], address: str, log: Path
) -> Iterator[psutil.Process]:
    """A process that serves HTTP, from its first answer on; it is ended with its children."""
    process = start(command, environment, address, log)
    try:
        yield process
    finally:
        end(process)


def start(command: Sequence[str], environment: Mapping[str, str], address: str, log: Path) -> psutil.Popen:
    """Start a process and wait until it answers."""
    with log.open("ab") as out:
        process = psutil.Popen(command, stdout=out, stderr=out, env=environment)
    try:
        _await(process, address, log)
    except BaseException:
        end(process)
        raise
    return process


def end(process: psutil.Popen) -> None:
    """End a process with its children."""
    if process.poll() is None:
        family = [*process.children(recursive=True), process]
        for one in family:
            one.terminate()
        for one in psutil.wait_procs(family, 10)[1]:
            one.kill()
    process.wait(10)


def _await(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()[-2000:]
        try:
            urllib.request.urlopen(address, timeout=1).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"{address} does not answer: {log.read_text()[-2000:]}")
