import asyncio
import os
import signal
import socket
import subprocess
import sys

import asyncpg
import pytest

from kithline_core.stack import control, processes, state
from kithline_core.stack.account import StackError


@pytest.fixture
def up(root, small_command):
    """Starts the stack as the command does and waits until it is ready; reaps it afterwards."""
    started = []

    def run(port=0):
        started.append(control.start(root, "127.0.0.1", port, command=small_command))
        return control.await_ready(root, started[-1], lambda _: None, 60)

    yield run
    for supervisor in started:
        supervisor.poll()
        if supervisor.returncode is None:
            supervisor.terminate()
        supervisor.wait(30)


def ask(found, statement):
    async def run():
        connection = await asyncpg.connect(found.environment["KITHLINE_OWNER_DATABASE_URL"])
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    return asyncio.run(run())


def alive(found):
    return [child.name for child in found.children if processes.alive(child.process)]


def test_down_stops_everything_and_the_next_up_has_the_data(up, root):
    first = up()
    ask(first, "create table kept as select 7 as value")

    assert control.stop(root)
    assert alive(first) == []
    assert not control.stop(root)

    assert ask(up(), "select value from kept") == 7


def test_whoever_comes_second_finds_the_stack_that_runs(up, root):
    first = up()

    assert control.joinable(root) == first
    assert control.await_ready(root, None, lambda _: None) == first


@pytest.mark.faults
def test_a_killed_supervisor_leaves_nothing_after_down_and_loses_nothing(up, root):
    for value in range(3):
        found = up()
        ask(found, "create table if not exists kept (value int)")
        ask(found, f"insert into kept values ({value})")
        strays = processes.marked(found.token)

        processes.send(found.supervisor, signal.SIGKILL)
        control.stop(root)

        assert alive(found) == []
        assert processes.wait(strays, 5) == []
    assert ask(up(), "select count(*) from kept") == 3


@pytest.mark.faults
def test_up_after_a_kill_needs_no_down(up, root):
    found = up()
    ask(found, "create table kept as select 7 as value")
    processes.send(found.supervisor, signal.SIGKILL)
    processes.wait([found.supervisor], 5)

    assert ask(up(), "select value from kept") == 7


def test_orphans_without_the_kernels_help_are_ended_by_their_recorded_birth(root):
    root.mkdir()
    children = [subprocess.Popen((sys.executable, "-c", "import time; time.sleep(60)")) for _ in range(2)]
    records = [
        state.Child(name=name, state="running", stop_signal=signal.SIGTERM, process=processes.find(child.pid))
        for name, child in zip(("api", "postgres"), children, strict=True)
    ]
    gone = processes.Process(children[0].pid, 1, "an earlier boot")
    state.write(root / "stack.json", state.State(phase="ready", supervisor=gone, token="t", children=records))

    assert control.stop(root)

    assert [child.wait(5) for child in children] == [-signal.SIGTERM, -signal.SIGTERM]
    assert not control.stop(root)


def test_a_record_of_a_recycled_process_id_harms_nobody(root):
    root.mkdir()
    bystander = subprocess.Popen((sys.executable, "-c", "import time; time.sleep(60)"))
    old = processes.Process(bystander.pid, 1, processes.boot())
    child = state.Child(name="api", state="running", stop_signal=signal.SIGTERM, process=old)
    state.write(root / "stack.json", state.State(phase="ready", supervisor=old, token="t", children=[child]))
    try:
        assert not control.stop(root)
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_a_stack_that_is_stopping_is_waited_for(root):
    root.mkdir()
    ending = subprocess.Popen((sys.executable, "-c", "import time; time.sleep(0.3)"))
    state.write(
        root / "stack.json",
        state.State(phase="stopping", supervisor=processes.find(ending.pid), token="t"),
    )

    assert control.joinable(root) is None
    ending.wait()


def test_a_tied_stack_ends_with_the_command_in_front(root, small_command):
    program = f"""
import time
from pathlib import Path
from kithline_core.stack import control
started = control.start(Path({str(root)!r}), "127.0.0.1", 0, tied=True, command={small_command!r})
control.await_ready(Path({str(root)!r}), started, lambda _: None)
print(started.pid, flush=True)
time.sleep(60)
"""
    front = subprocess.Popen((sys.executable, "-c", program), stdout=subprocess.PIPE)
    supervisor = processes.find(int(front.stdout.readline()))
    found = control.current(root)
    front.kill()
    front.wait()
    front.stdout.close()

    assert processes.wait([supervisor], 20) == []
    assert alive(found) == []


def test_a_start_that_fails_says_why(root, small_command, monkeypatch):
    monkeypatch.setenv("SMALL_MIGRATE", "raise SystemExit('no such table')")
    supervisor = control.start(root, "127.0.0.1", 0, command=small_command)
    with pytest.raises(StackError, match="no such table"):
        control.await_ready(root, supervisor, lambda _: None)
    assert supervisor.wait(20) == 1


def test_a_supervisor_that_dies_at_once_points_to_its_log(root):
    supervisor = control.start(root, "127.0.0.1", 0, command=(sys.executable, "-c", "raise SystemExit('oh dear')"))
    with pytest.raises(StackError, match="oh dear"):
        control.await_ready(root, supervisor, lambda _: None)
    supervisor.wait()


def test_waiting_for_a_stack_has_an_end(root):
    with pytest.raises(StackError, match="not ready after"):
        control.await_ready(root, None, lambda _: None, -1)


def test_every_step_is_told_once(root):
    root.mkdir()
    starting = state.State(phase="starting", step="migrations", supervisor=processes.here(), token="t")
    state.write(root / "stack.json", starting)
    told = []
    with pytest.raises(StackError):
        control.await_ready(root, None, told.append, 0.2)
    (root / "stack.json").unlink()
    assert told == ["migrations"]


def test_a_taken_port_is_refused_when_asked_for_and_passed_over_when_not(monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        monkeypatch.setattr(control, "DEFAULT_PORT", port)
        with pytest.raises(StackError, match="is taken"):
            control.choose_port("127.0.0.1", port)
        assert control.choose_port("127.0.0.1", None) != port
    assert control.choose_port("127.0.0.1", None) == port
    assert control.choose_port("::1", 0) > 0


def test_what_is_set_by_hand_wins_over_the_running_stack(root):
    assert control.environment(root, {"A": "1"}) == {"A": "1"}
    assert control.environment(root)["PATH"] == os.environ["PATH"]
    root.mkdir()
    running = state.State(phase="ready", supervisor=processes.here(), token="t", environment={"A": "1", "B": "2"})
    state.write(root / "stack.json", running)
    try:
        assert control.environment(root, {"A": "0"}) == {"A": "0", "B": "2"}
    finally:
        (root / "stack.json").unlink()


def test_a_state_that_cannot_be_read_is_none(root):
    root.mkdir()
    (root / "stack.json").write_text("{")

    assert control.current(root) is None
