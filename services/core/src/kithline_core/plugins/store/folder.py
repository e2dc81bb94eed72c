"""What lies where in the store, and how something gets in or out of it in one move."""

import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from kithline_core.errors import Conflict, Invalid, NotFound

RECORD: Final = "stored.json"
BASE: Final = "base"
LOCK: Final = "lock"
# Nobody looks at what begins with a dot: it is on its way in or out.
COMING, GOING = ".new-", ".gone-"
DIGITS: Final = 12
# Whoever runs a plugin may be another user than whoever installed it; secrets are none of it.
FOLDER, FILE, PROGRAM = 0o755, 0o444, 0o555


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was installed. `libraries`: what its environment holds, name → version, `python` among them."""

    plugin: str
    version: str
    module: str
    digest: str
    wheel: str
    hooks: list[str]
    libraries: dict[str, str]
    locked: bool
    installed_at: datetime


class Stored(msgspec.Struct, frozen=True):
    """A plugin in the store: its folder, and what was written down when it was installed."""

    folder: Path
    record: Record

    @property
    def wheel(self) -> Path:
        """Its wheel."""
        return self.folder / self.record.wheel

    @property
    def attestation(self) -> Path:
        """Where its attestation lies, if it has one."""
        return self.folder / f"{self.record.wheel}.publish.attestation"

    @property
    def environment(self) -> Path:
        """Its environment."""
        return self.folder / "env"

    @property
    def python(self) -> Path:
        """The interpreter of its environment."""
        return self.environment / "bin" / "python"

    @property
    def site(self) -> Path:
        """Where its environment holds what can be imported."""
        return site(self.environment, self.record.libraries.get("python", ""))


def site(environment: Path, python: str) -> Path:
    """Return where an environment of this version of Python holds what can be imported."""
    return environment / "lib" / f"python{python}" / "site-packages"


def name_of(plugin: str, version: str, digest: str) -> str:
    """Return the name of a plugin's folder."""
    return f"{plugin}-{version}-{digest[:DIGITS]}"


def folders(store: Path) -> list[Path]:
    """Return the folder of each plugin in the store, by name."""
    try:
        names = [one.name for one in os.scandir(store) if one.is_dir(follow_symlinks=False)]
    except OSError:
        return []
    return [store / name for name in sorted(names) if name != BASE and not name.startswith(".")]


def read(folder: Path) -> Stored:
    """Return a plugin of the store. Raises Invalid."""
    try:
        return Stored(folder, msgspec.json.decode((folder / RECORD).read_bytes(), type=Record))
    except (OSError, msgspec.MsgspecError) as error:
        raise Invalid(f"{folder.name}/{RECORD} cannot be read: {error}") from None


def stored(store: Path) -> list[Stored]:
    """Return every plugin of the store that can be read, in the order in which they came."""
    found = []
    for folder in folders(store):
        try:
            found.append(read(folder))
        except Invalid:
            continue  # loading tells of it
    return sorted(found, key=lambda one: (one.record.installed_at, one.folder.name))


def named(store: Path, text: str) -> Stored:
    """Return the one plugin that a name, `name==version` or the beginning of a digest means. Raises NotFound, Conflict."""
    found = [one for one in stored(store) if text in _names(one.record) or _begins(one.record, text)]
    if not found:
        raise NotFound(f"the store holds no plugin {text!r}; `kithline plugins list` lists what it holds")
    if len(found) > 1:
        several = ", ".join(f"{one.record.plugin}=={one.record.version}" for one in found)
        raise Conflict(f"{text!r} means several: {several}; name one of them")
    return found[0]


def _names(record: Record) -> tuple[str, str]:
    return record.plugin, f"{record.plugin}=={record.version}"


def _begins(record: Record, text: str) -> bool:
    return len(text) >= DIGITS and record.digest.startswith(text.removeprefix("sha256:"))


@contextmanager
def changing(store: Path) -> Iterator[None]:
    """Hold the store while it is changed; others wait. What a change that was killed left behind goes first."""
    make(store)
    with (store / LOCK).open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        for left in [*store.glob(f"{COMING}*"), *store.glob(f"{GOING}*")]:
            discard(left)
        yield


@contextmanager
def coming(store: Path) -> Iterator[Path]:
    """Give a folder to build in; whatever is left of it afterwards is thrown away."""
    building = Path(tempfile.mkdtemp(prefix=COMING, dir=store))
    try:
        yield building
    finally:
        discard(building)


def make(folder: Path) -> None:
    """Make a folder that others may read, in one as `kithline up` would make it; leave what exists as it is."""
    # What root starts runs as others, who have to get through.
    outer = 0o711 if os.geteuid() == 0 else 0o700
    for one, mode in ((folder.parent, outer), (folder, FOLDER)):
        if not one.is_dir():
            one.mkdir(parents=True, exist_ok=True)
            one.chmod(mode)


def publish(building: Path, place: Path) -> None:
    """Put a finished folder in its place in one move, for everybody to read and nobody to write."""
    for path, names, files in os.walk(building):
        for name in (".", *names):
            (Path(path) / name).chmod(FOLDER)
        for file in (Path(path) / name for name in files):
            if not file.is_symlink():
                file.chmod(PROGRAM if file.stat().st_mode & stat.S_IXUSR else FILE)
    building.rename(place)


def take_out(folder: Path) -> None:
    """Remove a plugin in one move: nobody sees half of it."""
    gone = folder.with_name(f"{GOING}{folder.name}")
    folder.rename(gone)
    discard(gone)


def discard(folder: Path) -> None:
    """Delete a folder, if it is there."""
    shutil.rmtree(folder, ignore_errors=True)
