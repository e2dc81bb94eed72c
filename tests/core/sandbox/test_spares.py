"""A stored plugin: what forks never runs a byte of it, and each run has a process of its own that takes one request."""

import asyncio
import ctypes
import errno
import os
import shutil
import signal
import socket
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import msgspec
import psutil
import pytest

import kithline_sdk
from kithline_core.plugins import ConnectorSpec, Limits, ScorerSpec
from kithline_core.sandbox import Failed, Sandbox, Scored, base, claims, parcel, process, talk, turns
from kithline_core.sandbox.far import forker, keeper, kernel, walls, watch, words
from kithline_core.sandbox.far.boot import Boot
from kithline_core.sandbox.far.reading import Ended
from kithline_sdk.snapshot import Snapshot, Window

pytestmark = pytest.mark.anyio
SDK = Path(kithline_sdk.__file__).parent
EMPTY = Snapshot(Window(0, 1), []).encode()
SPEC = ScorerSpec(
    key="alone.one", version="1.0.0", title={}, question={}, unit="none", aggregation="none", levels=[], window_days=1,
    inputs=[], not_for=[], limits=Limits(seconds=5, memory_mb=512),
)  # fmt: skip
# `LATER` is done after the plugin has offered its scorer, at the end of its import.
SOURCE = """
import os, socket, stat, sys, time
import msgspec
from kithline_sdk import Finding, hookimpl

def sockets():
    found = []
    for one in range(3, 20):
        try:
            found += [one] if stat.S_ISSOCK(os.fstat(one).st_mode) else []
        except OSError:
            pass
    return found

class Params(msgspec.Struct):
    word: str = ""

class One:
    key, version, Params = "alone.one", "1.0.0", Params

    def score(self, snapshot, params, seed):
        RUN
        return Finding(measures={"pid": os.getpid(), "parent": os.getppid(), "kept": str(KEPT)})

KEPT = []

@hookimpl
def kithline_scorers():
    return [One()]

LATER
"""
HEARING = "os.register_at_fork(before=lambda: KEPT.append('fork'), after_in_child=lambda: KEPT.append('child'))"
LISTENING = (
    "sys.addaudithook(lambda name, _: KEPT.append(name) if name.startswith(('os.fork', 'socket.sendmsg')) else None)"
)


@pytest.fixture
def make(make_plugin, tmp_path):
    """A factory: a stored plugin that does something in a run, and something else at the end of its import."""

    def stored(run: str = "pass", later: str = "", module: str = "alone", *, sdk: bool = True, **about):
        if sdk:  # a stored plugin's environment holds its own
            shutil.copytree(SDK, tmp_path / SDK.name, ignore=shutil.ignore_patterns("__pycache__"))
        made = make_plugin(module, SOURCE.replace("RUN", run).replace("LATER", later), SPEC)
        return msgspec.structs.replace(made, digest="0" * 64, **about)

    return stored


@pytest.fixture(params=[tier for tier in claims.TRIED if tier not in claims.here().missing])
async def walled(request):
    """A sandbox of each tier that this host gives."""
    async with Sandbox.open(tier=request.param) as opened:
        if opened.tier != request.param:
            pytest.skip(f"this host does not give {request.param}: {opened.claim.missing}")
        yield opened


@pytest.fixture
async def strongest():
    async with Sandbox.open() as opened:
        yield opened


async def told(sandbox, plugin, word=""):
    outcome = await sandbox.score(plugin, SPEC, EMPTY, {"word": word}, 5)
    assert isinstance(outcome, Scored), outcome
    return outcome.finding.measures


async def test_every_run_has_a_process_of_its_own_and_no_run_sees_what_one_before_kept(walled, make):
    plugin = make("KEPT.append(params.word)", f"{HEARING}\n{LISTENING}")

    said = [await told(walled, plugin, word) for word in ("first", "second", "third")]

    assert [one["kept"] for one in said] == ["['first']", "['second']", "['third']"]
    assert len({one["pid"] for one in said}) == len({one["parent"] for one in said}) == 3


async def test_the_next_process_is_ready_before_it_is_asked_for_and_its_import_is_nobodys_time(strongest, make):
    plugin = make(later="time.sleep(0.5)")
    await told(strongest, plugin)
    await asyncio.sleep(0.8)

    begun = time.monotonic()
    await told(strongest, plugin)

    assert time.monotonic() - begun < 0.4


async def test_a_spare_that_ended_while_it_waited_is_replaced_and_nobody_notices(strongest, make):
    plugin = make()
    await told(strongest, plugin)
    await asyncio.sleep(0.3)
    held = strongest._process(plugin)
    for pid in held.family()[1 + held.wrapped :]:
        with suppress(ProcessLookupError):  # a spare ends with its keeper
            os.kill(pid, signal.SIGKILL)
    await asyncio.sleep(0.1)

    assert await told(strongest, plugin)


async def test_a_spare_that_never_says_that_it_is_ready_is_given_up(strongest, make, monkeypatch):
    monkeypatch.setattr(process, "BOOT_SECONDS", 1.0)
    plugin = make(later="time.sleep(3600)")

    failed = await strongest.score(plugin, SPEC, EMPTY, {}, 5)

    assert failed == Failed("crash", "the plugin's process did not answer within 1 s")
    assert strongest._process(plugin).process is None


async def test_a_plugin_that_cannot_be_loaded_says_why(strongest, make):
    failed = await strongest.score(make(later="1 / 0"), SPEC, EMPTY, {}, 5)

    assert failed == Failed("crash", "the plugin cannot be loaded: ZeroDivisionError: division by zero")


async def test_a_plugin_without_the_libraries_that_every_plugin_has_is_told_so(strongest, make):
    failed = await strongest.score(make(sdk=False), SPEC, EMPTY, {}, 5)

    assert failed == Failed("crash", "the plugin cannot be loaded: ModuleNotFoundError: No module named 'kithline_sdk'")


async def test_one_that_says_twice_that_it_is_ready_harms_no_run_but_its_own(strongest, make):
    plugin = make(later="[os.write(one, b'ready') for one in sockets()]")

    outcomes = [await strongest.score(plugin, SPEC, EMPTY, {}, 5) for _ in range(3)]

    # It is asked before it has said so itself, which it then cannot any more: that is its own run's loss.
    assert {one.reason for one in outcomes if isinstance(one, Failed)} <= {"it ended without an answer"}


async def test_a_line_carries_one_request_and_nothing_after_it(strongest, make):
    """Each keeps its line; a second run would else be told to the process of the first, or be answered by it."""
    again = "KEPT.extend(os.read(one, 100) for one in LINES)"
    plugin = make(again, "LINES = [os.dup(one) for one in sockets()]\nos.closerange = lambda *_: None")

    outcome = await strongest.score(plugin, SPEC, EMPTY, {}, 5)

    # Closed by what was taken before the import; and where it is not, nobody speaks at the other end.
    assert "Bad file descriptor" in outcome.reason


async def test_how_a_run_ends_tells_the_next_one_nothing(strongest, make):
    plugin = make("os._exit(int(params.word)) if params.word else None")

    ends = [await strongest.score(plugin, SPEC, EMPTY, {"word": word}, 5) for word in ("7", "", "9", "")]

    assert [type(one) for one in ends] == [Failed, Scored, Failed, Scored]
    assert ends[0].reason == "it ended without an answer"


async def test_a_run_that_crashes_is_told_by_its_signal(strongest, make):
    crashing = make("import ctypes; ctypes.string_at(0)", "import ctypes")

    assert await strongest.score(crashing, SPEC, EMPTY, {}, 5) == Failed("crash", "killed by SIGSEGV")


@pytest.mark.slow
async def test_a_spare_that_computes_while_it_waits_is_ended(make, monkeypatch, tmp_path):
    """Its time at a processor is its import's and one run's; here that is made short."""
    far = tmp_path / "far"
    far.mkdir()
    tmp_path.chmod(0o755)
    for path in parcel.FAR.glob("*.py"):
        (far / path.name).write_text(
            path.read_text().replace("LOADING_SECONDS: Final = 60", "LOADING_SECONDS: Final = -60")
        )
    monkeypatch.setattr(parcel, "FAR", far)
    late = "import signal; signal.signal(signal.SIGXCPU, signal.SIG_IGN)\n[os.write(one, b'ready') for one in sockets()]\nwhile True: pass"
    patient = msgspec.structs.replace(SPEC, limits=Limits(seconds=60, memory_mb=512))
    plugin = make(later=late)
    manifest = msgspec.structs.replace(plugin.manifest, scorers=[patient])
    async with Sandbox.open() as sandbox:
        outcome = await sandbox.score(msgspec.structs.replace(plugin, manifest=manifest), patient, EMPTY, {}, 5)

    assert outcome == Failed("crash", "killed by SIGKILL")


async def test_a_stored_connector_reads_an_export(walled, make_plugin, tmp_path):
    source = """
import msgspec
from kithline_sdk import hookimpl
from kithline_sdk.connecting import Entry

class Options(msgspec.Struct):
    pass

class Lines:
    key, version, Options = "alone.lines", "1.0.0", Options

    def read(self, source, options):
        for line in source.stream:
            yield Entry("events", {"text": line.decode().strip()})

@hookimpl
def kithline_connectors():
    return [Lines()]
"""
    shutil.copytree(SDK, tmp_path / SDK.name)
    made = make_plugin("lines", source, SPEC)
    spec = ConnectorSpec(key="alone.lines", version="1.0.0", title={}, takes=[], writes=[])
    manifest = msgspec.structs.replace(made.manifest, scorers=[], connectors=[spec])
    plugin = msgspec.structs.replace(made, digest="0" * 64, manifest=manifest)
    (tmp_path / "export").write_text("one\ntwo\n")

    for _ in range(2):
        with (tmp_path / "export").open("rb") as export:
            said = [line async for line in walled.read(plugin, spec, export.fileno(), {}, "export")]
        assert [line.row["text"] for line in said[:-1]] == ["one", "two"]
        assert said[-1] == Ended()


async def test_nothing_is_left_when_the_sandbox_closes(make):
    async with Sandbox.open() as sandbox:
        plugin = make()
        await told(sandbox, plugin)
        await asyncio.sleep(0.2)
        family = [psutil.Process(pid) for pid in sandbox._process(plugin).family()]

    assert len(family) >= 3
    assert psutil.wait_procs(family, timeout=3)[1] == []


# The parts, in this process so that they can be watched.


@pytest.fixture
def lines():
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        yield ours, theirs


def boot(**about):
    return Boot(
        "alone", "/alone", [], 64, 3, 9, 1, 0, landlock=False, seccomp=False, readable=["/usr"], apart=True, **about
    )


def test_what_forks_starts_a_spare_for_each_pair_of_lines_and_ends_when_the_host_hangs_up(lines, monkeypatch):
    ours, theirs = lines
    before, kept = signal.getsignal(signal.SIGCHLD), []
    monkeypatch.setattr(os, "fork", lambda: kept.append("fork") or 1)

    def host():
        kept.append(ours.recv(100))
        socket.send_fds(ours, [words.SPARE], [0, 1])
        socket.send_fds(ours, [words.SPARE], [0])

    thread = threading.Thread(target=host)
    thread.start()
    try:
        forker.serve(theirs, boot())
    finally:
        signal.signal(signal.SIGCHLD, before)
        thread.join()

    assert kept == [words.READY, "fork"]


def test_what_forks_loads_the_hosts_own_libraries_and_forgets_where_they_lie(tmp_path):
    path = list(sys.path)

    forker.prepare(boot(base=str(tmp_path)))
    forker.prepare(boot())

    assert sys.path == path


def test_a_keeper_tells_how_a_spare_ended_whatever_the_host_said_before(lines):
    ours, theirs = lines
    ours.send(b"begun")

    keeper.tell(theirs, -11)
    theirs.close()

    assert words.NUMBER.unpack(ours.recv(100)) == (-11,)


def ask(line, paths):
    """Be watched, look at paths until one is named `begun`, and say what was found."""
    watch.be_watched(line)
    for path in paths:
        try:
            found = os.stat(path) if isinstance(path, str) else path()  # noqa: PTH116 - the call itself is watched
            told = "a file" if found else "nothing"
        except OSError as error:
            told = errno.errorcode[error.errno]
        os.write(1, f"{told}\n".encode())
    os._exit(0)


def asked(tmp_path, *paths, begun=False):
    """Return what a watched process was told of each path, where only `tmp_path` may be read."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    host, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    output, output_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.dup2(output_end, 1)
        ask(theirs, paths)
    for one in (theirs,):
        one.close()
    os.close(output_end)
    if begun:
        other.send(b"begun")
    with ours, host, other:
        watch.Watch([str(tmp_path)]).serve(watch.listen(ours), host)
    os.waitpid(pid, 0)
    with os.fdopen(output) as said:
        return said.read().split()


def test_a_spare_finds_what_may_be_read_and_the_way_there_and_nothing_else(tmp_path):
    (tmp_path / "inner").mkdir()
    (tmp_path / "own").write_text("own")
    (tmp_path / "inner" / "out").symlink_to("/etc")
    (tmp_path / "inner" / "gone").symlink_to("/proc/1/root")
    own = f"{tmp_path}/own"

    found = asked(
        tmp_path, own, str(tmp_path.parent), f"{tmp_path}/inner/../own", "/", lambda: os.open(own, os.O_RDONLY),
        lambda: os.fstat(1), f"{tmp_path}/none", "/etc/passwd", f"{tmp_path}/../../../etc/passwd", "own",
        f"{tmp_path}/inner/out/passwd", f"{tmp_path}/inner/out/../etc/passwd", f"{tmp_path}/inner/gone/etc",
        lambda: os.open("/", os.O_RDONLY), lambda: os.stat("own", dir_fd=1), lambda: os.readlink("/proc/self/exe"),  # noqa: PTH115 - as above
    )  # fmt: skip

    assert found == ["a", "file"] * 6 + ["ENOENT"] * 10


def test_a_link_is_there_for_a_spare_and_what_it_leads_to_only_where_that_may_be_read(tmp_path):
    (tmp_path / "own").write_text("own")
    for name, target in {"in": "own", "out": "/etc/passwd", "round": "round", "here": "."}.items():
        (tmp_path / name).symlink_to(target)

    def unfollowed(name):
        return lambda: os.stat(f"{tmp_path}/{name}", follow_symlinks=False)  # noqa: PTH116 - as above

    found = asked(
        tmp_path, f"{tmp_path}/in", f"{tmp_path}/here/here/own", unfollowed("out"), unfollowed("round"),
        lambda: os.readlink(f"{tmp_path}/out"), f"{tmp_path}/out", f"{tmp_path}/out/", f"{tmp_path}/round",  # noqa: PTH115 - as above
        lambda: os.open(f"{tmp_path}/out", os.O_RDONLY), lambda: os.access(f"{tmp_path}/out", os.R_OK),
    )  # fmt: skip

    assert found == ["a", "file"] * 5 + ["ENOENT"] * 4 + ["nothing"]


def test_a_link_that_leads_elsewhere_the_second_time_leads_nowhere(tmp_path):
    deep = tmp_path / "a" / "b" / "c" / "d" / "e" / "f"
    deep.mkdir(parents=True)
    around = f"/proc/{{pid}}/fd/20{'/..' * len(tmp_path.parts[1:])}/etc"

    def move(folder):
        handle = os.open(folder, os.O_RDONLY)
        os.dup2(handle, 20)
        return os.stat(around.format(pid=os.getpid()) + "/passwd")  # noqa: PTH116 - as above

    assert asked(tmp_path, lambda: move(deep), lambda: move(tmp_path)) == ["ENOENT", "ENOENT"]


def test_links_on_the_way_to_what_may_be_read_are_ways(tmp_path):
    real, other = tmp_path / "real" / "inner", tmp_path / "other"
    real.mkdir(parents=True)
    other.mkdir()
    (other / "second").symlink_to(tmp_path / "real")
    (tmp_path / "first").symlink_to("other/second")

    looked = watch.Watch([f"{tmp_path}/first/inner"])

    assert looked.followed(f"{tmp_path}/first/inner/..//inner/.") == str(real)
    assert {str(tmp_path), str(other), str(tmp_path / "real"), "/"} <= looked.ways
    with pytest.raises(OSError, match="elsewhere"):
        looked.followed("/etc")
    (tmp_path / "round").symlink_to("round")
    with pytest.raises(OSError, match="links"):
        list(watch.steps(f"{tmp_path}/round"))


def test_a_run_finds_no_file_at_all_even_where_it_took_its_walls_away(tmp_path):
    found = asked(tmp_path, str(tmp_path), "/", lambda: os.open(tmp_path, os.O_RDONLY), lambda: os.fstat(1), begun=True)

    assert found == ["EPERM", "EPERM", "EPERM", "a", "file"]


def test_a_spare_that_ended_before_it_was_watched_is_not(lines):
    ours, theirs = lines
    theirs.close()

    assert watch.listen(ours) == -1


def test_a_spare_that_nobody_watches_any_more_finds_nothing():
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    output, output_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.dup2(output_end, 1)
        ask(theirs, ["/", "/etc/passwd"])
    theirs.close()
    os.close(output_end)

    with ours:
        os.close(watch.listen(ours))  # as when its keeper was killed
    os.waitpid(pid, 0)

    with os.fdopen(output) as said:
        assert said.read().split() == ["ENOSYS"] * 2


def test_memory_that_is_none_holds_no_path():
    assert watch.text(os.getpid(), 1) is None
    whole = ctypes.create_string_buffer(b"x" * 5000)
    assert watch.text(os.getpid(), ctypes.addressof(whole)) is None


def test_what_a_run_keeps_open_is_all_that_it_keeps():
    assert walls.gaps([7, 4], 64) == [(3, 4), (5, 7), (8, 64)]


def test_what_shuts_a_run_in_was_taken_before(monkeypatch):
    done = []
    monkeypatch.setattr(os, "closerange", lambda *ends: done.append(ends))
    monkeypatch.setattr(kernel, "confine", lambda limits: done.append(sorted(limits)))
    for filtered in (False, True):
        monkeypatch.setattr(kernel, "prctl", lambda option, *_: done.append(option))
        tighten = walls.taken(filtered=filtered)
        monkeypatch.setattr(kernel, "prctl", None)
        tighten(1.0, 64, [3])

    assert done[-2:] == [kernel.PR_SET_NO_NEW_PRIVS, kernel.PR_SET_SECCOMP]
    assert len(done) == 8


async def test_a_spare_that_hung_up_is_none(lines):
    ours, theirs = lines
    ours.setblocking(False)
    assert not talk.hung_up(ours)
    theirs.send(b"x")
    assert not talk.hung_up(ours)
    theirs.close()
    ours.recv(10)
    assert talk.hung_up(ours)
    ours.shutdown(socket.SHUT_RDWR)
    ours.close()
    assert talk.hung_up(ours)


async def test_a_spare_that_ended_after_it_was_ready_is_not_taken(lines):
    control, far = lines
    spare = turns.Spare(control)
    _, (line, told), _, _ = socket.recv_fds(far, 100, 2)
    os.write(line, words.READY)
    os.close(line)

    with pytest.raises(talk.Gone, match="ended by itself"):
        await spare.loaded(1)
    os.close(told)
    spare.close()


@pytest.fixture
def environment(tmp_path):
    """An environment that has the host's libraries, as copies or as what they are."""
    for name, place in base.own().items():
        if name == "numpy.libs":
            continue
        (tmp_path / name).symlink_to(place)
    (tmp_path / "pluggy").unlink()
    shutil.copytree(base.own()["pluggy"], tmp_path / "pluggy")
    (tmp_path / "numpy.libs").symlink_to(base.own()["numpy.libs"])
    return tmp_path


def test_libraries_are_the_hosts_when_every_file_is(environment):
    def shared(python=sys.executable):
        return all(base._same(place, [environment]) for place in base.own().values())

    assert shared()
    (environment / "pluggy" / "more.py").write_text("")
    assert not shared()
    (environment / "pluggy" / "more.py").unlink()
    (environment / "pluggy" / "__init__.py").write_text((environment / "pluggy" / "__init__.py").read_text() + " ")
    assert not shared()
    shutil.rmtree(environment / "pluggy")
    assert not shared()


def test_another_interpreter_loads_nothing_of_the_hosts(tmp_path):
    assert not base.shared("/usr/bin/env", tmp_path)
    assert not base.shared(sys.executable, tmp_path)
