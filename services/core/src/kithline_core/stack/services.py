"""The children of `kithline up` in the order they start, and the two commands that run before the services."""

import os
import signal
import sys
from collections.abc import Mapping
from functools import partial

from kithline_core.stack import binaries, postgres, valkey
from kithline_core.stack.account import Account
from kithline_core.stack.folders import Home, own
from kithline_core.stack.keeper import Service
from kithline_core.stack.postgres import Postgres
from kithline_core.stack.valkey import Valkey

MIGRATE = (sys.executable, "-m", "kithline_core.db.migrate", "apply", "--json")
BOOTSTRAP = (sys.executable, "-m", "kithline_core.db.bootstrap", "--json")
RENEW = "--renew"
MODULES = {"api": "kithline_api", "worker": "kithline_worker", "dispatcher": "kithline_worker.dispatcher"}


def cluster(home: Home, account: Account) -> Postgres:
    """Return the embedded Postgres of a data folder."""
    folder = own(home.servers / "postgres", account)
    return Postgres(folder=folder, sockets=home.sockets, programs=binaries.postgres(account), account=account)


def broker(home: Home, account: Account) -> Valkey:
    """Return the embedded broker of a data folder."""
    folder = own(home.servers / "valkey", account)
    return Valkey(folder=folder, sockets=home.sockets, program=binaries.valkey(account), account=account)


def environment(home: Home, database: Postgres, queue: Valkey, host: str, port: int) -> dict[str, str]:
    """Return the settings handed to the services; no secret among them, only the names of files."""
    return {
        "KITHLINE_HOME": str(home.root),
        "KITHLINE_DATABASE_URL": database.url("kithline_app"),
        "KITHLINE_DISPATCHER_DATABASE_URL": database.url("kithline_dispatcher"),
        "KITHLINE_OWNER_DATABASE_URL": database.url("kithline_owner"),
        "KITHLINE_BROKER_URL": queue.url,
        "KITHLINE_SECRET_FILE": str(home.secret),
        "KITHLINE_HOST": host,
        "KITHLINE_PORT": str(port),
    }


def servers(database: Postgres, queue: Valkey, marks: Mapping[str, str]) -> tuple[Service, Service]:
    """Return Postgres and Valkey as children; they get next to nothing of the caller's environment."""
    bare = {"PATH": os.defpath, "LANG": "C.UTF-8", **marks}
    return (
        Service(
            name="postgres", command=database.command(), environment=bare, folder=database.folder,
            account=database.account, stop_signal=signal.SIGINT, patience=20.0,
            before=partial(postgres.clear_lock, database),
        ),
        Service(
            name="valkey", command=queue.command(), environment=bare, folder=queue.folder, account=queue.account,
            before=partial(valkey.prepare, queue),
        ),
    )  # fmt: skip


def inherited(settings: Mapping[str, str]) -> dict[str, str]:
    """Return the caller's environment with the stack's settings on top; a file named for one of them does not win."""
    return {name: value for name, value in os.environ.items() if name.removesuffix("_FILE") not in settings} | {
        **settings
    }


def programs(home: Home, settings: Mapping[str, str]) -> list[Service]:
    """Return the API, the worker and the dispatcher as children of the caller's own user."""
    # The owner's URL stays with migrations: nothing that serves requests may change the schema.
    given = {name: value for name, value in inherited(settings).items() if name != "KITHLINE_OWNER_DATABASE_URL"}
    given["PYTHONUNBUFFERED"] = "1"
    me = Account.me()
    return [
        Service(name=name, command=(sys.executable, "-m", module), environment=given, folder=home.root, account=me)
        for name, module in MODULES.items()
    ]
