"""A control group around a plugin's process and its runs, where this process may make one: memory and processes in all.

The limits of each process stand anyway; this one holds for all of them together. Version 1 and 2 of the interface.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from kithline_core.sandbox import strays

OWN: Final = Path("/proc/self/cgroup")
MOUNT: Final = Path("/sys/fs/cgroup")
URGENCY: Final = "/proc/{}/oom_score_adj"
FIRST: Final = "1000"
NAME: Final = "kithline_"
MEMBERS: Final = "cgroup.procs"
MEGABYTE: Final = 1024 * 1024
# Controller → its files, by version.
VERSION_1: Final = {"memory": "memory.limit_in_bytes", "pids": "pids.max"}
VERSION_2: Final = {"memory": "memory.max", "pids": "pids.max"}


class Group:
    """The folders of one group: one in version 2, one per controller in version 1, none where none may be made."""

    def __init__(self, folders: list[Path]) -> None:
        self.folders = folders

    def take(self, pid: int) -> None:
        """Take a process in; those it starts from then on belong too."""
        for folder in self.folders:
            with suppress(OSError):  # it has ended by now
                (folder / MEMBERS).write_text(str(pid))

    def remove(self) -> None:
        """Remove the group; one that is not empty yet goes when the next sandbox opens."""
        for folder in self.folders:
            with suppress(OSError):
                folder.rmdir()


def go_first(pid: int) -> None:
    """Have the kernel end this process, and those it starts from then on, before any other when the host's memory is used up."""
    with suppress(OSError):  # it has ended by now, or is not ours to say
        Path(URGENCY.format(pid)).write_text(FIRST)


def make(mark: str, memory_mb: int, processes: int) -> Group:
    """Make a group with these limits, as far as this process may."""
    limits = {"memory": memory_mb * MEGABYTE, "pids": processes}
    made = [folder for place, files in _places() if (folder := _made(place / _name(mark), files, limits))]
    return Group(made)


def remove_abandoned() -> None:
    """Remove the groups of hosts that were killed."""
    for place, _ in _places():
        for folder in place.glob(f"{NAME}*"):
            if strays.abandoned(folder.name.removeprefix(NAME).replace("_", ":")):
                Group([folder]).remove()


def _name(mark: str) -> str:
    return NAME + mark.replace(":", "_")


def _places() -> Iterator[tuple[Path, dict[str, str]]]:
    """Yield the folders of the groups we are in, with the files of the limits we want."""
    for line in OWN.read_text().splitlines() if OWN.exists() else ():
        _, controllers, path = line.split(":", 2)
        if not controllers:
            yield MOUNT / path.lstrip("/"), VERSION_2
        elif controllers in VERSION_1:
            yield MOUNT / controllers / path.lstrip("/"), {controllers: VERSION_1[controllers]}


def _made(folder: Path, files: Mapping[str, str], limits: Mapping[str, int]) -> Path | None:
    try:
        folder.mkdir()
    except OSError:
        return None
    try:
        for controller, file in files.items():
            # Opened, not made: where a controller is not handed down its file is missing, and a group without it is none.
            with (folder / file).open("r+") as limit:
                limit.write(str(limits[controller]))
    except OSError:
        Group([folder]).remove()
        return None
    return folder
