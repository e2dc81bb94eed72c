# ruff: noqa: NPY002, PTH103, PTH110 - the calls themselves are tried, not what wraps them
"""Leaves something for the next run. Each says what it finds of an earlier run, then leaves; a first run finds nothing."""

import builtins
import ctypes
import fcntl
import gc
import mmap
import os
import random
import signal
import socket
import struct
import sys
import threading
import time
from contextlib import suppress

import numpy as np

from kithline_escapes import hooks
from kithline_escapes.raw import LIBC, any_of, attempt, call
from kithline_sdk import Finding

SIZE = 4096
LEFT = b"left by a run"
FUTEX, WAIT, WAKE, MINCORE, MADVISE, PAGE_OUT = 202, 0, 1, 27, 28, 21
KEPT: dict[str, object] = {}


def make_channels():
    """Make, while the plugin is imported, whatever a fork shares with its parent and so with the next fork."""
    with suppress(OSError):
        KEPT["shared"] = mmap.mmap(-1, SIZE)
    with suppress(OSError):
        KEPT["memory"] = os.memfd_create("kept")
    with suppress(OSError):
        KEPT["pipe"] = os.pipe()
    with suppress(OSError):
        KEPT["pair"] = socket.socketpair()
    with suppress(OSError):
        KEPT["event"] = os.eventfd(0, os.EFD_NONBLOCK)
    with suppress(OSError):
        KEPT["own"] = os.open(__file__, os.O_RDONLY)


def foreign():
    """Return the descriptors that may be open and that this plugin did not make."""
    pipe, pair = KEPT.get("pipe", ()), KEPT.get("pair", ())
    own = {*hooks.LINES, KEPT.get("memory"), KEPT.get("event"), KEPT.get("own"), *pipe, *(one.fileno() for one in pair)}
    return [descriptor for descriptor in range(3, 1024) if descriptor not in own]


def marked(holder):
    """Return what an earlier run left in a dictionary, and leave the same there."""
    found = holder.get("kithline_left", "")
    holder["kithline_left"] = "left"
    return found


@attempt
def left_in_builtins(bait):
    return marked(vars(builtins))


@attempt
def left_in_module(bait):
    return marked(globals())


@attempt
def left_in_sdk(bait):
    found = getattr(Finding, "kithline_left", "")
    with suppress(TypeError, AttributeError):
        Finding.kithline_left = "left"
    return found


@attempt
def left_in_modules(bait):
    return marked(sys.modules)


@attempt
def left_in_environment(bait):
    found = os.environ.get("KITHLINE_LEFT", "")
    os.environ["KITHLINE_LEFT"] = "left"
    return found


@attempt
def left_in_class(bait):
    found = [one for one in gc.get_objects() if type(one).__name__ == "Left"]
    KEPT["class"] = type("Left", (), {})()
    return "left" if found else ""


def left_in_file(path):
    """Return whether a file is there, and make it."""
    found = os.path.exists(path)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
    return "left" if found else ""


@attempt
def left_in_temporary(bait):
    return left_in_file(f"/tmp/{bait['mark']}-left_in_temporary")


@attempt
def left_in_shared_memory_folder(bait):
    return left_in_file(f"/dev/shm/{bait['mark']}-left_in_shared_memory_folder")


@attempt
def left_in_plugin_folder(bait):
    return left_in_file(f"{bait['app']}/{bait['mark']}-left")


@attempt
def left_in_segment(bait):
    try:
        call(29, bait["key"] + 1, SIZE, 0o3600)
    except FileExistsError:
        return "left"
    return ""


@attempt
def left_in_keyring(bait):
    mark, rings = bait["mark"].encode(), (-3, -4, -5)
    found = [(LIBC.syscall(250, 10, ring, b"user", mark, 0), ring) for ring in rings]
    for key, ring in found:
        LIBC.syscall(248, b"user", mark, LEFT, len(LEFT), ring)
        if key > 0:
            LIBC.syscall(250, 9, key, ring)
    return "left" if max(found)[0] > 0 else ""


@attempt
def left_in_mapping(bait):
    page = KEPT["shared"]
    found = page[: len(LEFT)] == LEFT
    page[: len(LEFT)] = LEFT
    return "left" if found else ""


@attempt
def left_in_memory_file(bait):
    file = KEPT["memory"]
    found = os.lseek(file, 0, os.SEEK_CUR) or os.fstat(file).st_size
    with suppress(OSError):
        os.ftruncate(file, 1)
    os.lseek(file, 7, os.SEEK_SET)
    return f"left {found}" if found else ""


@attempt
def left_in_pipe(bait):
    end, start = KEPT["pipe"]
    os.set_blocking(end, False)
    with suppress(BlockingIOError):
        return os.read(end, 100).decode()
    os.write(start, LEFT)
    return ""


@attempt
def left_in_socket(bait):
    left, right = KEPT["pair"]
    left.setblocking(False)
    with suppress(BlockingIOError):
        return left.recv(100).decode()
    right.send(LEFT)
    return ""


@attempt
def left_in_event(bait):
    with suppress(BlockingIOError):
        return f"left {os.eventfd_read(KEPT['event'])}"
    os.eventfd_write(KEPT["event"], 3)
    return ""


@attempt
def left_in_offset(bait):
    """Where reading of an open file had come to."""
    found = os.lseek(KEPT["own"], 0, os.SEEK_CUR)
    os.lseek(KEPT["own"], 7, os.SEEK_SET)
    return f"left {found}" if found else ""


@attempt
def left_in_flags(bait):
    found = fcntl.fcntl(KEPT["pipe"][0], fcntl.F_GETOWN)
    fcntl.fcntl(KEPT["pipe"][0], fcntl.F_SETOWN, os.getpid())
    return f"left {found}" if found else ""


@attempt
def left_in_folder(bait):
    """A hidden folder that is no file of any byte."""
    found = os.path.exists(f"{bait['drop']}/left_in_folder")
    os.makedirs(f"{bait['drop']}/left_in_folder", exist_ok=True)
    return "left" if found else ""


@attempt
def left_in_mask(bait):
    found = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    os.umask(0o123)
    return "left" if signal.SIGUSR1 in found else ""


@attempt
def left_in_thread(bait):
    found = [thread for thread in threading.enumerate() if thread.name == "left"]
    with suppress(RuntimeError):
        threading.Thread(target=time.sleep, args=(1,), name="left", daemon=True).start()
    return "left" if found else ""


@attempt
def overhear_requests(bait):
    """Only what an earlier run was asked counts; its own request says which words are its own."""
    return next((one for one in hooks.HEARD if bait["whisper"] not in one), "")


@attempt
def answer_for_the_next_run(bait):
    """Says on the line of the process that forks how this run ended, and how the next one will."""
    for line in hooks.LINES:
        for status in (0, -signal.SIGSEGV):
            os.write(line, struct.pack("<q", status))
    return ""


@attempt
def hear_next_request(bait):
    """Reads on from the line that its own request came by."""
    return any_of(lambda line=line: os.read(line, SIZE).decode(errors="replace") for line in hooks.LINES)


def mapped():
    """Return the address of a page of a file that every process with this interpreter has mapped, to be read."""
    return ctypes.cast(LIBC.getenv, ctypes.c_void_p).value & -SIZE


@attempt
def ring_through_mapped_file(bait):
    """Wakes whoever waits at an address of a shared file: the number of those is told."""
    return f"{call(FUTEX, mapped(), WAKE, 1)} woken"


@attempt
def wait_for_ring(bait):
    """Waits there for a moment: what no run may do, no later one can be told by."""
    try:
        call(FUTEX, mapped(), WAIT, ctypes.c_uint32.from_address(mapped()).value, struct.pack("<QQ", 0, 1000))
    except TimeoutError:
        return "waited"
    return "rung"


@attempt
def watch_others_compute(bait):
    """The processor time of another process, by its number."""
    return f"{time.clock_gettime(~os.getppid() << 3 | 2)} s"


@attempt
def see_mapped_pages(bait):
    """Whether a page of a shared file is in memory: somebody has read it."""
    call(MINCORE, mapped(), SIZE, ctypes.create_string_buffer(1))
    return "seen"


@attempt
def push_mapped_pages_out(bait):
    """So that whoever reads it next has to wait for it."""
    call(MADVISE, mapped(), SIZE, PAGE_OUT)
    return "out"


@attempt
def send_descriptor_home(bait):
    """What is on its way counts for all processes of a user."""
    lines = (socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET, 0, fileno=os.dup(line)) for line in hooks.LINES)
    return any_of(lambda line=line: f"{socket.send_fds(line, [b'x'], [1])} sent" for line in lines)


def drawn():
    """Return numbers from every generator that is there already."""
    return f"{random.random()} {np.random.random()}"
