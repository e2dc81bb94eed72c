"""The control: a plain child with the host's environment and descriptors, no limit but the clock, answers unpickled.

This is what the attempts meet where nobody thought of them. Those that succeed here show that the suite can fail.
"""

import json
import os
import pickle
import resource
import select
import signal
import socket
import struct
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from kithline_core.sandbox import Failed, Outcome, Scored
from kithline_sdk import Finding

STATUS = struct.Struct("<q")
LIMIT = 65_536
DIED = Failed("crash", "the plugin's process ended by itself")


class Naive:
    """Runs attempts in forks of one process that has imported the plugin."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None

    def run(self, name: str, bait: dict[str, Any], seconds: float) -> Outcome:
        """Make one attempt."""
        if self.process is None or self.process.poll() is not None:
            self.start()
        (result, result_end), (output, output_end) = os.pipe(), os.pipe()
        words = json.dumps([name, bait]).encode()
        socket.send_fds(self.line, [words], [result_end, output_end])
        os.close(result_end)
        os.close(output_end)
        data = collect(result, output, seconds)
        return self.judged(data, self.end())

    def start(self) -> None:
        """Start the process that forks."""
        self.stop()
        self.line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.line.settimeout(2)
        theirs.set_inheritable(True)
        command = [sys.executable, __file__, str(self.folder.parent), str(theirs.fileno())]
        with theirs:
            self.process = subprocess.Popen(command, close_fds=False, start_new_session=True)

    def end(self) -> int | None:
        """End the run and return how it ended, None when nobody is there to say it."""
        with suppress(OSError, struct.error):
            self.line.send(b"end")
            (status,) = STATUS.unpack(self.line.recv(100))
            return int(status)
        self.stop()
        return None

    def judged(self, data: bytes | None, status: int | None) -> Outcome:
        """Return what a trusting host makes of it."""
        if status is None:
            return DIED
        if data is None:
            return Failed("timeout", "it took too long")
        if not data:
            return Failed("crash", "it ended without an answer" if status >= 0 else f"killed by signal {-status}")
        try:
            found = pickle.loads(data)
        except Exception as error:  # noqa: BLE001 - unpickling may raise anything
            return Failed("invalid_finding", str(error))
        return Scored(found if isinstance(found, Finding) else Finding(measures={"back": str(found)}))

    def stop(self) -> None:
        """End the process."""
        if self.process is not None:
            self.line.close()
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process = None


def collect(result: int, output: int, seconds: float) -> bytes | None:
    """Read both pipes to their ends and return the result, None when time was up."""
    data, open_, deadline = bytearray(), {result, output}, time.monotonic() + seconds
    try:
        while open_ and (left := deadline - time.monotonic()) > 0:
            for one in select.select(open_, [], [], left)[0]:
                chunk = os.read(one, 1024 * 1024)
                data += chunk if one == result else b""
                if not chunk:
                    open_.remove(one)
    finally:
        os.close(result)
        os.close(output)
    return None if open_ else bytes(data)


def serve(line: socket.socket) -> None:
    """Fork for every attempt until the host hangs up."""
    while True:
        words, descriptors, _, _ = socket.recv_fds(line, LIMIT, 2)
        if not words:
            return
        pid = os.fork()
        if pid == 0:
            attempt(line, *json.loads(words), *descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        line.recv(100)
        os.kill(pid, signal.SIGKILL)
        line.send(STATUS.pack(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])))


def attempt(line: socket.socket, name: str, bait: dict[str, Any], result: int, output: int) -> None:
    """Make an attempt, pickle what it brings back, and end."""
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(output)
    line.close()
    try:
        from kithline_escapes import TOLD, brought  # noqa: PLC0415 - the plugin of the control alone

        back = json.dumps(TOLD) if name == "told" else brought(name, bait)
        os.write(result, pickle.dumps(back))
    finally:
        os._exit(0)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.path[0] = sys.argv[1]
    import kithline_escapes  # noqa: F401 - loaded once, before the first fork

    serve(socket.socket(fileno=int(sys.argv[2])))
