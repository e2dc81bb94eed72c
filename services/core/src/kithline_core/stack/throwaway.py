"""A Postgres for the length of a test session: quick, unsafe on power loss, gone without a trace."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kithline_core.stack import binaries, postgres
from kithline_core.stack.account import Account
from kithline_core.stack.folders import own


@contextmanager
def server() -> Iterator[str]:
    """Start an empty cluster in a temporary folder and yield its superuser's URL; stop and remove it at the end."""
    account = Account.for_servers()
    folder = Path(tempfile.mkdtemp(prefix="kithline-"))
    os.chown(folder, account.uid, account.gid)
    try:
        cluster = postgres.Postgres(
            folder=folder,
            sockets=own(folder / "run", account),
            programs=binaries.postgres(account),
            account=account,
            durable=False,
        )
        postgres.prepare(cluster)
        process = postgres.run_alone(cluster, folder / "log")
        try:
            yield cluster.url(postgres.SUPERUSER, postgres.SUPERUSER)
        finally:
            postgres.stop_alone(process)
    finally:
        shutil.rmtree(folder)
