import os
import signal
import subprocess
import sys
import time

import msgspec
import pytest

from kithline_core.stack import processes

SLEEP = (sys.executable, "-c", "import time; time.sleep(60)")
STUBBORN = (
    sys.executable,
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print(flush=True); time.sleep(60)",
)
PARENT = """
import subprocess, sys, time
print(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True).pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def child():
    started = subprocess.Popen(SLEEP)
    yield started
    started.kill()
    started.wait()


def test_a_process_is_known_by_its_birth(child):
    found = processes.find(child.pid)

    assert processes.alive(found)
    assert not processes.alive(msgspec.structs.replace(found, started=found.started + 1))
    assert not processes.alive(msgspec.structs.replace(found, boot="another boot"))


def test_this_process_finds_itself():
    assert processes.here().pid == os.getpid()


def test_nobody_is_not_alive():
    assert not processes.alive(None)


def test_a_dead_child_that_was_not_waited_for_counts_as_gone(child):
    found = processes.find(child.pid)
    child.kill()

    assert processes.wait([found], 5) == []
    assert processes.find(child.pid) is None


def test_a_recycled_process_id_is_never_signalled(child):
    older = msgspec.structs.replace(processes.find(child.pid), started=1)

    assert not processes.send(older, signal.SIGKILL)
    processes.end([older], signal.SIGKILL, 0.1)

    assert child.poll() is None


def test_a_process_that_is_gone_is_not_signalled(child):
    found = processes.find(child.pid)
    child.kill()
    child.wait()

    assert not processes.send(found, signal.SIGTERM)


def test_a_child_that_will_not_stop_is_killed():
    child = subprocess.Popen(STUBBORN, stdout=subprocess.PIPE)
    child.stdout.readline()

    processes.end([processes.find(child.pid)], signal.SIGTERM, 0.2)

    assert child.wait(5) == -signal.SIGKILL
    child.stdout.close()


def test_the_token_finds_grandchildren_in_sessions_of_their_own():
    child = subprocess.Popen(
        [sys.executable, "-c", PARENT], env={**os.environ, processes.TOKEN: "abc"}, stdout=subprocess.PIPE
    )
    grandchild = int(child.stdout.readline())
    try:
        assert {found.pid for found in processes.marked("abc")} == {child.pid, grandchild}
        assert {found.pid for found in processes.marked("abc", but={child.pid})} == {grandchild}
        assert processes.marked("abcd") == []
    finally:
        processes.end(processes.marked("abc"), signal.SIGKILL, 1)
        child.wait()
        child.stdout.close()


def test_a_child_dies_with_its_parent(tmp_path):
    program = f"""
import signal, sys, time
from pathlib import Path
from kithline_core.stack import processes
from kithline_core.stack.account import Account
folder = Path({str(tmp_path)!r})
child = processes.spawn({SLEEP!r}, folder / "log", account=Account.me(), folder=folder, environment={{}},
                        last_signal=signal.SIGTERM)
print(child.pid, flush=True)
time.sleep(60)
"""
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    grandchild = processes.find(int(parent.stdout.readline()))

    parent.kill()
    parent.wait()
    parent.stdout.close()

    assert processes.wait([grandchild], 5) == []


@pytest.mark.parametrize(("orphaned", "code"), [(True, b"1"), (False, b"0")])
def test_a_child_whose_parent_died_before_it_asked_ends_itself(orphaned, code):
    told, tell = os.pipe()
    parent = os.fork()
    if parent == 0:  # pragma: no cover - not this process
        _ask_late(tell, orphaned)
    os.close(tell)
    with open(told, "rb") as answers:  # noqa: PTH123 - a descriptor
        assert answers.read() == code
    os.waitpid(parent, 0)


def _ask_late(tell, orphaned):  # pragma: no cover - runs in a child
    prepare, parent = processes.die_with_parent(signal.SIGTERM), os.getpid()
    if os.fork():
        # Alive until its child has answered, or gone before its child asks.
        os._exit(0) if orphaned else os.wait()
        os._exit(0)
    while orphaned and os.getppid() == parent:
        time.sleep(0.01)
    os.write(tell, str(_code_of(prepare)).encode())
    os._exit(0)


def _code_of(prepare):  # pragma: no cover - runs in a child
    try:
        prepare()
    except SystemExit as end:
        return end.code
    return 0


def test_descendants_are_found_down_to_the_last(child):
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE)
    grandchild = int(parent.stdout.readline())
    started = processes.find(parent.pid)
    try:
        mine = {one.pid for one in processes.descendants(processes.here())}
        assert {child.pid, parent.pid, grandchild} <= mine
        assert [one.pid for one in processes.descendants(started)] == [grandchild]
        assert processes.descendants(msgspec.structs.replace(started, started=1)) == []
        assert processes.descendants(None) == []
    finally:
        processes.end([started, processes.find(grandchild)], signal.SIGKILL, 1)
        parent.wait()
        parent.stdout.close()


def test_a_process_that_went_while_it_was_looked_at_has_no_parent(tmp_path):
    assert processes._parent(tmp_path / "999999999") == (None, 0)


RESTARTS = """
import os, signal, sys, time
def again(*_):
    if os.fork() == 0:
        os.setsid()
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(60)
    os._exit(0)
signal.signal(signal.SIGTERM, again)
print(flush=True)
time.sleep(60)
"""


def test_what_is_started_while_the_marked_are_ended_is_ended_too():
    environment = {**os.environ, processes.TOKEN: "restarts"}
    child = subprocess.Popen([sys.executable, "-c", RESTARTS], env=environment, stdout=subprocess.PIPE)
    child.stdout.readline()

    assert processes.end_marked("restarts", seconds=0.5)
    assert processes.marked("restarts") == []
    assert not processes.end_marked("restarts")
    child.wait()
    child.stdout.close()


def test_a_signal_without_a_name_is_told_by_its_number():
    assert [processes.named(number) for number in (9, 40, 2**40)] == ["SIGKILL", "signal 40", f"signal {2**40}"]
