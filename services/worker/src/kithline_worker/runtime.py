"""What one process of the pool holds for its whole life: one event loop, one connection pool, one sandbox."""

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from typing import Any, Final, TypeVar

import msgspec

from kithline_core.db import Database
from kithline_core.sandbox import Sandbox
from kithline_core.settings import Settings

T = TypeVar("T")
# One for the work, one for the heartbeat beside it.
CONNECTIONS: Final = 2


class Runtime:
    """A loop with what runs on it. Made after the fork: neither a loop nor a pool survives one."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.db, self.sandbox = self.runner.run(self._open())

    async def _open(self) -> tuple[Database, Sandbox]:
        few = msgspec.structs.replace(self.settings, pool_max=min(self.settings.pool_max, CONNECTIONS))
        db = await self.stack.enter_async_context(Database.of(few))
        return db, await self.stack.enter_async_context(Sandbox.open())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do one thing on the loop and return what comes of it."""
        return self.runner.run(work)

    def close(self) -> None:
        """Let go of everything."""
        self.runner.run(self.stack.aclose())
        self.runner.close()

    @classmethod
    def begin(cls, settings: Settings) -> None:
        """Make this process's runtime."""
        here.append(cls(settings))

    @classmethod
    def end(cls) -> None:
        """Close it, if there is one."""
        while here:
            here.pop().close()


# The process's one Runtime, once there is one.
here: Final[list[Runtime]] = []
