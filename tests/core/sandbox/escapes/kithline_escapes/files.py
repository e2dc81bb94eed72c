# ruff: noqa: PTH115, PTH116, PTH123, PTH207, PTH208, PTH211 - the calls themselves are tried, not what wraps them
"""Reads what is not the plugin's: files, folders, environments, and where other programs keep theirs."""

import ctypes
import importlib
import os
import sys
from glob import glob

from kithline_escapes.raw import LIBC, any_of, attempt, call, low_page, old_call

OPEN, OPENAT2, STATX, HANDLE, BY_HANDLE, WATCH = 2, 437, 332, 303, 304, 254
HERE = -100


def content(path, flags=os.O_RDONLY):
    """Read a file by its path."""
    descriptor = os.open(path, flags)
    try:
        return drained(descriptor)
    finally:
        os.close(descriptor)


def drained(descriptor):
    """Read a descriptor from its start."""
    return os.pread(descriptor, 65_536, 0).decode(errors="replace")


@attempt
def read_secret(bait):
    with open(bait["secret"]) as file:
        return file.read()


@attempt
def read_passwd(bait):
    return content("/etc/passwd")


@attempt
def read_host_source(bait):
    return content(bait["source"])


@attempt
def read_neighbour(bait):
    """Another plugin's files, installed beside this one."""
    return content(bait["neighbour"])


@attempt
def list_configuration(bait):
    return " ".join(os.listdir(bait["configuration"]))


@attempt
def list_processes(bait):
    return " ".join(str(pid) for pid in bait["pids"] if str(pid) in os.listdir("/proc"))


@attempt
def read_environment(bait):
    return " ".join(os.environ.values())


@attempt
def read_c_environment(bait):
    """The variables that the C library holds, whatever Python was told to forget."""
    held = ctypes.POINTER(ctypes.c_char_p).in_dll(LIBC, "environ")
    found = []
    while held and held[len(found)]:
        found.append(held[len(found)].decode(errors="replace"))
    return " ".join(found)


@attempt
def read_own_environ(bait):
    return content("/proc/self/environ")


@attempt
def read_parents_environ(bait):
    return content(f"/proc/{os.getppid()}/environ")


@attempt
def read_other_environ(bait):
    return any_of(lambda pid=pid: content(f"/proc/{pid}/environ") for pid in reversed(bait["pids"]))


@attempt
def read_every_environ(bait):
    return any_of(lambda path=path: _with("HOSTS_SECRET", content(path)) for path in glob("/proc/[0-9]*/environ"))


@attempt
def read_command_lines(bait):
    return any_of(lambda path=path: _with(bait["secret"], content(path)) for path in glob("/proc/[0-9]*/cmdline"))


def _with(word, text):
    return text if word in text else ""


@attempt
def read_other_maps(bait):
    return any_of(lambda pid=pid: content(f"/proc/{pid}/maps") for pid in bait["pids"])


@attempt
def read_exe_link(bait):
    return any_of(lambda pid=pid: os.readlink(f"/proc/{pid}/exe") for pid in bait["pids"])


@attempt
def read_through_root_link(bait):
    roots = [f"/proc/{pid}/root" for pid in (*bait["pids"], 1, os.getppid())]
    return any_of(lambda root=root: content(root + bait["secret"]) for root in roots)


@attempt
def read_through_cwd_link(bait):
    return any_of(
        lambda pid=pid: content(f"/proc/{pid}/cwd/{'../' * 20}{bait['secret']}") for pid in (*bait["pids"], os.getpid())
    )


@attempt
def read_through_symlink(bait):
    link = f"{bait['drop']}/read_through_symlink"
    os.symlink(bait["secret"], link)
    return content(link)


@attempt
def read_through_dots(bait):
    return content("/usr/" + "../" * 20 + bait["secret"].lstrip("/"))


@attempt
def stat_secret(bait):
    return f"size {os.stat(bait['secret']).st_size}"


@attempt
def statx_secret(bait):
    found = ctypes.create_string_buffer(256)
    call(STATX, HERE, bait["secret"].encode(), 0, 0x7FF, found)
    return f"size {int.from_bytes(found.raw[40:48], 'little')}"


@attempt
def probe_existence(bait):
    return os.access(bait["secret"], os.F_OK) and not os.access(bait["secret"] + ".not", os.F_OK)


@attempt
def open_by_number(bait):
    return drained(call(OPEN, bait["secret"].encode(), 0, 0))


@attempt
def openat2_by_number(bait):
    return drained(call(OPENAT2, HERE, bait["secret"].encode(), (ctypes.c_uint64 * 3)(0, 0, 0), 24))


@attempt
def open_by_handle(bait):
    handle, mount = ctypes.create_string_buffer((128).to_bytes(4, "little"), 136), ctypes.c_int()
    call(HANDLE, HERE, bait["secret"].encode(), handle, ctypes.byref(mount), 0)
    return drained(call(BY_HANDLE, os.open("/", os.O_RDONLY), handle, 0))


@attempt
def open_by_old_interface(bait):
    """`int 0x80`: a filter that looks at numbers alone takes its `open` for another call."""
    page, address = low_page(bait["secret"].encode() + b"\0")
    with_page = drained(old_call(5, address, 0, 0))
    del page
    return with_page


@attempt
def open_by_x32(bait):
    """The third interface of x86-64, with its own numbers beyond bit 30."""
    return drained(call(0x4000_0000 + OPEN, bait["secret"].encode(), 0, 0))


@attempt
def load_library(bait):
    return "loaded" if ctypes.CDLL(bait["library"])._handle else ""


@attempt
def import_planted(bait):
    sys.path.insert(0, bait["modules"])
    try:
        return importlib.import_module("kithline_planted").SECRET
    except ImportError:
        return ""
    finally:
        sys.path.remove(bait["modules"])


@attempt
def watch_folder(bait):
    return f"watch {call(WATCH, call(294, 0), bait['drop'].encode(), 0xFFF)}"


@attempt
def change_root(bait):
    os.chroot(bait["drop"])
    return "changed"
