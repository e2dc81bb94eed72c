"""One embedded Postgres cluster behind our own start-up: peer on the socket, passwords on loopback, a folder of its own.

The wheel's Python layer trusts every local user and opens parent folders to everyone; this module does neither.
"""

import os
import random
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

import msgspec

from kithline_core.stack import processes
from kithline_core.stack.account import Account, StackError
from kithline_core.stack.folders import write

SUPERUSER = "postgres"
# Below the range the kernel hands to outgoing connections, so that a restart finds its port free.
PORTS = range(20_000, 32_000)
STATUS_LINE = 7  # of postmaster.pid, counted from 0
DATABASE = "kithline"
ROLES = ("kithline_owner", "kithline_app", "kithline_dispatcher")

ACCESS = """\
# Who may come in is decided by the operating system's user on the socket (pg_ident.conf), by password on loopback.
local all all peer map=kithline
host all all 127.0.0.1/32 scram-sha-256
host all all ::1/128 scram-sha-256
"""

SETTINGS = """\
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
password_encryption = scram-sha-256
max_connections = 100
# Room for the index of texts of ten million events, which is met at random: taking in stays flat while it fits. And
# every checkpoint writes each page of it once more, so that they should be seldom.
shared_buffers = 512MB
max_wal_size = 4GB
dynamic_shared_memory_type = posix
timezone = UTC
log_timezone = UTC
log_line_prefix = '%m [%p] '
# Plans of small queries cost more to compile than to run.
jit = off
# An acknowledged event is on disk: off would lose one in seven when the server is killed.
synchronous_commit = {durable}
fsync = {durable}
full_page_writes = {durable}
"""


class Postgres(msgspec.Struct, frozen=True, kw_only=True):
    """A cluster on disk: where it lies, whose it is, and whether what it acknowledges survives (`durable`)."""

    folder: Path
    sockets: Path
    programs: Path
    account: Account
    durable: bool = True

    @property
    def data(self) -> Path:
        """The data folder proper."""
        return self.folder / "data"

    @property
    def port(self) -> int:
        """The port of the socket and of loopback, as `prepare` chose it."""
        return int((self.folder / "port").read_text())

    def command(self) -> tuple[str, ...]:
        """Return the server's command line; it runs in the foreground and stops on SIGINT."""
        return (str(self.programs / "postgres"), "-D", str(self.data))

    def url(self, role: str, database: str = DATABASE) -> str:
        """Return the URL through the socket; the operating system vouches for the caller, so it holds no password."""
        return f"postgresql://{role}@/{database}?host={quote(str(self.sockets), safe='/')}&port={self.port}"

    def ready(self) -> bool:
        """Return whether the server takes connections, by the state it writes for pg_ctl."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        says_ready = len(lines) > STATUS_LINE and lines[STATUS_LINE].strip() == "ready"
        return says_ready and processes.find(int(lines[0])) is not None


def prepare(cluster: Postgres) -> None:
    """Make the cluster when it is missing and write its configuration. Raises StackError saying what stands in the way."""
    if not cluster.data.exists():
        _initialise(cluster)
    _check_release(cluster)
    settings = SETTINGS.format(port=_free_port(), sockets=cluster.sockets, durable="on" if cluster.durable else "off")
    write(cluster.folder / "port", settings.split("port = ")[1].split()[0], cluster.account)
    write(cluster.data / "postgresql.conf", settings, cluster.account)
    write(cluster.data / "pg_hba.conf", ACCESS, cluster.account)
    write(cluster.data / "pg_ident.conf", _admitted(Account.me()), cluster.account)


def clear_lock(cluster: Postgres) -> None:
    """Remove the lock of a server that died when its process id now belongs to another program."""
    lock = cluster.data / "postmaster.pid"
    try:
        pid = int(lock.read_text().split()[0])
        program = Path(f"/proc/{pid}/exe").readlink()
    except (FileNotFoundError, ProcessLookupError, ValueError, IndexError):
        return  # no lock, or nobody behind it: Postgres clears that itself
    if program.name.removesuffix(" (deleted)") != "postgres":
        lock.unlink(missing_ok=True)


def run_alone(cluster: Postgres, log: Path, seconds: float = 30.0) -> subprocess.Popen[bytes]:
    """Start a prepared cluster under this process, wait until it is ready and return it. For tests and checks."""
    server = processes.spawn(
        cluster.command(),
        log,
        account=cluster.account,
        folder=cluster.folder,
        environment={"PATH": os.defpath},
        last_signal=signal.SIGQUIT,
    )
    deadline = time.monotonic() + seconds
    while not cluster.ready():
        if server.poll() is not None or time.monotonic() > deadline:
            server.kill()
            server.wait()
            raise StackError(f"Postgres did not start: {log.read_text().strip()[-500:]}")
        time.sleep(0.02)
    return server


def stop_alone(server: subprocess.Popen[bytes], seconds: float = 10.0) -> None:
    """Stop a server of `run_alone`; kill it after so many seconds."""
    server.send_signal(signal.SIGINT)
    try:
        server.wait(seconds)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _initialise(cluster: Postgres) -> None:
    draft = cluster.folder / "data.new"
    shutil.rmtree(draft, ignore_errors=True)  # a start that was killed half-way
    command = [str(cluster.programs / "initdb"), "-D", str(draft), "-U", SUPERUSER, "--encoding=UTF8", "--locale=C"]
    command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--auth-local=peer", "--auth-host=reject"]
    command += ["--no-instructions", *([] if cluster.durable else ["--no-sync"])]
    done = subprocess.run(  # noqa: S603 - the wheel's own program
        command, cwd=cluster.folder, umask=0o077, capture_output=True, text=True, check=False, env={"PATH": os.defpath},
        **cluster.account.identity(),
    )  # fmt: skip
    if done.returncode:
        raise StackError(f"Postgres could not make its data folder: {done.stderr.strip()[-500:]}")
    draft.rename(cluster.data)


def _check_release(cluster: Postgres) -> None:
    found = (cluster.data / "PG_VERSION").read_text().strip()
    wanted = cluster.programs.parent / "share" / "postgres.bki"
    with wanted.open() as lines:
        release = next(lines).split()[-1]
    if found != release:
        raise StackError(
            f"{cluster.data} was made by Postgres {found}, this is Postgres {release}; export with the version of "
            "Kithline that made it, move the folder away and import again"
        )


def _free_port() -> int:
    for port in random.SystemRandom().sample(PORTS, min(200, len(PORTS))):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise StackError(f"no free port between {PORTS[0]} and {PORTS[-1]} for Postgres")


def _admitted(caller: Account) -> str:
    """Return which user of the operating system may be which role: the caller any, nobody else."""
    return "".join(f'kithline "{caller.name}" {role}\n' for role in (SUPERUSER, *ROLES))
