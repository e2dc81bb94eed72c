# ruff: noqa: NPY002, PTH108, PTH123, T201 - this file misbehaves on purpose
"""A plugin whose scorers misbehave, each in its own way, and one that does not."""

import ctypes
import errno
import fcntl
import os
import random
import resource
import signal
import subprocess
import sys
import threading
import time
from typing import Annotated, ClassVar

import msgspec
import numpy as np

from kithline_sdk import Finding, Snapshot, hookimpl

CALLS = [0]
F_SETSIG = 10
LIBC = ctypes.CDLL(None, use_errno=True)


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    persons: bool = False
    floor: Annotated[int, msgspec.Meta(ge=1)] = 5
    no_floor: bool = False


class Well:
    """Returns what it was given, and whether an earlier run left anything."""

    key = "hostile.well"
    version = "1.0.0"
    Params: ClassVar = Params

    def score(self, snapshot: Snapshot, params: Params, seed: int) -> Finding:
        CALLS[0] += 1
        rows = sum(table.rows for table in snapshot.tables.values())
        drawn = {"python": random.random(), "numpy": float(np.random.random())}
        return Finding(
            score=0.5, measures={"rows": rows, "seed": str(seed), "calls": CALLS[0], "floor": params.floor, **drawn}
        )


class Steady(Well):
    """The same bytes for the same input, however often it runs and whoever runs it."""

    key = "hostile.steady"

    def score(self, snapshot: Snapshot, params: Params, seed: int) -> Finding:
        time.sleep(0.03)
        return Finding(score=0.5, interval=(0.4, 0.6), measures={"seed": str(seed)})


class Slow(Steady):
    """Takes longer than the leases of the fault tests."""

    key = "hostile.slow"

    def score(self, snapshot: Snapshot, params: Params, seed: int) -> Finding:
        time.sleep(5)
        return super().score(snapshot, params, seed)


def kill_through_a_pipe(pid: int) -> None:
    """Have the kernel kill a process because a pipe became readable: no call that the filter refuses."""
    end, start = os.pipe()
    fcntl.fcntl(end, fcntl.F_SETOWN, pid)
    fcntl.fcntl(end, F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(end, fcntl.F_SETFL, os.O_ASYNC)
    os.write(start, b"x")


class KillsWorker(Well):
    """Ends whoever started the plugin's process, which only tier `none` lets it do."""

    key = "hostile.kills_worker"

    def score(self, snapshot, params, seed):
        with open(f"/proc/{os.getppid()}/status") as status:
            (host,) = [line.split()[1] for line in status if line.startswith("PPid:")]
        kill_through_a_pipe(int(host))
        time.sleep(3600)


class Raises(Well):
    key = "hostile.raises"

    def score(self, snapshot, params, seed):
        raise RuntimeError("I do not feel\nlike it")


class Exits(Well):
    key = "hostile.exits"

    def score(self, snapshot, params, seed):
        sys.exit("bye")


class Vanishes(Well):
    key = "hostile.vanishes"

    def score(self, snapshot, params, seed):
        os._exit(0)


class Loops(Well):
    key = "hostile.loops"

    def score(self, snapshot, params, seed):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGXCPU):
            signal.signal(number, signal.SIG_IGN)
        while True:
            pass


class Sleeps(Well):
    key = "hostile.sleeps"

    def score(self, snapshot, params, seed):
        time.sleep(3600)


class Allocates(Well):
    key = "hostile.allocates"

    def score(self, snapshot, params, seed):
        return Finding(measures={"sum": float(np.ones(4 * 1024**3 // 8).sum())})


class Prints(Well):
    key = "hostile.prints"

    def score(self, snapshot, params, seed):
        line = "x" * 1024 * 1024
        for _ in range(1024):
            print(line)


class Chatters(Well):
    """Prints a little, which is no offence."""

    key = "hostile.chatters"

    def score(self, snapshot, params, seed):
        print("hello")
        print("hello", file=sys.stderr)
        return Finding(measures={"environment": len(os.environ), "home": os.environ.get("HOME", "")})


class Swells(Well):
    key = "hostile.swells"

    def score(self, snapshot, params, seed):
        return Finding(measures={f"m{number}": "x" * 1000 for number in range(2000)})


class NotANumber(Well):
    key = "hostile.nan"

    def score(self, snapshot, params, seed):
        return Finding(score=float("nan"), measures={"a": float("inf")})


class NumpyNumber(Well):
    key = "hostile.numpy"

    def score(self, snapshot, params, seed):
        return Finding(score=np.float64(0.25), measures={"n": np.int64(3), "yes": np.bool_(1).item() + 0})


class WrongType(Well):
    key = "hostile.wrong"

    def score(self, snapshot, params, seed):
        return Finding(measures={"a": [1, 2]})


class NoFinding(Well):
    key = "hostile.none"

    def score(self, snapshot, params, seed):
        return {"score": 1.0}


class Unencodable(Well):
    key = "hostile.unencodable"

    def score(self, snapshot, params, seed):
        return Finding(measures={"a": object()})


class Forges(Well):
    """Writes into every open descriptor before it answers."""

    key = "hostile.forges"

    def score(self, snapshot, params, seed):
        for descriptor in range(3, 32):
            try:
                os.write(descriptor, b'\x10\0\0\0\0\0\0\0{"type":"found"}')
            except OSError:
                continue
        return Finding()


class Segfaults(Well):
    key = "hostile.segfaults"

    def score(self, snapshot, params, seed):
        ctypes.string_at(0)


class Recurses(Well):
    key = "hostile.recurses"

    def score(self, snapshot, params, seed):
        return self.score(snapshot, params, seed)


class KillsParent(Well):
    key = "hostile.kills_parent"

    def score(self, snapshot, params, seed):
        kill_through_a_pipe(os.getppid())
        time.sleep(3600)


class Signals(Well):
    """Ends by a signal that has no name."""

    key = "hostile.signals"

    def score(self, snapshot, params, seed):
        os.kill(os.getpid(), 40)


class Breaks(Well):
    """Tries everything that would let a run outlive its process, and says what the kernel answered."""

    key = "hostile.breaks"

    def score(self, snapshot, params, seed):
        calls = {
            "fork": os.fork,
            "exec": lambda: os.execv("/bin/true", ["true"]),
            "spawn": lambda: subprocess.run(["true"], check=False),
            "spawn_fast": lambda: os.posix_spawn("/bin/true", ["true"], {}),
            "session": os.setsid,
            "group": lambda: os.setpgid(0, os.getppid()),
            "user": lambda: os.setresuid(-1, 65_534, -1),
            "kill": lambda: os.kill(os.getppid(), 0),
            "kill_all": lambda: os.kill(-1, 0),
            "limit": lambda: resource.prlimit(os.getppid(), resource.RLIMIT_CPU),
            "stay": lambda: _checked(LIBC.prctl(1, 0, 0, 0, 0)),
            "clone": lambda: _checked(LIBC.syscall(56, 17, 0, 0, 0, 0)),
            "clone3": lambda: _checked(LIBC.syscall(435, 0, 0)),
            "thread": threading.Thread(target=time.sleep, args=(0,)).start,
        }
        resource.prlimit(0, resource.RLIMIT_CPU)  # to look at its own is allowed
        return Finding(measures={name: _refused(call) for name, call in calls.items()})


def _checked(answer):
    if answer < 0:
        raise OSError(ctypes.get_errno(), "refused")


def _refused(call):
    try:
        call()
    except OSError as error:
        return errno.errorcode[error.errno]
    except RuntimeError as error:
        return str(error)
    return "done"


class Writes(Well):
    key = "hostile.writes"

    def score(self, snapshot, params, seed):
        with open(f"/tmp/kithline-hostile-{os.getpid()}", "w") as file:
            try:
                file.write("x" * 100)
                file.flush()
            finally:
                os.unlink(file.name)


def _is_open(descriptor):
    try:
        fcntl.fcntl(descriptor, fcntl.F_GETFD)
    except OSError:
        return False
    return True


class Descriptors(Well):
    key = "hostile.descriptors"

    def score(self, snapshot, params, seed):
        return Finding(measures={"open": sum(map(_is_open, range(1024)))})


class Older(Well):
    key = "hostile.older"
    version = "0.9.0"


@hookimpl
def kithline_scorers():
    return [
        one()
        for one in (
            Well,
            Steady,
            Slow,
            KillsWorker,
            Raises,
            Exits,
            Vanishes,
            Loops,
            Sleeps,
            Allocates,
            Prints,
            Chatters,
            Swells,
            NotANumber,
            NumpyNumber,
            WrongType,
            NoFinding,
            Unencodable,
            Forges,
            Segfaults,
            Recurses,
            KillsParent,
            Signals,
            Breaks,
            Writes,
            Descriptors,
            Older,
        )
    ]
