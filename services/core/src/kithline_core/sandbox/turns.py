"""Where one run takes place: in a fork of the process that has loaded the plugin, or in a spare that takes one request."""

import socket
from typing import Final

from kithline_core.sandbox.far.words import END, READY, SPARE
from kithline_core.sandbox.talk import Gone, hear, hung_up, line, number, say

BEGUN: Final = b"begun"


def greeted(words: bytes) -> None:
    """Accept that a process is ready. Raises Gone with what it says instead."""
    if words != READY:
        raise Gone(f"the plugin cannot be loaded: {words.decode(errors='replace')}")


class Fork:
    """A fork of the warm process, for plugins that are the operator's own: what loads them sees all their runs."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control

    def take(self, what: bytes, descriptors: list[int]) -> None:
        """Hand a request over. Raises Gone."""
        say(self.control, what, descriptors)

    async def status(self, seconds: float) -> int:
        """Return how it ended. Raises Gone."""
        say(self.control, END, [])
        return number(await hear(self.control, seconds))

    def close(self) -> None:
        """Keep the line: it is the process's."""


class Spare:
    """A process that has loaded the plugin and takes one request. What forked it never ran a byte of the plugin."""

    def __init__(self, control: socket.socket) -> None:
        self.greeted = False
        (self.line, theirs), (self.keeper, keepers) = line(), line()
        with theirs, keepers:
            say(control, SPARE, [theirs.fileno(), keepers.fileno()])

    async def loaded(self, seconds: float) -> None:
        """Wait until it has loaded the plugin. Raises Gone where it does not, or has ended since."""
        if not self.greeted:
            greeted(await hear(self.line, seconds))
        self.greeted = True
        if hung_up(self.line):
            raise Gone("the plugin's process ended by itself")

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
