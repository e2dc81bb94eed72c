"""Reads the pipes of a run without ever holding more than the limit."""

import asyncio
import os
from typing import Final

CHUNK: Final = 65_536


class Exceeded(Exception):
    """More came out of a pipe than its limit."""

    def __init__(self, what: str, limit: int) -> None:
        super().__init__(f"its {what} is larger than {limit} bytes")


class Tap:
    """Reads one pipe to its end; `done` holds everything, or raises Exceeded at the first byte too many."""

    def __init__(self, descriptor: int, what: str, limit: int) -> None:
        self.descriptor, self.what, self.limit = descriptor, what, limit
        self.data = bytearray()
        self.loop = asyncio.get_running_loop()
        self.done: asyncio.Future[bytes] = self.loop.create_future()
        os.set_blocking(descriptor, False)
        self.loop.add_reader(descriptor, self.more)

    def more(self) -> None:
        """Take what is there."""
        try:
            chunk = os.read(self.descriptor, CHUNK)
        except BlockingIOError:
            return
        self.data += chunk
        if chunk and len(self.data) <= self.limit:
            return
        self.loop.remove_reader(self.descriptor)
        if self.done.done():
            return
        if chunk:
            self.done.set_exception(Exceeded(self.what, self.limit))
        else:
            self.done.set_result(bytes(self.data))

    def close(self) -> None:
        """Let go of the pipe."""
        self.loop.remove_reader(self.descriptor)
        self.done.cancel()
        os.close(self.descriptor)
