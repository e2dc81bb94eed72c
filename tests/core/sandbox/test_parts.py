"""The parts that run inside the plugin's process, here in this one so that they can be watched."""

import asyncio
import gc
import os
import resource
import signal
import socket
import threading
from pathlib import Path

import msgspec
import pytest

from kithline_core.sandbox import Failed, Scored, process, talk
from kithline_core.sandbox.far import child, frames, kernel, serving, warmth, words
from kithline_core.sandbox.far.loader import Loaded, Refused, describe, load
from kithline_core.sandbox.outcomes import REASON, placed
from kithline_core.sandbox.pipes import Exceeded, Tap
from kithline_sdk import Finding
from kithline_sdk.snapshot import Snapshot, Window

EMPTY = Snapshot(Window(0, 1), []).encode()
REQUEST = frames.Request("kind.one", "1.0.0", {}, 3, 1.0, 1024)


class Params(msgspec.Struct, frozen=True):
    deep: float = 1.0


class Kind:
    key, version, Params = "kind.one", "1.0.0", Params

    def score(self, snapshot, params, seed):
        return Finding(score=0.5, measures={"seed": seed})


class Greedy(Kind):
    def score(self, snapshot, params, seed):
        raise MemoryError


class Odd(Kind):
    Params = 3


LOADED = Loaded({"kind.one": Kind()}, problems=["two: would not load"])


def _reply(loaded: Loaded, request: frames.Request = REQUEST) -> frames.Reply:
    return frames.unframed(child.answer(loaded, request, EMPTY))


def test_an_answer_is_a_found_finding():
    assert _reply(LOADED) == frames.Found(Finding(score=0.5, measures={"seed": 3}))


def test_what_goes_wrong_becomes_an_answer_too():
    assert _reply(Loaded({"kind.one": Greedy()})) == frames.NoMemory()
    assert _reply(Loaded({"kind.one": Odd()})).code == "crash"
    deep = msgspec.structs.replace(REQUEST, params={"deep": "x"})
    assert _reply(LOADED, deep) == frames.Failed("invalid_parameter", "deep: Expected `float`, got `str`")
    assert _reply(LOADED, msgspec.structs.replace(REQUEST, params=[])).reason == "Expected `object`, got `array`"
    other = msgspec.structs.replace(REQUEST, scorer="kind.two")
    assert "offers no scorer kind.two; two: would not load" in _reply(LOADED, other).reason
    older = msgspec.structs.replace(REQUEST, version="0.1")
    assert "offers version 1.0.0, its manifest says 0.1" in _reply(LOADED, older).reason


def test_an_error_is_told_with_the_last_line_of_the_scorers_own_package_that_it_passed():
    def fails() -> None:
        int("no number")  # raised here, and by C code: no frame of others

    with pytest.raises(ValueError, match="no number") as own:
        fails()
    with pytest.raises(LookupError) as ours:
        child.find({}, REQUEST, [])

    here = own.value.__traceback__.tb_next.tb_lineno
    assert child.raised(own.value, Kind()) == f"{__name__}:{here}"
    assert child.raised(own.value.with_traceback(None), Kind()) == ""
    assert child.raised(ours.value.with_traceback(ours.value.__traceback__.tb_next), Kind()) == ""


def test_only_what_looks_like_a_place_stands_behind_a_reason():
    assert placed("KeyError:\n1", "a.b:7") == "KeyError: 1 [a.b:7]"
    assert len(placed("x" * 900, "a.b:7")) == REASON
    assert [placed("x", odd) for odd in ("", "a b:7", "a:0", "a:7]", "ä:7", "a:7\n", f"{'a' * 151}:7")] == ["x"] * 7


def test_warming_up_survives_parameters_that_are_none():
    child.warm_up(Loaded({"kind.one": Kind(), "odd": Odd()}))


def test_a_request_is_read_back_from_a_file_that_nobody_can_change():
    file = frames.sealed(REQUEST, EMPTY)
    try:
        request, snapshot = frames.unsealed(file)
        assert (request, snapshot[:]) == (REQUEST, EMPTY)
        with pytest.raises(PermissionError):
            os.pwrite(file, b"x", 0)
        with pytest.raises(EOFError):
            frames.read_all(file, 0, 10_000)
    finally:
        os.close(file)


def test_a_request_over_no_bytes_at_all_is_read_back_too():
    file = frames.sealed(REQUEST, b"")
    try:
        assert frames.unsealed(file) == (REQUEST, b"")
    finally:
        os.close(file)


def test_a_request_that_cannot_be_written_leaves_no_descriptor_open():
    before = len(list(Path("/proc/self/fd").iterdir()))

    with pytest.raises(TypeError):
        frames.sealed(REQUEST, "no bytes")

    assert len(list(Path("/proc/self/fd").iterdir())) == before


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_no_figure_that_is_no_number_leaves_in_any_corner(value):
    for finding in (
        Finding(score=value),
        Finding(interval=(0.0, value)),
        Finding(tables={"t": [{"a": value}]}),
        Finding(intervals={"m": (value, 1.0)}),
    ):
        with pytest.raises(frames.Unfit, match=r"finding\.\w+.* is -?(nan|inf)"):
            frames.framed(frames.Found(finding))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x80\x04N.",
        b"\0" * 8,
        b'{"type":"found","finding":{"score":1e999}}',
        b'{"type":"found","finding":{"score":NaN}}',
        b'{"type":"found","finding":{"measures":{"a":null}}}',
        b'{"type":"other"}',
        b"[" * 100_000,
        b'{"type":"found","finding":{"reasons":["\xff\xfe"]}}',
    ],
)
def test_hostile_bytes_are_no_finding(data):
    for frame in (data, frames.LENGTH.pack(len(data)) + data, frames.LENGTH.pack(2**63) + data):
        with pytest.raises(frames.Unfit):
            frames.unframed(frame)


def test_an_error_is_told_in_one_short_line():
    words = describe(ValueError("a\n b" + "x" * 1000))

    assert words.startswith("ValueError: a bxxx")
    assert len(words) == 300


def test_how_a_child_ended_says_why_there_is_no_answer():
    assert process.read(b"", -signal.SIGXCPU, REQUEST) == Failed("timeout", "it took longer than 1 s")
    assert process.read(b"", -signal.SIGKILL, REQUEST) == Failed("crash", "killed by SIGKILL")
    assert process.read(b"", 0, REQUEST) == Failed("crash", "it ended without an answer")
    whole = frames.framed(frames.Found(Finding()))
    assert process.read(whole, -signal.SIGKILL, REQUEST) == Scored(Finding())
    assert process.read(b"", -40, REQUEST) == Failed("crash", "killed by signal 40")
    assert process.read(b"half", -signal.SIGABRT, REQUEST) == Failed("crash", "killed by SIGABRT")


def test_limits_never_rise_above_the_ceiling_in_force(monkeypatch):
    applied = {}
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (10, 10 if kind == resource.RLIMIT_NOFILE else -1))
    monkeypatch.setattr(resource, "setrlimit", applied.__setitem__)

    kernel.confine(kernel.limits(1.5, 64))

    assert applied[resource.RLIMIT_NOFILE] == (10, 10)
    assert applied[resource.RLIMIT_AS] == (64 * 1024**2, 64 * 1024**2)
    assert applied[resource.RLIMIT_CPU] == (3, 4)


def test_an_unknown_option_of_the_kernel_is_an_error():
    with pytest.raises(OSError, match="prctl 99999 was refused"):
        kernel.prctl(99_999, 0)


def test_an_orphan_ends_at_once(monkeypatch):
    ended = []
    monkeypatch.setattr(kernel, "prctl", lambda *_: None)
    monkeypatch.setattr(os, "_exit", ended.append)

    kernel.die_with(os.getppid())
    kernel.die_with(-1)

    assert ended == [1]


@pytest.fixture
def lines():
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        yield ours, theirs


def test_loading_tells_the_host_that_it_is_ready_or_why_not(lines, monkeypatch):
    ours, theirs = lines
    monkeypatch.setattr(serving, "load", lambda *_: LOADED)

    assert serving.begin(theirs, "kind", []) is LOADED
    assert ours.recv(100) == words.READY
    monkeypatch.undo()
    assert serving.begin(theirs, "no_such_plugin", []) is None
    assert b"no entry point in the group kithline leads to no_such_plugin" in ours.recv(1000)


def test_an_installed_plugin_is_loaded_by_its_entry_point(monkeypatch):
    monkeypatch.syspath_prepend(Path(__file__).parent / "hostile")

    assert "hostile.well" in load("kithline_hostile").scorers


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("def kithline_scorers(): return 1 / 0", "ZeroDivisionError"),
        ("async def kithline_scorers(): return []", "coroutine function"),
    ],
)
def test_an_implementation_that_gives_no_scorers_is_noted_and_hides_no_other(make_plugin, monkeypatch, body, problem):
    module = f"noted_{len(body)}"
    plugin = make_plugin(module, f"from kithline_sdk import hookimpl\n@hookimpl\n{body}", None)
    monkeypatch.syspath_prepend(plugin.folder.parent)

    loaded = load(module)

    assert loaded.scorers == {}
    assert problem in loaded.problems[0]


def test_a_wrapper_and_a_hook_that_does_not_exist_are_refused(make_plugin, monkeypatch):
    wrapper = "from kithline_sdk import hookimpl\n@hookimpl(wrapper=True)\ndef kithline_scorers(): yield"
    plugin = make_plugin("wrapping", wrapper, None)
    make_plugin("misspelt", "from kithline_sdk import hookimpl\n@hookimpl\ndef kithline_scores(): return []", None)
    monkeypatch.syspath_prepend(plugin.folder.parent)

    assert "wraps other implementations" in load("wrapping").problems[0]
    with pytest.raises(Refused, match="a hook that does not exist"):
        load("misspelt")


def test_speaking_to_a_process_that_hung_up_says_that_it_is_gone(lines):
    ours, theirs = lines
    theirs.close()

    with pytest.raises(talk.Gone):
        talk.say(ours, words.END, [])


def asked(control: socket.socket) -> socket.socket:
    """Return our end of the line to a child that we ask for."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        socket.send_fds(control, [words.SPARE], [theirs.fileno()])
    return ours


def answered(line: socket.socket) -> object:
    """Return what a child answers to a request."""
    result, result_end = os.pipe()
    output, output_end = os.pipe()
    file = frames.sealed(REQUEST, EMPTY)
    socket.send_fds(line, [words.RUN], [file, result_end, output_end])
    for descriptor in (file, result_end, output_end):
        os.close(descriptor)
    try:
        return frames.unframed(os.read(result, 10_000))
    finally:
        os.close(result)
        os.close(output)


def test_the_plugins_process_forks_waits_and_ends_when_the_host_hangs_up(lines):
    ours, theirs = lines
    heard = []

    def host() -> None:
        with asked(ours) as line:
            heard.append(answered(line))
        ours.send(words.END)
        heard.append(words.NUMBER.unpack(ours.recv(100)))
        with asked(ours) as line:
            line.send(b"no request")
        with asked(ours) as line:
            heard.append(answered(line))
        ours.shutdown(socket.SHUT_RDWR)

    thread = threading.Thread(target=host)
    thread.start()
    serving.serve(theirs, LOADED, filtered=False)
    thread.join()

    found = frames.Found(Finding(score=0.5, measures={"seed": 3}))
    assert heard == [found, (0,), found]


@pytest.mark.parametrize("said", [[], [b"x"], [b"x", b"y"]])
def test_a_fork_touches_what_it_may_use_until_it_is_spoken_to(lines, monkeypatch, said):
    ours, theirs = lines
    monkeypatch.setattr(warmth, "AT_ONCE", 2)

    class Touched(list):
        def __getitem__(self, part):
            taken.append(super().__getitem__(part))
            if len(taken) == 2:
                [ours.send(word) for word in said]

    taken = []
    warmth.touch(Touched("abcde"), theirs)

    assert taken == [["d", "e"], ["b", "c"], ["a"]][: 2 if said else 3]
    assert [theirs.recv(10) for _ in said] == said  # what was said is still to be read


def test_nobody_warms_up_for_a_line_that_hung_up(lines):
    ours, theirs = lines
    ours.close()

    assert warmth.spoken(theirs)


def test_what_the_collector_knows_stays_out_of_later_collections():
    class Here:
        """Something that the collector knows."""

    here = Here()
    try:
        known = warmth.known()
        assert any(one is here for one in known)
        assert gc.get_freeze_count() >= len(known)
    finally:
        gc.unfreeze()


def test_a_message_without_descriptors_ends_the_service(lines):
    ours, theirs = lines
    ours.send(words.RUN)

    assert serving.serve(theirs, LOADED, filtered=False) is None


@pytest.mark.anyio
async def test_a_tap_stops_at_the_first_byte_too_many():
    end, start = os.pipe()
    tap = Tap(end, "output", 10)
    os.write(start, b"x" * 11)

    with pytest.raises(Exceeded, match="its output is larger than 10 bytes"):
        await tap.done

    tap.close()
    os.close(start)


@pytest.mark.anyio
async def test_a_tap_that_nobody_waits_for_takes_no_harm():
    end, start = os.pipe()
    tap = Tap(end, "output", 10)
    tap.more()
    tap.done.cancel()
    os.close(start)
    await asyncio.sleep(0.01)
    tap.more()

    tap.close()
