"""What runs: one small file that `up` writes and `status`, `down` and a later `up` read."""

import fcntl
import os
from pathlib import Path
from typing import Literal

import msgspec

from kithline_core.stack import folders
from kithline_core.stack.processes import Process

Phase = Literal["starting", "ready", "stopping", "stopped", "failed"]
ChildState = Literal["starting", "running", "restarting", "stopped", "given up"]


class Child(msgspec.Struct, frozen=True, kw_only=True):
    """One child: the process, the signal that ends it in order, and how often it was started again."""

    name: str
    state: ChildState
    stop_signal: int
    process: Process | None = None
    restarts: int = 0
    reason: str = ""


class State(msgspec.Struct, frozen=True, kw_only=True):
    """The whole stack. `environment` is what the services were given; it holds no secret, only files of secrets."""

    phase: Phase
    supervisor: Process
    token: str
    step: str = ""
    reason: str = ""
    url: str = ""
    environment: dict[str, str] = {}
    children: list[Child] = []


def read(file: Path) -> State | None:
    """Return the recorded state, or None when there is none that can be read."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=State)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def write(file: Path, state: State) -> None:
    """Record the state."""
    folders.write(file, msgspec.json.format(msgspec.json.encode(state)).decode() + "\n")


def lock(file: Path) -> int | None:
    """Take the lock of the data folder, held until the process ends; None when another supervisor holds it."""
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle
