"""The life of a plugin's process: warm, restarted when it died, gone with its host."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from kithline_core.plugins import ScorerSpec
from kithline_core.sandbox import Failed, Scored, cgroups, process, talk

HOSTILE = Path(__file__).parent / "hostile" / "kithline_hostile"

EMPTY = """
from kithline_sdk import hookimpl

@hookimpl
def kithline_scorers():
    return []
"""
SPEC = ScorerSpec(
    key="odd.one", version="1.0.0", title={}, question={}, unit="none", aggregation="none", levels=[], window_days=1,
    inputs=[], not_for=[],
)  # fmt: skip


def _zygotes(pid: int) -> list[psutil.Process]:
    """Return the plugins' processes beneath this one, without the forks of theirs."""
    family = psutil.Process(pid).children(recursive=True)
    found = [one for one in family if one.status() != "zombie" and process.PROGRAM in one.cmdline()[:8]]
    return [one for one in found if one.ppid() not in {other.pid for other in found}]


async def _fork(zygote: psutil.Process) -> psutil.Process:
    while not (found := zygote.children()):  # noqa: ASYNC110 - nobody rings this test
        await asyncio.sleep(0.01)
    return found[0]


def _urgency(pid: int) -> str:
    return Path(cgroups.URGENCY.format(pid)).read_text().strip()


def _ended(one: psutil.Process) -> bool:
    return not one.is_running() or one.status() == "zombie"


@pytest.mark.anyio
async def test_one_process_serves_all_runs_of_a_plugin_and_ends_with_the_sandbox(hostile, ask, sandbox):
    await ask("well")
    (first,) = _zygotes(os.getpid())
    await ask("raises")
    (second,) = _zygotes(os.getpid())

    sandbox.close()

    assert first == second
    assert _ended(first)


@pytest.mark.anyio
async def test_where_memory_is_used_up_a_plugin_goes_before_its_host(ask, tmp_path, monkeypatch):
    before = _urgency(os.getpid())

    await ask("well")

    (plugin,) = _zygotes(os.getpid())
    assert (_urgency(plugin.pid), _urgency(os.getpid())) == (cgroups.FIRST, before)
    monkeypatch.setattr(cgroups, "URGENCY", str(tmp_path / "{}" / "gone"))
    cgroups.go_first(plugin.pid)


@pytest.mark.anyio
async def test_a_plugins_process_that_died_is_started_anew(ask):
    await ask("well")
    (first,) = _zygotes(os.getpid())
    first.kill()
    await asyncio.sleep(0.05)

    assert isinstance(await ask("well"), Scored)
    assert _zygotes(os.getpid()) != [first]


@pytest.mark.anyio
async def test_the_next_run_has_a_fork_that_waits_for_it_and_another_where_that_one_died(ask):
    await ask("well")
    (zygote,) = _zygotes(os.getpid())
    waiting = await _fork(zygote)

    waiting.kill()
    while waiting.status() != psutil.STATUS_ZOMBIE:  # noqa: ASYNC110 - nobody rings this test
        await asyncio.sleep(0.01)

    assert isinstance(await ask("well"), Scored)
    assert _zygotes(os.getpid()) == [zygote]
    assert await _fork(zygote) != waiting


@pytest.mark.anyio
async def test_a_process_that_dies_between_two_looks_fails_one_run_only(ask, sandbox, monkeypatch):
    await ask("well")
    (zygote,) = _zygotes(os.getpid())
    (held,) = sandbox._processes.values()
    monkeypatch.setattr(held.process, "poll", lambda: None)
    zygote.kill()
    zygote.wait()

    failed = await ask("well")
    monkeypatch.undo()

    assert failed == Failed("crash", "the plugin's process ended by itself")
    assert isinstance(await ask("well"), Scored)


@pytest.mark.anyio
async def test_a_cancelled_run_ends_its_process(ask):
    await ask("well")
    (zygote,) = _zygotes(os.getpid())
    running = asyncio.ensure_future(ask("sleeps"))
    await asyncio.sleep(0.1)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running

    assert _ended(zygote)
    assert isinstance(await ask("well"), Scored)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("source", "entry", "reason"),
    [
        ("raise RuntimeError('not today')", "", "the plugin cannot be loaded: RuntimeError: not today"),
        ("import os; os._exit(3)", "", "the plugin's process ended by itself"),
        (EMPTY, "elsewhere", "no entry point in the group kithline leads to odd"),
        (EMPTY.replace("scorers", "scores"), "", "it implements a hook that does not exist"),
        (EMPTY.replace("def", "async def"), "", "is a coroutine function; hooks return values"),
        (
            EMPTY.replace("hookimpl\n\n@hookimpl", "hookimpl\n\n@hookimpl(wrapper=True)").replace("return []", "yield"),
            "",
            "wraps other",
        ),
        (EMPTY.replace("return []", "return 1 / 0"), "", "ZeroDivisionError"),
        (EMPTY, "", "the plugin offers no scorer odd.one"),
    ],
)
async def test_a_plugin_that_cannot_be_loaded_fails_its_runs_with_the_reason(
    sandbox, make_plugin, source, entry, reason
):
    plugin = make_plugin("odd", source, SPEC, entry)

    failed = await sandbox.score(plugin, SPEC, b"", {}, 0)

    assert isinstance(failed, Failed)
    assert reason in failed.reason


@pytest.mark.anyio
async def test_a_plugin_that_never_finishes_loading_is_given_up(sandbox, make_plugin, monkeypatch):
    monkeypatch.setattr(process, "BOOT_SECONDS", 0.5)
    plugin = make_plugin("odd", "import time; time.sleep(3600)", SPEC)

    failed = await sandbox.score(plugin, SPEC, b"", {}, 0)

    assert failed == Failed("crash", "the plugin's process did not answer within 0.5 s")
    assert not _zygotes(os.getpid())


HOST = f"""
import asyncio, sys
from pathlib import Path
from kithline_core.plugins import Plugin, read_manifest
from kithline_core.sandbox import Sandbox
from kithline_sdk.snapshot import Snapshot, Window

folder = Path({str(HOSTILE)!r})
plugin = Plugin("kithline_hostile", folder, read_manifest(folder))
(spec,) = [one for one in plugin.manifest.scorers if one.key == sys.argv[1]]

async def main():
    async with Sandbox.open() as sandbox:
        print(await sandbox.score(plugin, spec, Snapshot(Window(0, 1), []).encode(), {{}}, 1), flush=True)

asyncio.run(main())
"""


def test_everything_ends_when_the_host_is_killed():
    host = subprocess.Popen([sys.executable, "-c", HOST, "hostile.sleeps"], stdout=subprocess.PIPE)
    deadline = time.monotonic() + 20
    while len(family := psutil.Process(host.pid).children(recursive=True)) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)

    host.send_signal(signal.SIGKILL)
    host.wait()
    host.stdout.close()

    assert len(family) >= 2
    _, alive = psutil.wait_procs(family, timeout=3)
    assert not alive


def test_it_works_in_a_daemonic_child_of_celerys_pool():
    code = f"""
from billiard import get_context
def work(): exec({HOST!r}, {{}})
child = get_context("fork").Process(target=work, daemon=True)
child.start(); child.join(30); raise SystemExit(child.exitcode)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, "hostile.well"], capture_output=True, text=True, check=False, timeout=60
    )

    assert done.returncode == 0, done.stderr
    assert "Scored" in done.stdout


def test_a_line_on_which_nobody_was_asked_is_silent_until_somebody_speaks():
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setblocking(False)
    with ours, theirs:
        before = talk.silent(ours)
        theirs.send(b"12345678")

        assert before
        assert not talk.silent(ours)
