"""Nothing of a run survives: not its end, not its cancelling, not the death of its host, not the stack's stop."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

import pytest

from kithline_core.plugins import Limits, ScorerSpec
from kithline_core.sandbox import Failed, Sandbox, strays
from kithline_core.sandbox.far import zygote
from kithline_core.stack import processes
from kithline_sdk.snapshot import Snapshot, Window

EMPTY = Snapshot(Window(0, 1), []).encode()
SPEC = ScorerSpec(
    key="left.one", version="1.0.0", title={}, question={}, unit="none", aggregation="none", levels=[], window_days=1,
    inputs=[], not_for=[], limits=Limits(seconds=20),
)  # fmt: skip
# In tier `none` nothing keeps it from leaving a process, so that descent and the mark alone must find it: two forks down,
# in a session of its own, holding no pipe. The note is an empty file's name, since a run may write no byte.
LEAVING = """
import glob, os, time
import msgspec
from kithline_sdk import Finding, hookimpl

class Params(msgspec.Struct):
    how: str
    note: str

def leave(note):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            open(f"{note}.{os.getpid()}", "w").close()
            os.closerange(0, 64)
            time.sleep(300)
        os._exit(0)
    while not glob.glob(f"{note}.*"):
        time.sleep(0.01)

class Leaves:
    key, version, Params = "left.one", "1.0.0", Params

    def score(self, snapshot, params, seed):
        leave(params.note)
        if params.how == "kills_parent":
            os.kill(os.getppid(), 9)
        if params.how != "ends":
            time.sleep(300)
        return Finding()

@hookimpl
def kithline_scorers():
    return [Leaves()]
"""
HOST = f"""
import asyncio, sys
from pathlib import Path
from kithline_core.plugins import Manifest, Plugin, ScorerSpec
from kithline_core.sandbox import Sandbox

spec = ScorerSpec(key="left.one", version="1.0.0", title={{}}, question={{}}, unit="none", aggregation="none",
                  levels=[], window_days=1, inputs=[], not_for=[])
plugin = Plugin("left", Path(sys.argv[1]), Manifest(plugin="left", version="1.0.0", api_version="1", scorers=[spec]))

async def main():
    async with Sandbox.open(tier="none") as sandbox:
        await sandbox.score(plugin, spec, {EMPTY!r}, {{"how": "sleeps", "note": sys.argv[2]}}, 1)

asyncio.run(main())
"""


@pytest.fixture
async def sandbox():
    async with Sandbox.open(tier="none") as opened:
        yield opened


@pytest.fixture
def leaving(make_plugin):
    return make_plugin("left", LEAVING, SPEC)


@pytest.fixture
def host(leaving, tmp_path):
    """A host in another process, killed during a run that has left a process behind."""
    environment = {**os.environ, processes.TOKEN: f"stack of {tmp_path}"}
    command = [sys.executable, "-c", HOST, leaving.folder, tmp_path / "note"]
    started = subprocess.Popen(command, env=environment)
    yield started
    started.kill()
    started.wait()


def _left(folder) -> processes.Process:
    """Wait for the note of the process that was left, and return it."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for note in folder.glob("note.*"):
            return processes.find(int(note.suffix[1:]))
        time.sleep(0.02)
    raise AssertionError("no process was left behind")


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("how", "reason"),
    [("ends", "it left a process behind"), ("kills_parent", "the plugin's process ended by itself")],
)
async def test_a_process_that_a_run_left_ends_with_the_run(sandbox, leaving, tmp_path, how, reason):
    found = await sandbox.score(leaving, SPEC, EMPTY, {"how": how, "note": str(tmp_path / "note")}, 1)

    assert found == Failed("crash", reason)
    assert _left(tmp_path) is None


@pytest.mark.anyio
async def test_a_process_that_a_run_left_ends_when_the_run_is_cancelled(sandbox, leaving, tmp_path):
    asked = {"how": "sleeps", "note": str(tmp_path / "note")}
    running = asyncio.ensure_future(sandbox.score(leaving, SPEC, EMPTY, asked, 1))
    left = await asyncio.to_thread(_left, tmp_path)
    assert processes.alive(left)

    running.cancel()
    with suppress(asyncio.CancelledError):
        await running

    assert not processes.alive(left)


@pytest.mark.anyio
async def test_a_process_that_an_import_left_ends_with_the_sandbox(make_plugin, tmp_path):
    plugin = make_plugin("left", f"{LEAVING}\nleave({str(tmp_path / 'note')!r})", SPEC)
    async with Sandbox.open(tier="none") as sandbox:
        assert isinstance(await sandbox.score(plugin, SPEC, EMPTY, {}, 1), Failed)
        sandbox.close()

    assert _left(tmp_path) is None


def test_what_is_left_of_a_killed_host_ends_with_the_stack(host, tmp_path):
    left = _left(tmp_path)

    assert processes.end_marked(f"stack of {tmp_path}")

    assert not processes.alive(left)


@pytest.mark.anyio
async def test_what_is_left_of_a_killed_host_ends_with_the_next_sandbox(host, tmp_path):
    left = _left(tmp_path)
    async with Sandbox.open():
        assert processes.alive(left)  # its host lives

    host.send_signal(signal.SIGKILL)
    host.wait()
    async with Sandbox.open():
        assert not processes.alive(left)


def test_a_plugin_sees_no_mark():
    environment = {"TZ": "UTC", **strays.marks("mine", {processes.TOKEN: "stack", "HOME": "/root"})}
    assert environment == {"TZ": "UTC", "KITHLINE_SANDBOX": "mine", "KITHLINE_STACK": "stack"}

    zygote.hide(environment)

    assert environment == {"TZ": "UTC"}


@pytest.mark.parametrize("carried", ["", "a:b:c:d:e", "no:mark", "boot:1:2:3:4:5"])
def test_what_is_no_mark_belongs_to_no_host(carried):
    assert not strays.abandoned(carried)


def test_a_mark_of_another_namespace_says_nothing_about_its_host():
    boot, namespace, pid, started, token = strays.mark().split(":")

    assert strays.abandoned(f"{boot}:{namespace}:{pid}:1{started}:{token}")
    assert not strays.abandoned(f"{boot}:1{namespace}:{pid}:1{started}:{token}")
    assert not strays.abandoned(f"{boot}:{namespace}:{pid}:{started}:{token}")


def test_what_cannot_be_killed_is_given_up(monkeypatch):
    asked = []
    monkeypatch.setattr(processes, "marked", lambda *_, **__: [processes.here()])
    monkeypatch.setattr(processes, "send", lambda *_: asked.append(1))
    monkeypatch.setattr(processes, "wait", lambda *_: [])

    strays.end("any", [])

    assert len(asked) == strays.ROUNDS
