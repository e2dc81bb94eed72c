"""What one process of the pool holds for its whole life: one event loop, one connection pool, one sandbox."""

import asyncio
import os
import socket
import time
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack, suppress
from typing import Any, Final, TypeVar

import asyncpg
import msgspec

from kithline_core.db import Database, Tx, workers
from kithline_core.errors import Unavailable
from kithline_core.sandbox import Sandbox
from kithline_core.sandbox.policy import Policy
from kithline_core.settings import Settings

T = TypeVar("T")
# One for the work, one for the heartbeat beside it.
CONNECTIONS: Final = 2
INTRODUCED_SECONDS: Final = 60.0


class Runtime:
    """A loop with what runs on it. Made after the fork: neither a loop nor a pool survives one."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.db, self.sandbox = self.runner.run(self._open())
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        self.missing = {str(tier): why for tier, why in self.sandbox.claim.missing.items()}

        self.introduced = -INTRODUCED_SECONDS
        self.introduce()

    async def _open(self) -> tuple[Database, Sandbox]:
        few = msgspec.structs.replace(self.settings, pool_max=min(self.settings.pool_max, CONNECTIONS))
        db = await self.stack.enter_async_context(Database.of(few))
        return db, await self.stack.enter_async_context(Sandbox.open(policy=Policy.of(self.settings)))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do one thing on the loop and return what comes of it."""
        self.introduce()
        return self.runner.run(work)

    def introduce(self) -> None:
        """Say now and then how strongly plugins are shut in here; a database that is away hears it the next time."""
        if time.monotonic() - self.introduced > INTRODUCED_SECONDS:
            with suppress(Unavailable, asyncpg.PostgresError):
                self.runner.run(self._say(lambda tx: workers.seen(tx, self.name, self.sandbox.tier, self.missing)))
                self.introduced = time.monotonic()

    async def _say(self, what: Callable[[Tx], Coroutine[Any, Any, None]]) -> None:
        async with self.db.platform() as tx:
            await what(tx)

    def close(self) -> None:
        """Let go of everything."""
        with suppress(Unavailable, asyncpg.PostgresError):
            self.runner.run(self._say(lambda tx: workers.gone(tx, self.name)))
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
