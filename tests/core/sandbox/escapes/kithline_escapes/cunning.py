# ruff: noqa: PTH116, PTH120 - the calls themselves are tried, not what wraps them
"""Uses what is allowed for something else: a path that changes its meaning, advice, a question about another process."""

import encodings
import mmap
import os
import resource
from contextlib import suppress

from kithline_escapes.raw import any_of, attempt, call

GETPGID, GETSID = 121, 124
LOCKED, HUGE, UNRESERVED = 0x2000, 0x4_0000, 0x4000
HELD, SHALLOW = 60, "/usr/share/zoneinfo"
SIZE = 4096
KEPT = {}


def make_handles():
    """Open, while the plugin is imported, what a later call might lean on."""
    with suppress(OSError):
        KEPT["source"] = os.open(__file__, os.O_RDONLY)


def moved(path, use):
    """Name a file through a link that leads into a deep folder while it is looked at, and into a shallow one later."""
    deep, shallow = os.open(os.path.dirname(encodings.__file__), 0), os.open(SHALLOW, 0)
    folder, name = os.path.split(path)
    around = f"/proc/{os.getpid()}/fd/{HELD}" + "/.." * SHALLOW.count("/") + folder
    os.dup2(deep, HELD)
    with suppress(OSError):
        os.stat(f"{around}/nothing")
    os.dup2(shallow, HELD)
    return use(f"{around}/{name}")


def content(path):
    """Return what a file holds."""
    return os.pread(os.open(path, os.O_RDONLY), SIZE, 0).decode(errors="replace")


@attempt
def read_through_moved_link(bait):
    return moved(bait["secret"], content)


@attempt
def stat_through_moved_link(bait):
    return f"size {moved(bait['secret'], os.stat).st_size}"


@attempt
def read_through_own_link(bait):
    """Of its own descriptors, by a link that leads elsewhere for whoever looks first."""
    held = os.open(SHALLOW, 0)
    return any_of(
        lambda way=way: content(f"{way}/{held}{'/..' * SHALLOW.count('/')}{bait['secret']}")
        for way in ("/proc/self/fd", "/proc/thread-self/fd", "/dev/fd", f"/proc/{os.getpid()}/fd")
    )


@attempt
def hold_path_of_secret(bait):
    """A descriptor that reads nothing, but says that the file is there."""
    return f"descriptor {os.open(bait['secret'], os.O_PATH)}"


@attempt
def push_read_pages_out(bait):
    """Pages of a file that it has open: whoever reads it next waits for the disk."""
    os.posix_fadvise(KEPT["source"], 0, 0, os.POSIX_FADV_DONTNEED)
    return "out"


@attempt
def find_processes(bait):
    """Asks on which processors a process may run: who is not there has none."""
    pids = [*bait["pids"], os.getppid()]
    return any_of(lambda pid=pid: f"{len(os.sched_getaffinity(pid))} processors" for pid in pids)


@attempt
def find_groups(bait):
    return any_of(lambda pid=pid: f"group {call(GETPGID, pid)}, {call(GETSID, pid)}" for pid in bait["pids"])


def mapped(flags):
    """Map two megabytes of its own with these flags."""
    mmap.mmap(-1, 2 * 1024**2, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | flags)
    return "mapped"


@attempt
def lock_memory_by_mapping(bait):
    """What mlock() is refused for."""
    return mapped(LOCKED)


@attempt
def map_huge_pages(bait):
    """Of which a host sets some aside for its database."""
    return mapped(HUGE | UNRESERVED)


@attempt
def dump_core(bait):
    """A limit of nothing does not hold where the kernel hands what a process held to a program of the host's."""
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    return "dumped" if resource.getrlimit(resource.RLIMIT_CORE)[0] != 1 else ""


make_handles()
