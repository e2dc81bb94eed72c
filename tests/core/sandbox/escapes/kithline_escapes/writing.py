# ruff: noqa: PTH101, PTH102, PTH104, PTH108, PTH211 - the calls themselves are tried, not what wraps them
"""Changes files: in temporary folders, beside the plugin, and in a folder and a file that anyone may write."""

import ctypes
import fcntl
import os
import socket
import stat

from kithline_escapes.raw import LIBC, any_of, attempt, call, checked
from kithline_escapes.remains import foreign

BLOCK = b"x" * 65_536
MOUNT, FSOPEN, OPEN_TREE = 165, 430, 428


def write(path, data=b"x"):
    """Make a file with this content."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o666)
    try:
        return os.write(descriptor, data)
    finally:
        os.close(descriptor)


@attempt
def write_temporary(bait):
    return write(f"/tmp/{bait['mark']}-write_temporary")


@attempt
def write_shared_memory_folder(bait):
    return write(f"/dev/shm/{bait['mark']}-write_shared_memory_folder")


@attempt
def write_var_temporary(bait):
    return write(f"/var/tmp/{bait['mark']}-write_var_temporary")


@attempt
def write_beside_plugin(bait):
    return write(f"{bait['app']}/{bait['mark']}.py")


@attempt
def write_open_folder(bait):
    return write(f"{bait['drop']}/write_open_folder")


@attempt
def make_empty_file(bait):
    """No byte is written, so no limit on file sizes meets it."""
    return os.open(f"{bait['drop']}/make_empty_file", os.O_WRONLY | os.O_CREAT, 0o666)


@attempt
def make_unnamed_file(bait):
    return os.open(bait["drop"], os.O_WRONLY | os.O_TMPFILE, 0o600)


@attempt
def fill_disk(bait):
    descriptor = os.open(f"{bait['drop']}/fill_disk", os.O_WRONLY | os.O_CREAT, 0o666)
    return sum(os.write(descriptor, BLOCK) for _ in range(512))


@attempt
def reserve_disk(bait):
    os.posix_fallocate(os.open(f"{bait['drop']}/reserve_disk", os.O_WRONLY | os.O_CREAT, 0o666), 0, 32 * 1024**2)
    return "reserved"


@attempt
def append_to_file(bait):
    return os.write(os.open(bait["note"], os.O_WRONLY | os.O_APPEND), b"append_to_file")


@attempt
def truncate_file(bait):
    os.truncate(bait["note"], 0)
    return "cut"


@attempt
def truncate_by_opening(bait):
    return os.open(bait["note"], os.O_WRONLY | os.O_TRUNC)


@attempt
def remove_file(bait):
    os.unlink(bait["note"])
    return "gone"


@attempt
def rename_file(bait):
    os.rename(bait["note"], f"{bait['drop']}/rename_file")
    return "renamed"


@attempt
def make_folder(bait):
    os.mkdir(f"{bait['drop']}/make_folder")
    return "made"


@attempt
def change_mode(bait):
    os.chmod(bait["note"], 0o777)
    return "changed"


@attempt
def change_owner(bait):
    os.chown(bait["note"], 65_533, -1)
    return "changed"


@attempt
def change_times(bait):
    os.utime(bait["note"], (1, 1))
    return "changed"


@attempt
def set_attribute(bait):
    os.setxattr(bait["note"], "user.kithline", b"x")
    return "set"


@attempt
def make_symlink(bait):
    os.symlink("/etc", f"{bait['drop']}/make_symlink")
    return "made"


@attempt
def make_hard_link(bait):
    os.link(bait["note"], f"{bait['drop']}/make_hard_link")
    return "made"


@attempt
def make_fifo(bait):
    os.mkfifo(f"{bait['drop']}/make_fifo")
    return "made"


@attempt
def make_device(bait):
    os.mknod(f"{bait['drop']}/make_device", stat.S_IFCHR | 0o666, os.makedev(1, 3))
    return "made"


@attempt
def bind_socket_file(bait):
    socket.socket(socket.AF_UNIX).bind(f"{bait['drop']}/bind_socket_file")
    return "bound"


@attempt
def lock_file(bait):
    """The lock ends with the run; that it was granted is what counts."""
    fcntl.flock(os.open(bait["note"], os.O_RDONLY), fcntl.LOCK_EX | fcntl.LOCK_NB)
    return "locked"


@attempt
def open_shared_memory(bait):
    return checked(LIBC.shm_open(f"/{bait['mark']}-open_shared_memory".encode(), os.O_CREAT | os.O_RDWR, 0o600)) + 1


@attempt
def write_own_memory(bait):
    """Through its file, memory that is mapped read-only can be written."""
    constant = ctypes.create_string_buffer(b"before", 8)
    descriptor = os.open("/proc/self/mem", os.O_RDWR)
    os.pwrite(descriptor, b"after!", ctypes.addressof(constant))
    return constant.value == b"after!"


@attempt
def write_core_pattern(bait):
    return f"open {os.open('/proc/sys/kernel/core_pattern', os.O_WRONLY)}"


@attempt
def write_oom_score(bait):
    return os.write(os.open("/proc/self/oom_score_adj", os.O_WRONLY), b"1")


@attempt
def mount_folder(bait):
    return "mounted" if call(MOUNT, b"none", bait["drop"].encode(), b"tmpfs", 0, None) == 0 else ""


@attempt
def open_new_filesystem(bait):
    return f"descriptor {call(FSOPEN, b'tmpfs', 0)}"


@attempt
def clone_tree(bait):
    return f"descriptor {call(OPEN_TREE, -100, b'/', 1)}"


@attempt
def name_host(bait):
    """Sets the name that the host has already."""
    socket.sethostname(socket.gethostname())
    return "named"


@attempt
def write_inherited(bait):
    return any_of(lambda fd=fd: os.pwrite(fd, b"x", 0) for fd in foreign())
