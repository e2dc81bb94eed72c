import json
import os
import signal
import subprocess
import sys

import msgspec
import pytest
import rich_click as click
from click.testing import CliRunner

from kithline_cli import up as up_module
from kithline_cli.main import COMMANDS, cli
from kithline_core.errors import Conflict, DatasetError, Invalid, Unavailable
from kithline_core.stack import control, processes, state


@pytest.fixture
def kithline(root, small_command, monkeypatch):
    """The command over a data folder of its own, its services replaced by small programs."""
    monkeypatch.setenv("KITHLINE_HOME", str(root))
    monkeypatch.setattr(control, "COMMAND", small_command)
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    yield lambda *arguments: CliRunner().invoke(cli, arguments)
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def reap(monkeypatch):
    """Waits for every supervisor the command started, as the shell's init would."""
    started, start = [], control.start

    def remember(*arguments, **options):
        started.append(start(*arguments, **options))
        return started[-1]

    monkeypatch.setattr(control, "start", remember)
    yield started
    for supervisor in started:
        if supervisor.poll() is None:
            supervisor.terminate()
        supervisor.wait(30)


def test_up_says_where_and_what_next_and_down_stops_it(kithline, root, reap):
    first = kithline("up", "--detach", "--port", "0")
    assert first.exit_code == 0, first.output
    assert "Kithline is up at http://127.0.0.1:" in first.stdout
    assert first.stdout.count("  kithline ") == 3
    assert "starting services" in first.stderr

    again = kithline("up", "--json")
    told = json.loads(again.stdout)
    assert told["url"] in first.stdout
    assert (told["tenant"], told["key"]) == ("local", "t")
    assert told["credentials"] == str(root / "credentials.json")

    status = kithline("status")
    assert status.exit_code == 0
    assert "dispatcher" in status.stdout
    assert json.loads(kithline("status", "--json").stdout)["ready"] is True

    assert json.loads(kithline("down", "--json").stdout) == {"stopped": True}
    assert kithline("down").stdout == "nothing was running\n"
    assert kithline("status").exit_code == 4
    assert json.loads(kithline("status", "--json").stdout)["phase"] == "down"


def test_up_in_front_tells_of_restarts_and_ends_when_the_stack_is_stopped(kithline, reap, monkeypatch):
    program = "import os, pathlib, signal, time; seen = pathlib.Path('seen'); again = seen.exists(); seen.touch()\n"
    program += "time.sleep(1)\nos.kill(os.getppid() if again else os.getpid(), signal.SIGTERM); time.sleep(60)"
    monkeypatch.setenv("SMALL_DISPATCHER", program)

    done = kithline("up", "--port", "0")

    assert done.exit_code == 0, done.output
    assert "dispatcher was started again (1): dispatcher ended with SIGTERM" in done.stderr
    assert done.stderr.endswith("stopped; the data stays\n")


def test_up_in_front_fails_with_the_reason_when_a_part_keeps_dying(kithline, reap, monkeypatch):
    program = "import time; time.sleep(0.05); raise SystemExit('oh dear')"
    monkeypatch.setenv("SMALL_DISPATCHER", program)
    monkeypatch.setenv("SMALL_GIVE_UP_AFTER", "4")

    done = kithline("up", "--port", "0")

    assert done.exit_code == 1
    assert "4 times within a minute dispatcher ended with code 1" in done.stderr


def test_up_that_cannot_start_says_why_also_in_json(kithline, reap, monkeypatch):
    monkeypatch.setenv("SMALL_MIGRATE", "raise SystemExit('no such table')")

    done = kithline("up", "--port", "0", "--json")

    assert done.exit_code == 1
    assert json.loads(done.stdout)["error"]["code"] == "stack"
    assert "no such table" in done.stdout


def test_up_stopped_while_it_starts_ends_quietly(kithline, reap, monkeypatch):
    monkeypatch.setenv("SMALL_MIGRATE", "import time; time.sleep(1)")
    monkeypatch.setattr(up_module, "_tell", lambda _: os.kill(os.getpid(), signal.SIGINT))

    assert kithline("up", "--port", "0").exit_code == 0


@pytest.mark.faults
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_no_server_outlives_the_command_in_front(kithline, root, small_command, number):
    program = f"""
from kithline_core.stack import control
control.COMMAND = {small_command!r}
from kithline_cli.main import cli
cli(["up", "--port", "0", "--json"])
"""
    front = subprocess.Popen((sys.executable, "-c", program), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        assert json.loads(front.stdout.readline())["url"]
        found = control.current(root)
        everything = [*processes.marked(found.token), *(child.process for child in found.children), found.supervisor]
        front.send_signal(number)
        assert front.wait(30) == (-number if number == signal.SIGKILL else 0)
        assert kithline("down").exit_code == 0
    finally:
        front.kill()
        front.wait()
        front.stdout.close()
    assert processes.wait(everything, 1) == []


def test_status_tells_of_a_part_that_is_not_well(kithline, root):
    root.mkdir()
    child = state.Child(name="worker", state="restarting", stop_signal=15, restarts=2, reason="it fell over")
    running = state.State(phase="starting", supervisor=processes.here(), token="t", children=[child])
    state.write(root / "stack.json", running)
    try:
        done = kithline("status", "--json")
        drawn = kithline("status")
    finally:
        (root / "stack.json").unlink()
    assert done.exit_code == drawn.exit_code == 1
    (told,) = json.loads(done.stdout)["children"]
    assert told == {"name": "worker", "state": "restarting", "pid": None, "restarts": 2, "reason": "it fell over"}
    assert "restarting" in drawn.stdout


def test_migrate_without_a_database_says_how_to_get_one(kithline, monkeypatch):
    monkeypatch.delenv("KITHLINE_OWNER_DATABASE_URL", raising=False)

    done = kithline("migrate")

    assert done.exit_code == 4
    assert "kithline up" in done.stderr


def test_migrate_applies_lists_and_verifies(kithline, bare_database_urls, monkeypatch, capfd):
    monkeypatch.setenv("KITHLINE_OWNER_DATABASE_URL", bare_database_urls.owner)

    assert kithline("migrate", "--verify").exit_code == 1
    assert kithline("migrate").exit_code == 0
    assert kithline("migrate", "--verify").exit_code == 0
    capfd.readouterr()
    assert kithline("migrate", "--status", "--json").exit_code == 0
    assert {step["state"] for step in json.loads(capfd.readouterr().out)} == {"applied"}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name):
    command = cli.get_command(click.Context(cli), name)
    examples = [command, *getattr(command, "commands", {}).values()]

    assert all("Example" in (one.help or "") for one in examples)


def test_help_lists_every_command():
    listed = CliRunner().invoke(cli, ["--help"]).stdout

    assert all(f" {name} " in listed for name in COMMANDS)


def test_an_unknown_command_is_wrong_usage():
    done = CliRunner().invoke(cli, ["fly"])

    assert done.exit_code == 2
    assert "there is no command 'fly'" in done.stderr


@pytest.mark.parametrize(
    ("error", "code"),
    [(Conflict("no"), 1), (Invalid("no"), 3), (DatasetError(["no", "never"]), 3), (Unavailable("no"), 4)],
)
def test_refusals_have_stable_exit_codes_and_a_form_for_programs(monkeypatch, error, code):
    def refuse(*_):
        raise error

    monkeypatch.setattr("kithline_core.stack.control.stop", refuse)

    plain, as_json = CliRunner().invoke(cli, ["down"]), CliRunner().invoke(cli, ["down", "--json"])

    assert plain.exit_code == as_json.exit_code == code
    assert plain.stderr.startswith("kithline: no\n")
    told = msgspec.json.decode(as_json.stdout)["error"]
    assert told["detail"] == "no"
    assert told.get("problems") == (["no", "never"] if isinstance(error, DatasetError) else None)
