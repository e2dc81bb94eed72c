"""Where things lie: the data folder, and private folders and files that are ours from their first moment on."""

import hashlib
import os
import stat
from collections.abc import Mapping
from pathlib import Path

import msgspec

from kithline_core.stack.account import Account, StackError

SHARED = Path("/var/lib/kithline")
# A Unix socket's path has 108 bytes; the longest name below the folder is `.s.PGSQL.65535`.
SOCKET_FOLDER_BYTES = 90


class Home(msgspec.Struct, frozen=True):
    """The data folder (`root`), and the folder of what the servers own (`servers`), which they must be able to reach."""

    root: Path
    servers: Path
    sockets: Path

    @property
    def state(self) -> Path:
        """What runs, with process ids and their start times."""
        return self.root / "stack.json"

    @property
    def lock(self) -> Path:
        """Held by the one supervisor of this folder as long as it lives."""
        return self.root / "stack.lock"

    @property
    def credentials(self) -> Path:
        """The address and the first keys."""
        return self.root / "credentials.json"

    @property
    def passwords(self) -> Path:
        """The database roles' passwords, in the form of libpq's password file."""
        return self.root / "postgres.pgpass"

    @property
    def secret(self) -> Path:
        """The services' secret."""
        return self.root / "secret"

    @property
    def logs(self) -> Path:
        """One file per child."""
        return self.root / "logs"


def locate(env: Mapping[str, str]) -> Path:
    """Return the data folder: KITHLINE_HOME, else XDG_DATA_HOME/kithline, else ~/.local/share/kithline."""
    if env.get("KITHLINE_HOME"):
        return Path(env["KITHLINE_HOME"]).absolute()
    if env.get("XDG_DATA_HOME"):
        return Path(env["XDG_DATA_HOME"]).absolute() / "kithline"
    return Path(env.get("HOME") or Path.home()).absolute() / ".local" / "share" / "kithline"


def create(root: Path, account: Account) -> Home:
    """Make the folders that are missing and return the Home. Raises StackError when one belongs to somebody else."""
    if not root.exists():
        root.parent.mkdir(parents=True, exist_ok=True)
        # As root the servers' own user must get through, not look around; the files inside are 0600.
        make(root, 0o700 if account.is_me else 0o711)
    home = plan(root, account)
    own(home.root / "logs", Account.me())
    if home.servers.is_relative_to(SHARED) or home.sockets.is_relative_to(SHARED):
        make(SHARED, 0o755)
    own(home.servers, account)
    own(home.sockets, account)
    return home


def plan(root: Path, account: Account) -> Home:
    """Return the Home of a data folder without touching anything."""
    inside, outside = root / "servers", SHARED / digest(root)
    servers = inside
    if not account.is_me and not inside.exists() and (outside.exists() or not reachable(root, account)):
        servers = outside
    sockets = servers / "run"
    if len(os.fsencode(sockets)) > SOCKET_FOLDER_BYTES:
        sockets = (Path("/tmp") if account.is_me else SHARED) / f"kithline-{account.uid}-{digest(root)}"  # noqa: S108 - `own` refuses a folder of somebody else
    return Home(root, servers, sockets)


def digest(root: Path) -> str:
    """Return a short name for a data folder that lies elsewhere."""
    return hashlib.sha256(os.fsencode(root)).hexdigest()[:12]


def reachable(folder: Path, account: Account) -> bool:
    """Return whether the account may pass through a folder and all its parents."""
    for part in (folder, *folder.parents):
        found = part.stat()
        needed = stat.S_IXUSR if found.st_uid == account.uid else stat.S_IXOTH
        if not found.st_mode & needed:
            return False
    return True


def make(folder: Path, mode: int) -> None:
    """Make a folder with exactly this mode, whatever the umask; leave one that exists as it is."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        return
    folder.chmod(mode)


def own(folder: Path, account: Account) -> Path:
    """Make a 0700 folder of the account, or check that it is one. Never changes a folder that exists."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid or found.st_mode & 0o077:
            raise StackError(
                f"{folder} is not a private folder of {account.name}; move it away and try again"
            ) from None
        return folder
    if not account.is_me:
        os.chown(folder, account.uid, account.gid)
    return folder


def write(file: Path, text: str, account: Account | None = None) -> None:
    """Write a 0600 file in one move: a reader sees the old content or the new, never a half."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:  # noqa: PTH123 - Path.open cannot set the mode
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    if account is not None and not account.is_me:
        os.chown(draft, account.uid, account.gid)
    draft.replace(file)
