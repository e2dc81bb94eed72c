"""Starts the processes in which a plugin is imported and scored: never in this one, never for ever."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from kithline_sdk.kit.outcomes import Outcome, Price
from kithline_sdk.kit.subject import Subject

SECONDS: Final = 600.0
Task = Literal["laws", "facts", "size", "validity"]


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What a child is asked to do, and where the plugin lies."""

    task: Task
    source: str
    package: str
    entry_points: dict[str, str]
    scorers: list[str] = []
    golden: str = ""
    update: bool = False
    people: int = 0
    costs: str = ""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What one process saw: seconds to import the plugin, and the sha256 of each finding by scorer and world."""

    import_seconds: float
    digests: dict[str, str]


class Weighed(msgspec.Struct, frozen=True, kw_only=True):
    """What one run cost: rows read, seconds, and the most memory the process had, in MiB."""

    rows: int
    seconds: float
    memory_mb: float


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What a child says: outcomes, facts, a weight or prices; or why it could not."""

    outcomes: list[Outcome] = []
    facts: Facts | None = None
    weighed: Weighed | None = None
    prices: list[Price] = []
    keys: list[str] = []
    error: str = ""


def ask(request: Request, environment: dict[str, str] | None = None) -> Reply:
    """Let a child do something with the plugin; whatever becomes of it is a reply."""
    with tempfile.TemporaryDirectory(prefix="kithline-kit-") as place:
        answer = Path(place) / "reply.json"
        command = [sys.executable, "-m", "kithline_sdk.kit.child", str(answer)]
        try:
            done = subprocess.run(  # noqa: S603 - our own module, in the interpreter that runs us
                command,
                input=msgspec.json.encode(request),
                env=_environment(request, place) | (environment or {}),
                cwd=place,
                capture_output=True,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Reply(error=f"it was still busy after {SECONDS:.0f} seconds")
        if not answer.is_file():
            return Reply(error=_last_words(done))
        return msgspec.json.decode(answer.read_bytes(), type=Reply)


def request_for(subject: Subject, task: Task, **more: Any) -> Request:  # noqa: ANN401 - the fields of Request
    """Return a request about a plugin."""
    return Request(
        task=task,
        source=str(subject.source),
        package=str(subject.package),
        entry_points=dict(subject.entry_points),
        **more,
    )


def _environment(request: Request, place: str) -> dict[str, str]:
    """As the engine's: one thread, UTC, a fixed hash seed; the plugin in front."""
    path = os.pathsep.join(one for one in (request.source, os.environ.get("PYTHONPATH", "")) if one)
    return {
        **os.environ,
        "HYPOTHESIS_STORAGE_DIRECTORY": place,
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": path,
        "TZ": "UTC",
    }


def _last_words(done: subprocess.CompletedProcess[bytes]) -> str:
    lines = done.stderr.decode(errors="replace").strip().splitlines()
    return f"its process ended with {done.returncode}: {lines[-1] if lines else 'no word'}"[:500]
