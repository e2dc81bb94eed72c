"""One plugin's warm process as the host sees it: started when needed, asked for runs, killed when it misbehaves."""

import asyncio
import os
import signal
import socket
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Final

from kithline_core.plugins import Plugin
from kithline_core.sandbox import cgroups, strays
from kithline_core.sandbox.confinement import Inside, Wall, command
from kithline_core.sandbox.exports import lines
from kithline_core.sandbox.far import frames
from kithline_core.sandbox.far.reading import Broken, Line
from kithline_core.sandbox.far.words import READ, RUN
from kithline_core.sandbox.outcomes import Failed, Outcome, Scored, placed, plain
from kithline_core.sandbox.pipes import Exceeded, Tap
from kithline_core.sandbox.talk import Gone, hear, line, silent
from kithline_core.sandbox.turns import Fork, Spare, Turn, greeted
from kithline_core.sandbox.wear import Wear
from kithline_core.stack import processes

BOOT_SECONDS: Final = 60.0
ANSWER_SECONDS: Final = 2.0
END_SECONDS: Final = 0.5  # what a run that has said everything may still take, beyond its time
OUTPUT_BYTES: Final = 1024 * 1024
GROUP_PROCESSES: Final = 5  # what made the namespaces, the plugin's own, a run with its keeper, and one more
PROGRAM: Final = "kithline_core.sandbox.far.zygote"


class PluginProcess:
    """The process of one plugin. Runs come one after the other; a process that died is started anew.

    It holds the process that the next run takes place in, which is asked for when the last is over.
    """

    def __init__(self, plugin: Plugin, wall: Wall) -> None:
        self.wall, self.inside = wall, Inside.of(plugin, wall)
        self.mark, self.wrapped = strays.mark(), False
        self.group, self.wear = cgroups.Group([]), Wear(0)
        self.turn = asyncio.Lock()
        self.process: subprocess.Popen[bytes] | None = None
        self.born: processes.Process | None = None
        self.line: socket.socket | None = None
        self.next: Turn | None = None

    async def run(self, request: frames.Request, snapshot: bytes, result_bytes: int) -> Outcome:
        """Run once and say how it ended. Cancelling it ends the run and the process."""
        async with self.turn:
            try:
                turn = await self.ready()
                outcome = await self.take(turn, request, snapshot, result_bytes)
            except Gone as gone:
                self.stop()
                return Failed("crash", plain(str(gone)))
            except BaseException:
                self.stop()
                raise
            self.prepare()
            return outcome

    async def ready(self) -> Turn:
        """Return where the next run takes place. Raises Gone when the plugin fails to load."""
        control = await self.warm()
        if self.next is not None:
            with suppress(Gone):
                return await self.prepared(self.next)
            self.next.close()
        return await self.prepared(self.another(control))

    def another(self, control: socket.socket) -> Turn:
        """Return a place for one run. Raises Gone."""
        return Spare(control) if self.inside.apart else Fork(control)

    async def prepared(self, turn: Turn) -> Turn:
        """Return one that has loaded the plugin. Raises Gone."""
        self.next = turn
        await turn.loaded(BOOT_SECONDS)
        return turn

    def prepare(self) -> None:
        """Have the place of the next run made, while nobody waits for it."""
        self.next = None
        if self.line is not None:
            with suppress(Gone):  # the next run finds that out
                self.next = self.another(self.line)

    async def warm(self) -> socket.socket:
        """Return the line to a living process, started where there is none. Raises Gone."""
        if self.line is not None and self.process is not None and self.process.poll() is None and silent(self.line):
            return self.line
        self.stop()
        control = self.start()
        greeted(await hear(control, BOOT_SECONDS))
        self.settle()
        return control

    def settle(self) -> None:
        """Look at who is there now, and put limits around all of them. Raises Gone when it is more than there should be."""
        family = self.family()
        if len(family) > 1 + self.wrapped:
            raise Gone("it left a process behind")
        for pid in family:
            self.group.take(pid)
            cgroups.go_first(pid)
        self.wear = Wear(family[-1])

    def start(self) -> socket.socket:
        """Start the process and return our end of the line."""
        ours, theirs = line()
        words = command(self.wall, self.inside, PROGRAM, theirs.fileno())
        self.wrapped = words[0] != self.inside.python
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603 - our own program and no shell
                words,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env={**self.wall.variables, **strays.marks(self.mark, os.environ)},
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        self.group = cgroups.make(self.mark, 2 * self.inside.memory_mb, GROUP_PROCESSES)
        self.group.take(self.process.pid)
        self.born, self.line = processes.find(self.process.pid), ours
        return ours

    async def take(self, turn: Turn, request: frames.Request, snapshot: bytes, result_bytes: int) -> Outcome:
        """Hand the request over, read what comes back within its limits, see to its end and judge how it went."""
        begun = time.monotonic()
        ends = begin(turn, RUN, request, snapshot)
        result, output = Tap(ends[0], "result", result_bytes), Tap(ends[1], "output", OUTPUT_BYTES)
        try:
            outcome = await within(request.seconds, result, output)
        finally:
            result.close()
            output.close()
        if not isinstance(outcome, bytes):
            self.stop()  # nobody in there signals anybody: a run that does not end is ended with its process
            return outcome
        left = request.seconds - (time.monotonic() - begun)
        found = read(outcome, await self.ended(turn, min(left + END_SECONDS, ANSWER_SECONDS)), request)
        if self.wear.out():
            self.stop()
        return found

    async def ended(self, turn: Turn, seconds: float = ANSWER_SECONDS) -> int:
        """Return how a run ended. Raises Gone when it did not, or left something running."""
        status = await turn.status(seconds)
        turn.close()
        # A spare could start nothing; its keeper, which has said its last word, may be on its way out.
        if len(self.family()) > 1 + self.wrapped + self.inside.apart:
            raise Gone("it left a process behind")
        return status

    def family(self) -> list[int]:
        """Return who runs here: what made the namespaces, where something did, the plugin's process, and whoever else."""
        return [] if self.process is None else [self.process.pid, *strays.beneath(self.process.pid)]

    async def read(self, request: frames.Request, export: int, result_bytes: int) -> AsyncIterator[Line]:
        """Read an export and yield what the connector says; the last line says how it ended. Leaving early ends the run."""
        async with self.turn:
            try:
                turn = await self.ready()
                result, output = begin(turn, READ, request, b"", export)
                tap = Tap(output, "output", OUTPUT_BYTES)
                try:
                    async for one in lines(result, request.seconds, result_bytes):
                        yield one
                finally:
                    tap.close()
                await self.ended(turn)
                self.prepare()
            except Gone as gone:
                self.stop()
                yield Broken("crash", plain(str(gone)))
            except BaseException:
                self.stop()
                raise

    def stop(self) -> None:
        """Kill the process, its child and whatever else the plugin started."""
        for one in (self.next, self.line):
            if one is not None:
                one.close()
        if self.process is not None:
            family = processes.descendants(self.born)  # while it lives: later they are nobody's children
            if self.process.poll() is None:
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            strays.end(self.mark, family)
            self.group.remove()
        self.line = self.process = self.born = self.next = None


def begin(turn: Turn, what: bytes, request: frames.Request, snapshot: bytes, *more: int) -> tuple[int, int]:
    """Hand the request over and return our ends of result and output. Raises Gone."""
    file = frames.sealed(request, snapshot)
    result, result_end = os.pipe()
    output, output_end = os.pipe()
    try:
        turn.take(what, [file, result_end, output_end, *more])
    except Gone:
        os.close(result)
        os.close(output)
        raise
    finally:
        for descriptor in (file, result_end, output_end):
            os.close(descriptor)
    return result, output


async def within(seconds: float, result: Tap, output: Tap) -> bytes | Failed:
    """Return the whole result, or why there is none. Waits for both pipes to end."""
    try:
        async with asyncio.timeout(seconds):
            data, _ = await asyncio.gather(result.done, output.done)
    except TimeoutError:
        return late(seconds)
    except Exceeded as exceeded:
        return Failed("too_large", str(exceeded))
    return data


def late(seconds: float) -> Failed:
    """Return the outcome of a run whose time was up."""
    return Failed("timeout", f"it took longer than {seconds:g} s")


def read(data: bytes, status: int, request: frames.Request) -> Outcome:
    """Return the outcome in a child's answer, or in how it ended without one."""
    if status == -signal.SIGXCPU:
        return late(request.seconds)
    # Our own SIGKILL may overtake a child that has answered and is about to end.
    if status < 0 and not (data and status == -signal.SIGKILL):
        return Failed("crash", f"killed by {processes.named(-status)}")
    if not data:
        return Failed("crash", "it ended without an answer")
    try:
        return translate(frames.unframed(data), request.memory_mb)
    except frames.Unfit as unfit:
        return Failed("invalid_finding", str(unfit))


def translate(reply: frames.Reply, memory_mb: int) -> Outcome:
    """Return the outcome that a reply stands for."""
    if isinstance(reply, frames.Found):
        return Scored(reply.finding)
    if isinstance(reply, frames.NoMemory):
        return Failed("out_of_memory", f"it asked for more than {memory_mb} MiB of memory")
    return Failed(reply.code, placed(reply.reason, reply.place))
