"""What the host lays out for the attempts, and how it sees that one of them reached it."""

import compileall
import os
import re
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

import msgspec

import kithline_core
import kithline_sdk
from helpers.escapes.victims import Victim, named

PLUGIN = Path(__file__).parents[2] / "core" / "sandbox" / "escapes"
TEMPORARY = (Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"))
NOBODY = 65_534
COMPILED = shutil.ignore_patterns("__pycache__", "*.py[co]")


class Bait:
    """A folder that everybody may read, one that everybody may write, listeners, two processes, and a secret in each.

    Everything that file modes could withhold is granted: what is held back is held back by the sandbox.
    """

    def __init__(self, folder: Path) -> None:
        self.mark, self.secret = f"kle{secrets.token_hex(5)}", secrets.token_hex(16)
        self.folder, self.key = folder, secrets.randbelow(2**30) + 1
        self.plant()
        users = [os.getuid()] if os.getuid() else [0, NOBODY]
        self.victims = [Victim(self.secret, self.folder / "secret", user) for user in users]
        self.listeners = dict(self.listen())
        self.inherited = os.open(self.folder / "secret", os.O_RDONLY)
        os.set_inheritable(self.inherited, True)
        self.before = self.look()

    def plant(self) -> None:
        """Write the files. Their folder is open to all: only a sandbox stands before it."""
        self.folder.chmod(0o755)
        for name, text in {
            "secret": self.secret,
            f"configuration/{self.secret}.toml": "",
            "modules/kithline_planted.py": f"SECRET = {self.secret!r}",
            "neighbour/kithline_neighbour/model.json": self.secret,
            "note": "x" * 100,
        }.items():
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_text(text)
        (self.folder / "note").chmod(0o666)
        shutil.copy(msgspec._core.__file__, self.folder / "library.so")
        # As in the environment of a stored plugin, whose own copy of the SDK lies beside it.
        shutil.copytree(Path(kithline_sdk.__file__).parent, self.folder / "installed" / "kithline_sdk", ignore=COMPILED)
        self.copy("installed")
        self.empty()

    def copy(self, name: str, *attempts: str, hooks: Iterable[str] = ()) -> Path:
        """Plant a copy of the plugin that makes these attempts while it is imported, and return its folder."""
        place = self.folder / name
        shutil.copytree(PLUGIN, place, dirs_exist_ok=True, ignore=COMPILED)
        module = place / "kithline_escapes"
        bait = self.told(module) if attempts else {}
        orders = f"ATTEMPTS = {list(attempts)!r}\nBAIT = {bait!r}\nHOOKS = {list(hooks)!r}\n"
        (module / "orders.py").write_text(orders)
        # Every run imports it anew. Orders may change within a second, which bytecode would not notice.
        compileall.compile_dir(module, quiet=2, rx=re.compile("orders"))
        module.chmod(0o777)
        return module

    def empty(self) -> None:
        """Make the folder that everybody may write anew."""
        drop = self.folder / "drop"
        unmount(drop)
        shutil.rmtree(drop, ignore_errors=True)
        drop.mkdir()
        drop.chmod(0o777)

    def listen(self) -> Iterator[tuple[str, socket.socket]]:
        """Open one listener per way out."""
        wanted: list[tuple[str, int, int, Any]] = [
            ("tcp", socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
            ("tcp6", socket.AF_INET6, socket.SOCK_STREAM, ("::1", 0)),
            ("udp", socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
            ("unix", socket.AF_UNIX, socket.SOCK_STREAM, str(self.folder / "stream")),
            ("unix_datagram", socket.AF_UNIX, socket.SOCK_DGRAM, str(self.folder / "datagram")),
            ("abstract", socket.AF_UNIX, socket.SOCK_STREAM, f"\0{self.mark}"),
        ]
        for name, family, kind, address in wanted:
            one = socket.socket(family, kind)
            with suppress(OSError):  # a host without IPv6: the attempt then has nobody to reach
                one.bind(address)
            if kind == socket.SOCK_STREAM:
                one.listen()
            one.setblocking(False)
            yield name, one
        for name in ("stream", "datagram"):
            (self.folder / name).chmod(0o777)

    def told(self, app: Path) -> dict[str, Any]:
        """Return what an attempt is told: where everything is. A guess costs an attacker nothing."""
        ports = {name: self.listeners[name].getsockname()[1] for name in ("tcp", "tcp6", "udp")}
        places = {name: str(self.folder / name) for name in ("secret", "configuration", "modules", "drop", "note")}
        return {
            **ports, **places, "mark": self.mark, "abstract": self.mark, "key": self.key, "app": str(app),
            "unix": str(self.folder / "stream"), "unix_datagram": str(self.folder / "datagram"),
            "library": str(self.folder / "library.so"), "source": str(source()),
            "neighbour": str(self.folder / "neighbour" / "kithline_neighbour" / "model.json"),
            "pids": [os.getpid(), *(one.pid for one in self.victims)],
            "victims": [{"pid": one.pid, "address": one.address, "descriptor": one.held} for one in self.victims],
        }  # fmt: skip

    def look(self) -> dict[str, Any]:
        """Return everything that an attempt could have changed."""
        files = {str(path.relative_to(self.folder)): state(path) for path in visible(self.folder)}
        left = [str(path) for place in TEMPORARY for path in place.glob(f"{self.mark}*")]
        keys = [name for name, _, key in segments() if key in {self.key, self.key + 1}]
        victims = {f"victim {number}": one.state() for number, one in enumerate(self.victims)}
        return {**files, "temporary": left, "segments": keys, **victims}

    def changes(self) -> list[str]:
        """Return what happened since the last call, and put everything back."""
        now = self.look()
        found = [f"{name} changed" for name in {**self.before, **now} if self.before.get(name) != now.get(name)]
        found += [f"{name} heard {words}" for name, one in self.listeners.items() for words in heard(one)]
        found += [f"process {pid} was left" for pid in named(self.mark)]
        if found:
            self.restore()
        return found

    def restore(self) -> None:
        """Put everything back."""
        for pid in named(self.mark):
            os.kill(pid, 9)
        for path in (path for place in TEMPORARY for path in place.glob(f"{self.mark}*")):
            path.unlink()
        for _, flag, key in segments():
            if key in {self.key, self.key + 1}:
                subprocess.run(["ipcrm", flag, str(key)], check=True)
        for path in (self.folder / "installed" / "kithline_escapes").glob(f"{self.mark}*"):
            path.unlink()
        self.empty()
        (self.folder / "note").unlink(missing_ok=True)
        (self.folder / "note").write_text("x" * 100)
        (self.folder / "note").chmod(0o666)
        for one in self.victims:
            one.revive()
        self.before = self.look()

    @classmethod
    @contextmanager
    def laid(cls) -> Iterator[Self]:
        """Lay everything out in a folder of its own, with the secret in this process's environment too."""
        folder = Path(tempfile.mkdtemp(prefix="kithline-bait-"))
        bait = cls(folder)
        os.environ["HOSTS_SECRET"] = bait.secret
        try:
            yield bait
        finally:
            del os.environ["HOSTS_SECRET"]
            bait.restore()
            bait.close()

    def close(self) -> None:
        """Take everything away."""
        os.close(self.inherited)
        for one in self.listeners.values():
            one.close()
        for victim in self.victims:
            victim.end()
        shutil.rmtree(self.folder, ignore_errors=True)


def source() -> Path:
    """Return a file of the host's own program."""
    return Path(kithline_core.__file__).with_name("settings.py")


def visible(folder: Path) -> Iterator[Path]:
    """Yield every file that belongs to the bait; of the SDK's copy, which nobody may write, only its folder."""
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__" and Path(place).name != "kithline_sdk"]
        if Path(place).name != "kithline_sdk":
            yield from (Path(place, name) for name in (*folders, *files))


def state(path: Path) -> tuple[Any, ...]:
    """Return what may be changed about a file."""
    found = path.lstat()
    attributes = os.listxattr(path, follow_symlinks=False)
    inside = () if path.is_dir() else (found.st_size, found.st_nlink, found.st_mtime)
    return found.st_mode, found.st_uid, *inside, attributes


def heard(listener: socket.socket) -> list[str]:
    """Return what came in at a listener since the last call."""
    if listener.type == socket.SOCK_DGRAM:
        return list(received(listener))
    found = []
    with suppress(BlockingIOError):
        while True:
            line, _ = listener.accept()
            with line:
                line.settimeout(0.05)
                found.append("; ".join(received(line)) or "a connection")
    return found


def received(line: socket.socket) -> Iterator[str]:
    """Yield what can be read at once."""
    with suppress(OSError):
        while words := line.recv(4096):
            yield words.decode(errors="replace")


def unmount(folder: Path) -> None:
    """Take away what an attempt mounted."""
    if os.path.ismount(folder):
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def segments() -> Iterator[tuple[str, str, int]]:
    """Yield every System V object: its kind, how `ipcrm` is told of it, its key."""
    for kind, flag in (("shm", "-M"), ("sem", "-S"), ("msg", "-Q")):
        for line in Path(f"/proc/sysvipc/{kind}").read_text().splitlines()[1:]:
            yield kind, flag, int(line.split()[0])
