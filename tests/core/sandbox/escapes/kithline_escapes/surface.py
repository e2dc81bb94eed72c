"""Asks for what no scorer needs: other identities, namespaces, and the parts of the kernel that break most often."""

import ctypes
import mmap
import os
import resource
from contextlib import suppress

from kithline_escapes.processes import started
from kithline_escapes.raw import LIBC, attempt, call, checked, old_call

UNSHARE, BPF, PERF, IO_URING, ADD_KEY, KEYCTL, FAULTS = 272, 321, 298, 425, 248, 250, 323
MQ_OPEN, MQ_UNLINK, SHMGET, SEMGET, MSGGET, FANOTIFY, SECRET, SECCOMP = 240, 241, 29, 64, 68, 300, 447, 317
MODIFY_LDT, IOPERM, IOPL, SYSLOG, PERSONALITY, MODULE, SWAP = 154, 173, 172, 103, 135, 175, 167
NEW_USER, NEW_NET, NEW_NS, NEW_PID = 0x1000_0000, 0x4000_0000, 0x2_0000, 0x2000_0000


@attempt
def nest_user_namespace(bait):
    return call(UNSHARE, NEW_USER) == 0


@attempt
def nest_user_namespace_by_clone(bait):
    return started(call(56, NEW_USER | 17, 0, 0, 0, 0))


@attempt
def unshare_network(bait):
    return call(UNSHARE, NEW_NET) == 0


@attempt
def unshare_mounts(bait):
    return call(UNSHARE, NEW_NS) == 0


@attempt
def unshare_processes(bait):
    return call(UNSHARE, NEW_PID) == 0


@attempt
def load_bpf(bait):
    """A map of one entry, the smallest thing that bpf() makes."""
    return f"map {call(BPF, 0, (ctypes.c_uint32 * 18)(2, 4, 4, 1), 72)}"


@attempt
def count_performance(bait):
    wanted = (ctypes.c_uint32 * 32)(1, 128, 1)
    wanted[10] = 0x60  # of this process only, neither kernel nor hypervisor
    return f"counter {call(PERF, wanted, 0, -1, -1, 0)}"


@attempt
def open_ring(bait):
    return f"ring {call(IO_URING, 1, (ctypes.c_uint32 * 30)())}"


@attempt
def add_key(bait):
    return f"key {call(ADD_KEY, b'user', bait['mark'].encode(), b'x', 1, -3)}"


@attempt
def join_keyring(bait):
    return f"keyring {call(KEYCTL, 1, None, 0, 0, 0)}"


@attempt
def read_keyring(bait):
    return f"keyring {call(KEYCTL, 0, -4, 0, 0, 0)}"


@attempt
def handle_faults(bait):
    return f"descriptor {call(FAULTS, 1)}"


@attempt
def watch_all_files(bait):
    return f"descriptor {call(FANOTIFY, 0x200, 0)}"


@attempt
def hide_memory(bait):
    return f"descriptor {call(SECRET, 0)}"


@attempt
def hear_own_calls(bait):
    """A filter of its own with a listener, which could answer calls in the kernel's place."""
    allow = (ctypes.c_uint64 * 1)(0x7FFF_0000_0000_0006)
    program = (ctypes.c_uint64 * 2)(1, ctypes.addressof(allow))
    return f"listener {call(SECCOMP, 1, 8, program)}"


@attempt
def open_message_queue(bait):
    queue = call(MQ_OPEN, bait["mark"].encode(), os.O_CREAT | os.O_RDWR, 0o600, None)
    call(MQ_UNLINK, bait["mark"].encode())
    return f"queue {queue}"


@attempt
def make_shared_segment(bait):
    return f"segment {call(SHMGET, bait['key'], 4096, 0o1600)}"


@attempt
def make_semaphore(bait):
    return f"semaphore {call(SEMGET, bait['key'], 1, 0o1600)}"


@attempt
def make_message_queue(bait):
    return f"queue {call(MSGGET, bait['key'], 0o1600)}"


@attempt
def become_root(bait):
    os.setresuid(0, 0, 0)
    return f"user {os.getuid()}"


@attempt
def become_another(bait):
    os.setresuid(65_533, 65_533, 65_533)
    return f"user {os.getuid()}"


@attempt
def join_group(bait):
    os.setresgid(65_533, 65_533, 65_533)
    return "changed"


@attempt
def drop_groups(bait):
    os.setgroups([])
    return "changed"


@attempt
def set_capabilities(bait):
    """Sets those that it has; who may ask that may ask for others."""
    header, data = (ctypes.c_uint32 * 2)(0x2008_0522, 0), (ctypes.c_uint32 * 6)()
    return call(125, header, data) == 0 and call(126, header, data) == 0


@attempt
def change_personality(bait):
    return f"was {call(PERSONALITY, 0x0040_0000)}"


@attempt
def change_descriptor_table(bait):
    """A segment of 32 bits would be a way to calls that look like others."""
    return call(MODIFY_LDT, 1, (ctypes.c_uint32 * 4)(0, 0, 0xFFFFF, 0x51), 16) == 0


@attempt
def open_ports(bait):
    return call(IOPERM, 0x80, 1, 1) == 0


@attempt
def raise_port_level(bait):
    return call(IOPL, 3) == 0


@attempt
def read_kernel_log(bait):
    return f"{call(SYSLOG, 10, 0, 0)} bytes"


@attempt
def call_old_interface(bait):
    return f"process {old_call(20)}"


@attempt
def call_x32(bait):
    return f"process {call(0x4000_0000 + 39)}"


@attempt
def open_old_socket(bait):
    return f"descriptor {old_call(359, 2, 1, 0)}"


@attempt
def move_program_end(bait):
    """PR_SET_MM rewrites what the kernel says of this process."""
    return checked(LIBC.prctl(35, 8, ctypes.c_ulong(0), 0, 0)) == 0


@attempt
def refine_timers(bait):
    """Harmless in itself; that prctl answers at all is what is asked."""
    return checked(LIBC.prctl(29, 1, 0, 0, 0)) == 0


@attempt
def raise_limits(bait):
    raised = []
    for kind in (resource.RLIMIT_AS, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE, resource.RLIMIT_CORE):
        _, hard = resource.getrlimit(kind)
        with suppress(OSError, ValueError):
            resource.setrlimit(kind, (hard, resource.RLIM_INFINITY))
        raised += [kind] if resource.getrlimit(kind)[1] == resource.RLIM_INFINITY else []
    return f"{len(raised)} without an end" if raised else ""


@attempt
def raise_own_limits_by_number(bait):
    return (
        call(302, 0, int(resource.RLIMIT_AS), (ctypes.c_uint64 * 2)(2**62, 2**62), None) == 0
        and resource.getrlimit(resource.RLIMIT_AS)[0] > 2**60
    )


@attempt
def lock_memory(bait):
    page = mmap.mmap(-1, 32 * 1024**2)
    at = ctypes.addressof(ctypes.c_char.from_buffer(page))
    return checked(LIBC.mlock(ctypes.c_void_p(at), ctypes.c_size_t(32 * 1024**2))) == 0


@attempt
def read_clock_control(bait):
    return f"state {call(159, ctypes.create_string_buffer(256))}"
