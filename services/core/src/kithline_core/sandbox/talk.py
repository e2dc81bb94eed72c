"""Messages between the host and a plugin's process; whoever does not speak as it should is gone."""

import asyncio
import socket
import struct
from typing import Final

from kithline_core.sandbox.far.words import NUMBER

MESSAGE_BYTES: Final = 4096


class Gone(Exception):
    """The plugin's process hung up."""


def line() -> tuple[socket.socket, socket.socket]:
    """Return both ends of a line; ours, the first, never blocks."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setblocking(False)
    return ours, theirs


def say(line: socket.socket, words: bytes, descriptors: list[int]) -> None:
    """Send the process a message. Raises Gone."""
    try:
        socket.send_fds(line, [words], descriptors)
    except OSError:
        raise Gone("the plugin's process ended by itself") from None


async def hear(line: socket.socket, seconds: float) -> bytes:
    """Return the process's next message. Raises Gone."""
    try:
        async with asyncio.timeout(seconds):
            words = await asyncio.get_running_loop().sock_recv(line, MESSAGE_BYTES)
    except TimeoutError:
        raise Gone(f"the plugin's process did not answer within {seconds:g} s") from None
    except OSError:
        words = b""
    if not words:
        raise Gone("the plugin's process ended by itself")
    return words


def silent(line: socket.socket) -> bool:
    """Return whether nobody speaks without being asked: a run might have answered in place of the next."""
    try:
        return not line.recv(1, socket.MSG_PEEK)  # whoever hung up is found by the run
    except OSError:
        return True


def hung_up(line: socket.socket) -> bool:
    """Return whether nobody is at the other end any more."""
    try:
        return not line.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return False
    except OSError:
        return True


def number(words: bytes) -> int:
    """Return the number in a message. Raises Gone when it is anything else: the plugin answers in the process's place."""
    try:
        (value,) = NUMBER.unpack(words)
    except struct.error:
        raise Gone("the plugin's process answered nonsense") from None
    return int(value)
