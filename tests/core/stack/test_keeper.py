import signal
import sys
import time

import pytest

from kithline_core.stack import keeper
from kithline_core.stack.account import Account
from kithline_core.stack.keeper import Keeper, Service


class Clock:
    """A clock that is set by hand."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def keep(tmp_path, clock):
    """A factory of keepers for a line of Python; whatever runs is killed afterwards."""
    made = []

    def make(program):
        command = (sys.executable, "-c", program)
        service = Service(name="part", command=command, environment={}, folder=tmp_path, account=Account.me())
        made.append(Keeper(service, tmp_path, clock))
        return made[-1]

    yield make
    for one in made:
        one.ask(signal.SIGKILL)
        if one.child:
            one.child.wait()


def until_dead(one):
    while not one.gone():
        time.sleep(0.01)


def test_a_child_that_dies_is_started_again_after_a_fifth_of_a_second(keep, clock):
    one = keep("print('oh dear'); raise SystemExit(3)")
    one.start()
    until_dead(one)

    assert one.tick()
    assert one.state == "restarting"
    assert "ended with code 3" in one.reason
    assert "oh dear" in one.reason
    assert one.due == clock.now + 0.2
    assert not one.tick()
    clock.now = one.due
    assert one.tick()
    assert (one.state, one.restarts) == ("running", 1)


def test_the_wait_doubles_up_to_ten_seconds_and_ends_in_giving_up(keep, clock):
    one = keep("")
    one.start()
    waits = []
    while one.state != "given up":
        until_dead(one)
        one.tick()
        waits.append(round(one.due - clock.now, 1))
        clock.now = max(clock.now, one.due)
        one.tick()

    assert waits[:8] == [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 10.0]
    assert len(waits) == 10
    assert one.reason.startswith("10 times within a minute part ended with code 0")
    assert not one.tick()


def test_deaths_of_more_than_a_minute_ago_are_forgotten(keep, clock):
    one = keep("")
    for _ in range(12):
        one.start()
        until_dead(one)
        one.tick()
        assert one.due - clock.now == pytest.approx(0.2)
        clock.now += 61


def test_a_signal_is_named(keep):
    one = keep("import os; os.kill(os.getpid(), 9)")
    one.start()
    until_dead(one)
    one.tick()

    assert "SIGKILL" in one.reason
    assert "(empty)" in one.reason


def test_a_child_that_was_asked_to_stop_is_not_started_again(keep):
    one = keep("import time; time.sleep(60)")
    one.start()
    assert not one.gone()
    assert not one.tick()

    one.ask()
    until_dead(one)

    assert not one.tick()
    assert one.record().state == "stopped"


def test_a_child_that_never_started_is_gone_and_can_be_asked(keep):
    one = keep("")

    one.ask()

    assert one.gone()


def test_what_must_happen_before_each_start_happens(keep, tmp_path, clock):
    done = []
    service = Service(
        name="part",
        command=(sys.executable, "-c", ""),
        environment={},
        folder=tmp_path,
        account=Account.me(),
        before=lambda: done.append(1),
    )
    one = Keeper(service, tmp_path, clock)
    one.start()
    until_dead(one)

    assert done == [1]


def test_a_large_log_is_put_aside(keep, tmp_path, monkeypatch):
    monkeypatch.setattr(keeper, "LOG_BYTES", 3)
    (tmp_path / "part.log").write_text("long")
    one = keep("")
    one.start()
    until_dead(one)

    assert (tmp_path / "part.log.old").read_text() == "long"
    assert (tmp_path / "part.log").read_text() == ""
