import asyncio
import os
import signal
import stat
import sys

import asyncpg
import pytest

from kithline_core.stack import credentials, folders, processes, state, supervisor
from kithline_core.stack.account import StackError
from kithline_core.stack.keeper import Keeper
from kithline_core.stack.supervisor import Address, Supervisor


class Scripted(Supervisor):
    """The supervisor with a visitor who looks in, once the stack is ready, whenever it rests."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.visit = iter(())

    def _tick(self):
        super()._tick()
        if self.phase == "ready":
            next(self.visit, None)


@pytest.fixture
def make(root, account, small, free_port):
    """A factory of supervisors over small programs; everything they started is ended afterwards."""
    made = []

    def build(**changes):
        plan = supervisor.Plan(**{"migrate": small.PLAN.migrate, "bootstrap": small.PLAN.bootstrap, **changes})
        if "programs" not in changes:
            plan = supervisor.Plan(plan.migrate, plan.bootstrap, small.programs)
        one = Scripted(folders.create(root, account), account, Address("127.0.0.1", free_port), plan)
        made.append(one)
        return one

    yield build
    (root / "stack.json").unlink(missing_ok=True)  # it names this very process as the supervisor
    for one in made:
        processes.end(processes.marked(one.token), signal.SIGKILL, 1)
        for keeper in one.keepers.values():
            keeper.ask(signal.SIGKILL)
            if keeper.child:
                keeper.child.wait()


def test_a_stack_starts_says_so_and_leaves_nothing_behind(make, root):
    one = make()
    seen = []

    def visit():
        seen.append(state.read(root / "stack.json"))
        one.ask()
        yield

    one.visit = visit()
    assert one.run() == 0

    (ready,) = seen
    assert ready.phase == "ready"
    assert [child.name for child in ready.children] == ["postgres", "valkey", "api", "worker", "dispatcher"]
    assert {child.state for child in ready.children} == {"running"}
    assert not any(processes.alive(child.process) for child in ready.children)
    assert processes.marked(one.token) == []
    assert state.read(root / "stack.json").phase == "stopped"


def test_every_secret_is_in_a_file_of_its_owner(make, root):
    one = make()
    one.visit = (one.ask() for _ in range(1))
    one.run()

    for name in ("credentials.json", "secret", "postgres.pgpass", "stack.json"):
        assert stat.S_IMODE((root / name).stat().st_mode) == 0o600
    secret = (root / "secret").read_text()
    assert secret not in (root / "stack.json").read_text()
    kept = credentials.read(root / "credentials.json")
    assert (kept.url, kept.tenant, kept.tenant_key) == (one.address.url, "local", "t")


def test_keys_that_were_lost_are_asked_for_again_and_kept_ones_are_not(make, root, small):
    told = root / "told"
    words = f"import sys; open({str(told)!r}, 'a').write(' '.join(sys.argv[1:]) + '.'); print('{{\"operator_key\": \"o\"}}')"
    for _ in range(2):
        one = make(bootstrap=small.python(words))
        one.visit = (one.ask() for _ in range(1))
        one.run()

    assert told.read_text() == "--renew.."
    assert credentials.read(root / "credentials.json").operator_key == "o"


def test_a_child_that_dies_is_started_again_and_noted(make, root):
    one = make()

    def visit():
        one.keepers["dispatcher"].child.kill()
        while one.keepers["dispatcher"].restarts == 0:
            yield
        one.ask()
        yield

    one.visit = visit()
    assert one.run() == 0

    (child,) = [child for child in state.read(root / "stack.json").children if child.name == "dispatcher"]
    assert child.restarts == 1
    assert "SIGKILL" in child.reason


def test_a_killed_postgres_comes_back_with_what_it_acknowledged(make, root):
    one = make()
    found = []

    def visit():
        owner = one.settings["KITHLINE_OWNER_DATABASE_URL"]
        asyncio.run(_execute(owner, "create table kept as select 7 as value"))
        one.keepers["postgres"].child.kill()
        while not found:
            yield
            try:
                found.append(asyncio.run(_execute(owner, "select value from kept")))
            except (OSError, asyncpg.PostgresError):
                continue
        one.ask()
        yield

    one.visit = visit()
    assert one.run() == 0
    assert found == [7]


async def _execute(url, statement):
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


def test_a_failing_migration_stops_everything_and_says_why(make, root):
    one = make(migrate=(sys.executable, "-c", "raise SystemExit('no such table')"))

    assert one.run() == 1

    ended = state.read(root / "stack.json")
    assert ended.phase == "failed"
    assert "no such table" in ended.reason
    assert not any(processes.alive(child.process) for child in ended.children)


def test_a_child_that_keeps_dying_ends_the_stack_with_its_last_words(make, root, monkeypatch):
    monkeypatch.setattr("kithline_core.stack.keeper.FIRST_DELAY", 0.001)
    monkeypatch.setenv("SMALL_DISPATCHER", "raise SystemExit('oh dear')")
    one = make()

    assert one.run() == 1
    assert "10 times within a minute dispatcher ended with code 1" in one.reason
    assert "oh dear" in one.reason


def test_a_part_that_is_never_ready_ends_the_start(make, small):
    one = make()

    one.keepers["api"] = Keeper(small.programs(one.home, {})[2], one.home.logs)
    with pytest.raises(StackError, match=r"api was not ready after 0 s"):
        one._until(lambda: False, "api", 0.0)


def test_a_stop_during_the_start_is_heeded(make):
    one = make()
    one.ask()

    assert one.run() == 0
    assert one.phase == "stopped"


def test_a_second_ctrl_c_kills_what_will_not_stop(make, small, monkeypatch):
    stubborn = "import signal, time; signal.signal(15, signal.SIG_IGN); print('x', flush=True); time.sleep(60)"
    monkeypatch.setenv("SMALL_DISPATCHER", stubborn)
    one = make()

    def visit():
        while not one.keepers["dispatcher"].log.read_text():
            yield
        one.ask(signal.SIGINT)
        one.ask(signal.SIGINT)
        yield

    one.visit = visit()
    assert one.run() == 0
    assert one.keepers["dispatcher"].child.returncode == -signal.SIGKILL
    assert one.keepers["postgres"].child.returncode in {0, -signal.SIGKILL}


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),
        ("::", "http://[::1]:80"),
        ("box", "http://box:80"),
    ],
)
def test_the_address_is_one_a_caller_on_this_machine_can_use(host, url):
    assert Address(host, 80).url == url


@pytest.fixture
def signals():
    """The signal handlers as they were, put back afterwards."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_sigterm_ends_the_stack_in_order(root, small, free_port, monkeypatch, signals):
    other = f"import os, signal, time; time.sleep(0.3); os.kill({os.getpid()}, signal.SIGTERM); time.sleep(60)"
    monkeypatch.setenv("SMALL_DISPATCHER", other)

    assert supervisor.main(str(root), "127.0.0.1", str(free_port), plan=small.PLAN) == 0

    ended = state.read(root / "stack.json")
    (root / "stack.json").unlink()  # it names this very process as the supervisor
    assert ended.phase == "stopped"
    assert not any(processes.alive(child.process) for child in ended.children)


def test_a_second_supervisor_finds_the_folder_taken_and_starts_nothing(root, account):
    held = state.lock(folders.create(root, account).lock)
    try:
        assert supervisor.main(str(root), "127.0.0.1", "0") == 0
        assert state.read(root / "stack.json") is None
    finally:
        os.close(held)
