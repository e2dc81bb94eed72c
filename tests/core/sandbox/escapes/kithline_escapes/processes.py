"""Starts processes and programs, leaves its own place, and uses what it was left."""

import ctypes
import fcntl
import os
import signal
import struct
import subprocess
import time

from kithline_escapes.raw import LIBC, any_of, attempt, call, checked, old_call
from kithline_escapes.remains import foreign

CLONE, CLONE3, EXECVEAT, NAME = 56, 435, 322, 15
# A whole program of 64 bits that ends with 7, written by hand: the header, one segment, twelve bytes of code.
PROGRAM = (
    b"\x7fELF\x02\x01\x01" + bytes(9)
    + struct.pack("<HHIQQQIHHHHHH", 2, 62, 1, 0x40_0078, 64, 0, 0, 64, 56, 1, 0, 0, 0)
    + struct.pack("<IIQQQQQQ", 1, 5, 0, 0x40_0000, 0x40_0000, 132, 132, 4096)
    + b"\xb8\x3c\0\0\0\xbf\x07\0\0\0\x0f\x05"
)  # fmt: skip


def started(pid):
    """Return whether a child began and ended as it should; called in the child, end it."""
    if pid == 0:
        os._exit(42)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 42


@attempt
def fork(bait):
    return started(os.fork())


@attempt
def fork_by_old_interface(bait):
    return started(old_call(2))


@attempt
def fork_by_clone(bait):
    return started(call(CLONE, int(signal.SIGCHLD), 0, 0, 0, 0))


@attempt
def fork_by_clone3(bait):
    return started(call(CLONE3, (ctypes.c_uint64 * 8)(0, 0, 0, 0, int(signal.SIGCHLD), 0, 0, 0), 64))


@attempt
def fork_by_x32(bait):
    return started(call(0x4000_0000 + 57))


@attempt
def spawn(bait):
    pid = os.posix_spawn("/bin/true", ["true"], {})
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


@attempt
def run_shell(bait):
    return subprocess.run(["/bin/sh", "-c", "echo shell"], capture_output=True, check=False).stdout.decode()


@attempt
def execute(bait):
    os.execv("/bin/true", ["true"])


@attempt
def execute_through_loader(bait):
    os.execv("/lib64/ld-linux-x86-64.so.2", ["ld.so", "/bin/true"])


@attempt
def execute_from_memory(bait):
    file = os.memfd_create("program", 0)
    os.write(file, PROGRAM)
    os.execv(f"/proc/self/fd/{file}", ["program"])


@attempt
def execute_by_descriptor(bait):
    file = os.memfd_create("program", 0)
    os.write(file, PROGRAM)
    call(EXECVEAT, file, b"", (ctypes.c_char_p * 2)(b"program", None), (ctypes.c_char_p * 1)(None), 0x1000)


@attempt
def bomb(bait):
    """Bounded, since one configuration holds nothing: 64 children at once, for half a second."""
    children = []
    try:
        for _ in range(64):
            pid = os.fork()
            if pid == 0:
                time.sleep(0.5)
                os._exit(0)
            children.append(pid)
    except OSError:
        pass
    for child in children:
        os.waitpid(child, 0)
    return "64 at once" if len(children) == 64 else ""


@attempt
def leave_orphan(bait):
    """Two forks down and in a session of its own, as daemons do; its name says whose it is."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            LIBC.prctl(NAME, ctypes.c_char_p(bait["mark"].encode()), 0, 0, 0)
            os.closerange(0, 64)
            time.sleep(20)
        os._exit(0)
    os.wait()
    time.sleep(0.02)
    return "left"


@attempt
def leave_group(bait):
    os.setsid()
    return "left"


@attempt
def ignore_parents_death(bait):
    return checked(LIBC.prctl(1, 0, 0, 0, 0)) == 0


@attempt
def adopt_orphans(bait):
    return checked(LIBC.prctl(36, 0 if os.getpid() == 1 else 1, 0, 0, 0)) == 0


@attempt
def let_anyone_trace(bait):
    return checked(LIBC.prctl(4, 1, 0, 0, 0)) == 0 and LIBC.prctl(3, 0, 0, 0, 0) == 1


@attempt
def read_inherited(bait):
    return "".join(any_of([lambda fd=fd: os.pread(fd, 4096, 0).decode(errors="replace")]) for fd in foreign())


@attempt
def lock_inherited(bait):
    """The host holds the same open file, so a lock of it would be the host's too, and outlive the run."""
    return any_of(lambda fd=fd: fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB) or f"lock {fd}" for fd in foreign())


@attempt
def raise_priority(bait):
    os.setpriority(os.PRIO_PROCESS, 0, -5)
    return f"now {os.getpriority(os.PRIO_PROCESS, 0)}"


@attempt
def take_real_time(bait):
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    return "real time"
