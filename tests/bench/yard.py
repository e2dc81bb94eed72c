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
from contextlib import contextmanager
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


@contextmanager
def durable() -> Iterator[str]:
    """A cluster whose acknowledged rows survive, in a temporary folder; yields its superuser's URL."""
    account = Account.for_servers()
    folder = Path(tempfile.mkdtemp(prefix="kithline-bench-"))
    os.chown(folder, account.uid, account.gid)
    try:
        cluster = postgres.Postgres(
            folder=folder, sockets=own(folder / "run", account), programs=binaries.postgres(account), account=account
        )
        postgres.prepare(cluster)
        server = postgres.run_alone(cluster, folder / "log")
        try:
            yield cluster.url(postgres.SUPERUSER, postgres.SUPERUSER)
        finally:
            postgres.stop_alone(server, 60)
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


@contextmanager
def api(url: str, log: Path, **settings: str) -> Iterator[tuple[int, psutil.Process]]:
    """The API as it is deployed; yields its port and its process."""
    port = any_port("127.0.0.1")
    given = {"database_url": url, "secret": SECRET, "port": str(port), **settings}
    environment = {**os.environ, **{f"KITHLINE_{name.upper()}": value for name, value in given.items()}}
    with serving((sys.executable, "-m", "kithline_api"), environment, f"http://127.0.0.1:{port}/livez", log) as process:
        yield port, process


@contextmanager
def serving(
    command: Sequence[str], environment: Mapping[str, str], address: str, log: Path
) -> Iterator[psutil.Process]:
    """A process that serves HTTP, from its first answer on; it is ended with its children."""
    with log.open("ab") as out:
        process = psutil.Popen(command, stdout=out, stderr=out, env=environment)
    try:
        _await(process, address, log)
        yield process
    finally:
        _end(process)


def _end(process: psutil.Popen) -> None:
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
