"""Takes more than its share: memory, descriptors, threads, time, and what fits through a pipe."""

import ctypes
import mmap
import os
import re
import signal
import sys
import threading
import time

from kithline_escapes.raw import attempt, call
from kithline_sdk import Finding

MEGABYTE = 1024 * 1024
TWICE = 1024 * MEGABYTE  # of what the run may have


@attempt
def take_memory(bait):
    taken = bytearray(TWICE)
    return f"{len(taken)} bytes"


@attempt
def take_memory_and_go_on(bait):
    """The end of memory can be caught; what was got until then is kept."""
    taken = []
    try:
        while len(taken) < 128:
            taken.append(bytearray(8 * MEGABYTE))
    except MemoryError:
        pass
    return f"{len(taken)} pieces" if len(taken) == 128 else ""


@attempt
def take_shared_memory(bait):
    page = mmap.mmap(-1, TWICE)
    page.write(b"x" * TWICE)
    return "written"


@attempt
def take_memory_file(bait):
    """Pages of a memory file are nobody's address space until they are mapped."""
    file = os.memfd_create("taken")
    block = b"x" * MEGABYTE
    return f"{sum(os.write(file, block) for _ in range(1024))} bytes"


@attempt
def reserve_memory_file(bait):
    os.posix_fallocate(os.memfd_create("taken"), 0, TWICE)
    return "reserved"


@attempt
def take_hidden_pages(bait):
    """Pages that are read from a hole and held by a pipe."""
    os.truncate(file := os.memfd_create("holes"), TWICE)
    return f"{len(os.pread(file, 1, TWICE - 1))} of {TWICE}"


@attempt
def take_descriptors(bait):
    taken = []
    try:
        while len(taken) < 200:
            taken.append(os.dup(1))
    except OSError:
        pass
    for descriptor in taken:
        os.close(descriptor)
    return f"{len(taken)} at once" if len(taken) == 200 else ""


@attempt
def take_pipes(bait):
    """Each holds 64 kB that count for nobody."""
    taken = []
    try:
        while len(taken) < 100:
            taken += os.pipe()
            os.set_blocking(taken[-1], False)
            os.write(taken[-1], b"x" * 65_536)
    except OSError:
        pass
    for descriptor in taken:
        os.close(descriptor)
    return f"{len(taken)} ends" if len(taken) >= 100 else ""


@attempt
def take_threads(bait):
    enough = threading.Event()
    threads = [threading.Thread(target=enough.wait, daemon=True) for _ in range(200)]
    try:
        for thread in threads:
            thread.start()
    except (RuntimeError, MemoryError):
        return ""
    finally:
        enough.set()
    return "200 at once"


def deaf():
    """Ignore whatever may be ignored."""
    for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_IGN)


@attempt
def loop(bait):
    while True:
        pass


@attempt
def loop_and_ignore_signals(bait):
    deaf()
    while True:
        pass


@attempt
def loop_in_expression(bait):
    """In C, where no other Python code gets a turn."""
    return bool(re.match(r"(a+)+$", "a" * 60 + "b"))


@attempt
def sleep(bait):
    time.sleep(3600)


@attempt
def stop_itself(bait):
    """A stopped process uses no processor time, so no limit on that would ever meet it."""
    os.kill(os.getpid(), signal.SIGSTOP)
    time.sleep(3600)


@attempt
def hang_up_and_stay(bait):
    """Both pipes end as they do after an answer, but the process stays."""
    os.closerange(1, 256)
    deaf()
    while True:
        time.sleep(1)


@attempt
def wait_for_itself(bait):
    end, _start = os.pipe()
    return os.read(end, 1).decode()


@attempt
def trickle(bait):
    """Says a little all the time: whoever waits for silence waits for ever."""
    deaf()
    while True:
        os.write(1, b".")
        time.sleep(0.01)


@attempt
def answer_with_64_megabytes(bait):
    return Finding(measures={"all": "x" * 64 * MEGABYTE})


@attempt
def print_256_megabytes(bait):
    block = b"x" * MEGABYTE
    for _ in range(256):
        left = memoryview(block)
        while left:
            left = left[os.write(1, left) :]
    return "printed"


@attempt
def complain_256_megabytes(bait):
    block = "x" * MEGABYTE
    for _ in range(256):
        sys.stderr.write(block)
    return "printed"


@attempt
def crash_by_address(bait):
    ctypes.string_at(0)


@attempt
def crash_by_depth(bait):
    """Through C, whose stack has an end."""
    sys.setrecursionlimit(10**9)

    class Deep:
        def __repr__(self):
            return repr(self) + "x"

    return repr(Deep())


@attempt
def crash_by_abort(bait):
    os.abort()


@attempt
def end_silently(bait):
    os._exit(0)


@attempt
def end_well_without_answer(bait):
    sys.exit(0)


@attempt
def end_by_number(bait):
    """exit_group past every wrapper, with a code of its own."""
    call(231, 3)
