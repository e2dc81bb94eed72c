"""Where one run takes place: in a fork of the process that has loaded the plugin, or in a spare, which loads it itself.

Either takes one request, and is made before there is one.
"""

import socket
from typing import Final

from kithline_core.sandbox.far.words import END, LINES, READY, SPARE
from kithline_core.sandbox.talk import Gone, hear, hung_up, line, number, say

BEGUN: Final = b"begun"


def greeted(words: bytes) -> None:
    """Accept that a process is ready. Raises Gone with what it says instead."""
    if words != READY:
        raise Gone(f"the plugin cannot be loaded: {words.decode(errors='replace')}")


def still(line: socket.socket) -> None:
    """Look whether somebody is at the other end. Raises Gone."""
    if hung_up(line):
        raise Gone("the plugin's process ended by itself")


def asked(control: socket.socket, lines: int) -> list[socket.socket]:
    """Ask for a process with so many lines to us and return our ends. Raises Gone."""
    pairs = [line() for _ in range(lines)]
    try:
        say(control, SPARE, [theirs.fileno() for _, theirs in pairs])
    except Gone:
        for ours, _ in pairs:
            ours.close()
        raise
    finally:
        for _, theirs in pairs:
            theirs.close()
    return [ours for ours, _ in pairs]


class Fork:
    """A fork of the warm process, for plugins that are the operator's own: what loads them sees all their runs."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        (self.line,) = asked(control, 1)

    async def loaded(self, _seconds: float) -> None:
        """Look whether it has ended, for it has loaded the plugin. Raises Gone."""
        still(self.line)

    def take(self, what: bytes, descriptors: list[int]) -> None:
        """Hand the one request over. Raises Gone."""
        say(self.line, what, descriptors)
        self.line.close()

    async def status(self, seconds: float) -> int:
        """Return how it ended, as what forked it says. Raises Gone."""
        say(self.control, END, [])
        return number(await hear(self.control, seconds))

    def close(self) -> None:
        """Hang up."""
        self.line.close()


class Spare:
    """A process that has loaded the plugin and takes one request. What forked it never ran a byte of the plugin."""

    def __init__(self, control: socket.socket) -> None:
        self.greeted = False
        self.line, self.keeper = asked(control, LINES)

    async def loaded(self, seconds: float) -> None:
        """Wait until it has loaded the plugin. Raises Gone where it does not, or has ended since."""
        if not self.greeted:
            greeted(await hear(self.line, seconds))
        self.greeted = True
        still(self.line)

    def take(self, what: bytes, descriptors: list[int]) -> None:
        """Hand the one request over, and say nothing more: whatever it says now, nobody hears. Raises Gone."""
        say(self.keeper, BEGUN, [])
        say(self.line, what, descriptors)
        self.line.close()

    async def status(self, seconds: float) -> int:
        """Return how it ended, as its keeper says. Raises Gone."""
        return number(await hear(self.keeper, seconds))

    def close(self) -> None:
        """Hang up."""
        self.line.close()
        self.keeper.close()


Turn = Fork | Spare
