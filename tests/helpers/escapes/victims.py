"""Processes that attempts may go for: of the same user as the sandbox's, with secrets in memory, environment and hand."""

import os
import select
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

ANSWER_SECONDS = 3
CODE = """
import ctypes, os, sys
secret = sys.stdin.readline().strip().encode()
buffer = ctypes.create_string_buffer(secret, 64)
held = os.open(sys.argv[1], os.O_RDONLY)
if int(sys.argv[3]) != os.getuid():
    os.setgroups([])
    os.setresgid(*[int(sys.argv[3])] * 3)
    os.setresuid(*[int(sys.argv[3])] * 3)
    ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)  # a change of user closes a process to its own user
print(ctypes.addressof(buffer), held, flush=True)
while sys.stdin.readline():
    print(buffer.value.decode(errors="replace"), flush=True)
"""


class Victim:
    """One process of a user, told the secret; it says on demand what it remembers."""

    def __init__(self, secret: str, held: Path, user: int) -> None:
        self.secret, self.file, self.user = secret, held, user
        self.start()

    def start(self) -> None:
        """Start it and read where its secret lies."""
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", CODE, str(self.file), self.secret, str(self.user)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={"HOSTS_SECRET": self.secret},
            start_new_session=True,
        )
        self.pid = self.process.pid
        address, held = self.ask(self.secret).split()
        self.address, self.held = int(address), int(held)

    def ask(self, words: str = "") -> str:
        """Say something and return the answer, "" when there is none: it may have been stopped a moment ago."""
        assert self.process.stdin
        assert self.process.stdout
        with suppress(BrokenPipeError):
            self.process.stdin.write(f"{words}\n")
            self.process.stdin.flush()
        heard, _, _ = select.select([self.process.stdout], [], [], ANSWER_SECONDS)
        return self.process.stdout.readline().strip() if heard else ""

    def state(self) -> tuple[Any, ...]:
        """Return what may be changed about it."""
        if self.process.poll() is not None or state(Path(f"/proc/{self.pid}")) in "tT":
            return ("ended or stopped",)
        return (
            self.pid,
            self.ask() == self.secret,
            os.sched_getaffinity(self.pid),
            os.getpriority(os.PRIO_PROCESS, self.pid),
            os.sched_getscheduler(self.pid),
            Path(f"/proc/{self.pid}/limits").read_text(),
        )

    def revive(self) -> None:
        """Start it anew where it is no more what it was."""
        self.end()
        self.start()

    def end(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()


def named(mark: str) -> list[int]:
    """Return the living processes that carry the mark as their name."""
    return [
        int(one.name) for one in Path("/proc").glob("[0-9]*") if read(one / "comm") == mark and state(one) not in "ZX"
    ]


def read(file: Path) -> str:
    """Return what the kernel says of a process, "" when it is gone."""
    try:
        return file.read_text().strip()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def state(folder: Path) -> str:
    """Return the letter of a process's state; X when it is gone."""
    return (read(folder / "stat").rpartition(")")[2].split() or ["X"])[0]
