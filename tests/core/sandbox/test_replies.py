"""Whatever comes from a plugin's process becomes an outcome; nothing of it is raised."""

import asyncio
import os
import signal
import socket
import subprocess
import threading
from contextlib import suppress

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kithline_core.plugins import Manifest, Plugin, ScorerSpec
from kithline_core.sandbox import Failed, Sandbox, Scored, exports, outcomes, process
from kithline_core.sandbox.far import frames, reading
from kithline_core.sandbox.far.words import NUMBER
from kithline_core.sandbox.outcomes import Outcome
from kithline_core.stack import processes
from kithline_sdk.connecting import Fault, Progress

ENDED = "the plugin's process ended by itself"
SPEC = ScorerSpec(
    key="any.one", version="1.0.0", title={}, question={}, unit="none", aggregation="none", levels=[], window_days=1,
    inputs=[], not_for=[],
)  # fmt: skip
FIELDS = ("type", "finding", "code", "reason", "score", "interval", "measures", "found", "failed", "no_memory", "crash")
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)


def _members(values):
    return st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=3), values, max_size=4)


VALUES = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=3) | _members(inner), max_leaves=8)


def _framed(data: bytes) -> bytes:
    return frames.LENGTH.pack(len(data)) + data


JSON = _members(VALUES).map(msgspec.json.encode)
FOUND = _members(VALUES).map(lambda finding: msgspec.json.encode({"type": "found", "finding": finding}))
RESULTS = st.binary(max_size=40) | st.binary(max_size=40).map(_framed) | (JSON | FOUND).map(_framed)
STATUSES = st.sampled_from([0, 1, -9, -24, -40, -64, -(2**63), 2**63 - 1]) | st.integers(-(2**63), 2**63 - 1)
MESSAGES = st.lists(STATUSES.map(NUMBER.pack) | st.binary(min_size=1, max_size=40), max_size=3)


class Pretender:
    """A plugin's process that answers what it is told to, whatever it is asked."""

    def __init__(self, result: bytes, messages: list[bytes]) -> None:
        self.result, self.messages = result, messages
        self.line, self.other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.line.setblocking(False)
        self.thread = threading.Thread(target=self.answer)
        self.thread.start()

    def answer(self) -> None:
        with self.other, suppress(OSError):  # the host may have hung up by now
            _, lines, _, _ = socket.recv_fds(self.other, 100, 1)
            with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET, 0, fileno=lines[0]) as line:
                _, descriptors, _, _ = socket.recv_fds(line, 100, 3)
            os.write(descriptors[1], self.result)
            for descriptor in descriptors:
                os.close(descriptor)
            for message in self.messages:
                self.other.send(message)
            self.other.recv(100)


@pytest.fixture(scope="module")
def plugin(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pretender") / "nobody"
    return Plugin("nobody", folder, Manifest(plugin="nobody", version="1.0.0", api_version="1", scorers=[SPEC]))


def _sleeper() -> subprocess.Popen[bytes]:
    return subprocess.Popen(["sleep", "60"], start_new_session=True)


async def _score(plugin: Plugin, result: bytes, messages: list[bytes]) -> Outcome:
    async with Sandbox.open() as sandbox:
        held = sandbox._process(plugin)
        pretender = Pretender(result, messages)
        held.line, held.process = pretender.line, _sleeper()
        held.born = processes.find(held.process.pid)
        outcome = await sandbox.score(plugin, SPEC, b"", {}, 1)
    pretender.thread.join()
    return outcome


@settings(max_examples=100, deadline=None)
@given(result=RESULTS, messages=MESSAGES)
def test_any_reply_becomes_an_outcome(plugin, result, messages):
    assert isinstance(asyncio.run(_score(plugin, result, messages)), Scored | Failed)


@pytest.mark.parametrize(
    ("finding", "why"),
    [
        (b'{"reasons":["\\u0000"]}', "zero byte"),
        (b'{"measures":{"\\u0000":1}}', "zero byte"),
        (b'{"tables":{"t":[{"a":9223372036854775808}]}}', "63 bits"),
        (b'{"level":-9223372036854775809}', "63 bits"),
    ],
)
def test_what_no_database_holds_is_no_finding(finding, why):
    with pytest.raises(frames.Unfit, match=why):
        frames.unframed(_framed(b'{"type":"found","finding":' + finding + b"}"))


def test_what_only_looks_like_it_is_one():
    finding = b'{"reasons":["\\\\u0000","12345678901234567890"],"measures":{"a":9223372036854775807,"b":1e308}}'

    read = frames.unframed(_framed(b'{"type":"found","finding":' + finding + b"}"))

    assert isinstance(read, frames.Found)
    assert read.finding.reasons == ["\\u0000", "12345678901234567890"]


@pytest.mark.parametrize(("done", "total"), [(10**400, 1), (1, 10**400), (-1, 1), (0, -1)])
def test_progress_that_nobody_can_show_is_no_row(done, total):
    assert exports._read(msgspec.json.encode(Progress(5, 0))) == Progress(5, 0)
    assert isinstance(exports._read(msgspec.json.encode(Progress(done, total))), reading.Broken)


def test_a_plugins_own_words_become_one_short_line_that_no_terminal_obeys():
    said = "\x1b]0;title\x07 first\n\0second\u202e " + "x" * 10_000

    words = outcomes.plain(said)

    assert words.startswith("]0;title first second xxx")
    assert words.isprintable()
    assert len(words) == outcomes.REASON
    failed = process.translate(frames.Failed("crash", said), 64)
    assert isinstance(failed, Failed)
    assert failed.reason == words
    for line in (reading.Broken("a\0", said), Fault("b\n", "c\x1b", said)):
        told = exports._read(msgspec.json.encode(line))
        assert all(str(word).isprintable() for word in msgspec.structs.astuple(told))


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("messages", "reason"),
    [
        ([b"short"], "the plugin's process answered nonsense"),
        ([b"x" * 9], "the plugin's process answered nonsense"),
        ([NUMBER.pack(-40)], "killed by signal 40"),
        ([NUMBER.pack(-signal.SIGSEGV)], "killed by SIGSEGV"),
        ([], ENDED),
    ],
)
async def test_a_message_that_means_nothing_fails_the_run(plugin, messages, reason):
    assert await _score(plugin, b"", messages) == Failed("crash", reason)
