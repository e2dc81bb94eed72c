"""A real broker of a test's own."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kithline_core.stack import binaries, valkey
from kithline_core.stack.account import Account
from kithline_core.stack.folders import own


@contextmanager
def placed() -> Iterator[valkey.Valkey]:
    """Yield a broker that is not started, in a folder that goes away."""
    account = Account.for_servers()
    folder = Path(tempfile.mkdtemp(prefix="kithline-"))
    folder.chmod(0o711)
    try:
        data = own(folder / "valkey", account)
        program = binaries.valkey(account)
        yield valkey.Valkey(folder=data, sockets=own(data / "run", account), program=program, account=account)
    finally:
        shutil.rmtree(folder)


def start(broker: valkey.Valkey) -> subprocess.Popen[bytes]:
    """Start it and wait until it answers."""
    valkey.prepare(broker)
    with (broker.folder.parent / "broker.log").open("ab") as log:
        process = subprocess.Popen(
            broker.command(), stdout=log, stderr=log, cwd=broker.folder, **broker.account.identity()
        )
    deadline = time.monotonic() + 20
    while not broker.ready() and time.monotonic() < deadline:
        time.sleep(0.02)
    return process
