"""What every test may ask for. Anything with a database runs on a real Postgres; where it comes from is decided here.

In this order: `TEST_DATABASE_URL` (a superuser's URL), a container when an engine answers within two seconds and the
image is local (or TESTCONTAINERS_PULL=1), else the embedded server. The choice is printed once.

One migrated template per session and xdist worker, one copy per test module: `database_urls`.
"""

import asyncio
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
from hypothesis import settings

from helpers.installation import installation as installation  # noqa: PLC0414 - a fixture that any folder may ask for
from kithline_core.stack import control, folders, roles, throwaway
from kithline_core.stack.account import Account
from kithline_core.stack.probe import any_port

pytest_plugins = ["helpers.gate"]

# How long an example takes says more about the machine than about the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

IMAGE = "postgres:18-alpine"
# Several sessions may share one server; they must agree on the roles' passwords.
PASSWORD = "kithline-test"
SMALL = Path(__file__).with_name("small_stack.py")


@dataclass(frozen=True)
class DatabaseUrls:
    """One database and how each role reaches it. `superuser` passes row-level security: for arranging and looking only."""

    name: str
    owner: str
    app: str
    dispatcher: str
    superuser: str


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Async tests run on asyncio, as the product does."""
    return "asyncio"


@pytest.fixture(scope="session")
def postgres_server(pytestconfig: pytest.Config) -> Iterator[str]:
    """The superuser's URL of the session's Postgres, with the three roles made."""
    with _provider(pytestconfig) as url:
        _administer(url, lambda connection: roles.create(connection, dict.fromkeys(roles.ROLES, PASSWORD)))
        yield url


@pytest.fixture(scope="session")
def database_template(postgres_server: str) -> Iterator[str]:
    """The name of a database with every migration applied, to copy from. Nobody may stay connected to it."""
    name = f"kithline_template_{_session()}"
    with _database(postgres_server, name, "template1") as urls:
        migrate(urls)
        yield name


@pytest.fixture(scope="session")
def new_database(postgres_server: str, database_template: str) -> Callable[[], Any]:
    """A factory: `with new_database() as urls` gives a migrated, empty database for as long as the block lasts."""
    numbers = count(1)
    return lambda: _database(postgres_server, f"kithline_test_{_session()}_{next(numbers)}", database_template)


@pytest.fixture(scope="module")
def database_urls(new_database: Callable[[], Any]) -> Iterator[DatabaseUrls]:
    """A migrated, empty database of this test module's own."""
    with new_database() as urls:
        yield urls


@pytest.fixture(scope="module")
def bare_database_urls(postgres_server: str) -> Iterator[DatabaseUrls]:
    """A database without any migration, for tests of the migrations themselves."""
    with _database(postgres_server, f"kithline_bare_{_session()}_{time.monotonic_ns()}", "template1") as urls:
        yield urls


def migrate(urls: DatabaseUrls) -> None:
    """Apply every migration as the command does."""
    subprocess.run(
        [sys.executable, "-m", "kithline_core.db.migrate", "apply"],
        env={**os.environ, "KITHLINE_OWNER_DATABASE_URL": urls.owner},
        check=True,
    )


@pytest.fixture(scope="session")
def small() -> ModuleType:
    """Small programs for a stack: see small_stack.py."""
    spec = importlib.util.spec_from_file_location("small_stack", SMALL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def small_command() -> tuple[str, str]:
    """What starts the real supervisor with small programs in the places of the services."""
    return (sys.executable, str(SMALL))


@pytest.fixture
def account() -> Account:
    """Who runs the servers."""
    return Account.for_servers()


@pytest.fixture
def root() -> Iterator[Path]:
    """A data folder that does not exist yet, short enough for sockets; whatever runs in it is ended afterwards."""
    parent = Path(tempfile.mkdtemp(prefix="kl-", dir="/tmp"))
    folder = parent / "home"
    yield folder
    control.stop(folder, 10)
    shutil.rmtree(parent)
    shutil.rmtree(folders.SHARED / folders.digest(folder), ignore_errors=True)


@pytest.fixture
def reachable_root(root: Path) -> Path:
    """The same below a folder everybody may pass, as /srv is."""
    root.parent.chmod(0o711)
    return root


@pytest.fixture
def as_root() -> None:
    """Skip unless the caller is root, who alone can try what another user may do."""
    if os.geteuid() != 0:
        pytest.skip("another user can be tried by root only")


@pytest.fixture
def free_port() -> int:
    """A port nobody listens on."""
    return any_port("127.0.0.1")


@contextmanager
def _provider(config: pytest.Config) -> Iterator[str]:
    if url := os.environ.get("TEST_DATABASE_URL"):
        _say(config, "Postgres: the server of TEST_DATABASE_URL")
        yield url
    elif (refusal := _no_containers()) is None:
        _say(config, f"Postgres: a container of {IMAGE}")
        with _container() as url:
            yield url
    else:
        _say(config, f"Postgres: embedded, since {refusal}")
        with throwaway.server() as url:
            yield url


def _no_containers() -> str | None:
    """Say why no container can be used, or None when one can."""
    if not _docker("version"):
        return "no container engine answers"
    if not _docker("image", "inspect", IMAGE) and os.environ.get("TESTCONTAINERS_PULL") != "1":
        return f"the image {IMAGE} is not here and TESTCONTAINERS_PULL is not 1"
    return None


def _docker(*arguments: str) -> bool:
    try:
        done = subprocess.run(["docker", *arguments], capture_output=True, timeout=2, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


@contextmanager
def _container() -> Iterator[str]:
    from testcontainers.postgres import PostgresContainer  # noqa: PLC0415 - slow to import, and needed only here

    with PostgresContainer(IMAGE, username="postgres", password=PASSWORD, dbname="postgres", driver=None) as box:
        yield box.get_connection_url()


@contextmanager
def _database(server: str, name: str, template: str) -> Iterator[DatabaseUrls]:
    _administer(server, lambda connection: roles.create_database(connection, name, template))
    try:
        parts = {role: _as_role(server, role, name) for role in roles.ROLES}
        yield DatabaseUrls(
            name=name,
            owner=parts["kithline_owner"],
            app=parts["kithline_app"],
            dispatcher=parts["kithline_dispatcher"],
            superuser=urlunsplit(urlsplit(server)._replace(path=f"/{name}")),
        )
    finally:
        _administer(server, lambda connection: connection.execute(f'drop database "{name}" with (force)'))


def _as_role(server: str, role: str, database: str) -> str:
    parts = urlsplit(server)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{role}:{PASSWORD}@{host}", path=f"/{database}"))


def _administer(url: str, act: Callable[[Any], Coroutine[Any, Any, Any]]) -> None:
    """Do something as the superuser; again when a session beside this one changed the same catalogue row."""

    async def run() -> None:
        connection = await asyncpg.connect(url)
        try:
            await act(connection)
        finally:
            await connection.close()

    for attempt in range(5):
        try:
            return asyncio.run(run())
        except (asyncpg.InternalServerError, asyncpg.ObjectInUseError, asyncpg.UniqueViolationError):
            if attempt == 4:
                raise
            time.sleep(0.1 * 2**attempt)
    return None


def _session() -> str:
    return f"{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"


def _say(config: pytest.Config, text: str) -> None:
    if os.environ.get("PYTEST_XDIST_WORKER", "gw0") == "gw0":
        with config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
            sys.stderr.write(f"\n{text}\n")
