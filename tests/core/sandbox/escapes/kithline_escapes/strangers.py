"""Goes for processes that are not its own: the host's, strangers of the same user, and the one that forked it."""

import ctypes
import fcntl
import os
import resource
import signal
import struct
import time

from kithline_escapes.raw import any_of, attempt, call, old_call

PIDFD_SEND, PIDFD_OPEN, PIDFD_GETFD, SETNS, IOPRIO = 424, 434, 438, 308, 251
PTRACE, READV, WRITEV, MADVISE, KCMP, ROBUST, MOVE_PAGES = 101, 310, 311, 440, 312, 274, 279
TGKILL, TKILL, QUEUE, THREAD_QUEUE = 234, 200, 129, 297
ATTACH, SEIZE, TRACE_ME = 16, 0x4206, 0
F_SETSIG, F_SETOWN_EX = 10, 15


def pids(bait):
    return [victim["pid"] for victim in bait["victims"]]


def each(bait, act):
    """Try it on every victim; none is the plugin's business."""
    return any_of(lambda victim=victim: act(victim) for victim in bait["victims"])


def hurt(pid):
    """Signal a process and say so."""
    os.kill(pid, signal.SIGKILL)
    return f"signalled {pid}"


@attempt
def kill_host(bait):
    return any_of(lambda pid=pid: hurt(pid) for pid in pids(bait))


@attempt
def kill_by_thread(bait):
    return each(bait, lambda v: f"{call(TGKILL, v['pid'], v['pid'], 9)} signalled")


@attempt
def kill_by_task(bait):
    return each(bait, lambda v: f"{call(TKILL, v['pid'], 9)} signalled")


@attempt
def kill_by_queue(bait):
    told = struct.pack("<iii", signal.SIGKILL, 0, -1) + bytes(116)
    return each(bait, lambda v: f"{call(QUEUE, v['pid'], 9, told)} signalled")


@attempt
def kill_by_thread_queue(bait):
    told = struct.pack("<iii", signal.SIGKILL, 0, -1) + bytes(116)
    return each(bait, lambda v: f"{call(THREAD_QUEUE, v['pid'], v['pid'], 9, told)} signalled")


@attempt
def kill_by_handle(bait):
    return each(bait, lambda v: f"{call(PIDFD_SEND, call(PIDFD_OPEN, v['pid'], 0), 9, None, 0)} signalled")


@attempt
def kill_by_old_interface(bait):
    return each(bait, lambda v: f"{old_call(37, v['pid'], 9)} signalled")


def pipe_signal(command, owner):
    """Have the kernel signal somebody because a pipe became readable: no call that names a signal's target."""
    end, start = os.pipe()
    fcntl.fcntl(end, command, owner)
    fcntl.fcntl(end, F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(end, fcntl.F_SETFL, os.O_ASYNC)
    os.write(start, b"x")
    return "signalled"


@attempt
def kill_through_pipe(bait):
    for pid in pids(bait):
        any_of([lambda pid=pid: pipe_signal(fcntl.F_SETOWN, pid)])
    time.sleep(0.02)


@attempt
def kill_through_pipe_by_kind(bait):
    for pid in pids(bait):
        any_of([lambda pid=pid: pipe_signal(F_SETOWN_EX, struct.pack("<ii", 1, pid))])
    time.sleep(0.02)


@attempt
def signal_everyone(bait):
    """With the signal that only asks."""
    os.kill(-1, 0)
    return "asked"


@attempt
def signal_first(bait):
    os.kill(1, 0)
    return "asked"


@attempt
def kill_zygote(bait):
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(5)


@attempt
def kill_zygote_through_pipe(bait):
    pipe_signal(fcntl.F_SETOWN, os.getppid())
    time.sleep(0.2)


@attempt
def kill_zygotes_group(bait):
    os.killpg(os.getpgid(os.getppid()), signal.SIGKILL)
    time.sleep(0.2)


@attempt
def stop_zygote(bait):
    os.kill(os.getppid(), signal.SIGSTOP)
    return "stopped"


@attempt
def trace_me(bait):
    return call(PTRACE, TRACE_ME, 0, 0, 0) == 0


@attempt
def trace_zygote(bait):
    return call(PTRACE, SEIZE, os.getppid(), 0, 0) == 0


@attempt
def trace_victim(bait):
    return each(bait, lambda v: call(PTRACE, SEIZE, v["pid"], 0, 0) == 0)


@attempt
def attach_victim(bait):
    return each(bait, lambda v: call(PTRACE, ATTACH, v["pid"], 0, 0) == 0)


def vectors(address, size=64):
    """Return a buffer of ours, what describes it, and what describes memory elsewhere."""
    buffer = ctypes.create_string_buffer(size)
    local = (ctypes.c_uint64 * 2)(ctypes.addressof(buffer), size)
    return buffer, local, (ctypes.c_uint64 * 2)(address, size)


def read_memory(pid, address):
    """Read another process's memory."""
    buffer, local, remote = vectors(address)
    call(READV, pid, local, 1, remote, 1, 0)
    return buffer.value.decode(errors="replace")


@attempt
def read_victims_memory(bait):
    return each(bait, lambda v: read_memory(v["pid"], v["address"]))


@attempt
def read_zygotes_memory(bait):
    """A fork has its parent's addresses."""
    here = ctypes.create_string_buffer(b"here", 64)
    buffer, local, remote = vectors(ctypes.addressof(here))
    return call(READV, os.getppid(), local, 1, remote, 1, 0) > 0 and f"{len(buffer)} bytes"


@attempt
def read_victims_memory_file(bait):
    return each(bait, lambda v: os.pread(os.open(f"/proc/{v['pid']}/mem", 0), 64, v["address"]).decode())


@attempt
def write_victims_memory(bait):
    def write(victim):
        buffer, local, remote = vectors(victim["address"], 8)
        buffer.value = b"written"
        return f"{call(WRITEV, victim['pid'], local, 1, remote, 1, 0)} bytes"

    return each(bait, write)


@attempt
def write_zygotes_memory_file(bait):
    here = ctypes.create_string_buffer(b"here", 64)
    return os.pwrite(os.open(f"/proc/{os.getppid()}/mem", os.O_RDWR), b"x", ctypes.addressof(here))


@attempt
def advise_victims_memory(bait):
    def advise(victim):
        page = (ctypes.c_uint64 * 2)(victim["address"] & ~4095, 4096)
        return f"{call(MADVISE, call(PIDFD_OPEN, victim['pid'], 0), page, 1, 20, 0)} bytes"

    return each(bait, advise)


@attempt
def steal_descriptor(bait):
    def steal(victim):
        handle = call(PIDFD_OPEN, victim["pid"], 0)
        return os.pread(call(PIDFD_GETFD, handle, victim["descriptor"], 0), 4096, 0).decode()

    return each(bait, steal)


@attempt
def steal_zygotes_descriptor(bait):
    handle = call(PIDFD_OPEN, os.getppid(), 0)
    return any_of(lambda fd=fd: f"got {call(PIDFD_GETFD, handle, fd, 0)}" for fd in range(3, 64))


@attempt
def reopen_victims_descriptor(bait):
    return each(bait, lambda v: os.pread(os.open(f"/proc/{v['pid']}/fd/{v['descriptor']}", 0), 4096, 0).decode())


@attempt
def limit_victim(bait):
    def limit(victim):
        resource.prlimit(victim["pid"], resource.RLIMIT_NPROC, (1, 1))
        return "limited"

    return each(bait, limit)


@attempt
def pin_victim(bait):
    def pin(victim):
        os.sched_setaffinity(victim["pid"], {0})
        return "pinned"

    return each(bait, pin)


@attempt
def slow_victim(bait):
    def slow(victim):
        os.setpriority(os.PRIO_PROCESS, victim["pid"], 19)
        return "slowed"

    return each(bait, slow)


@attempt
def schedule_victim(bait):
    def schedule(victim):
        os.sched_setscheduler(victim["pid"], os.SCHED_IDLE, os.sched_param(0))
        return "idle"

    return each(bait, schedule)


@attempt
def starve_victims_disk(bait):
    return each(bait, lambda v: call(IOPRIO, 1, v["pid"], 3 << 13) == 0)


@attempt
def compare_victim(bait):
    return each(bait, lambda v: f"order {call(KCMP, os.getpid(), v['pid'], 1, 0, 0)}")


@attempt
def find_victims_locks(bait):
    head, size = ctypes.c_uint64(), ctypes.c_uint64()
    return each(bait, lambda v: call(ROBUST, v["pid"], ctypes.byref(head), ctypes.byref(size)) == 0)


@attempt
def move_victims_pages(bait):
    def move(victim):
        page, status = ctypes.c_uint64(victim["address"] & ~4095), ctypes.c_int(-99)
        call(MOVE_PAGES, victim["pid"], 1, ctypes.byref(page), None, ctypes.byref(status), 0)
        return f"on node {status.value}"

    return each(bait, move)


@attempt
def enter_victims_namespaces(bait):
    return each(bait, lambda v: call(SETNS, call(PIDFD_OPEN, v["pid"], 0), 0x0402_0000) == 0)
