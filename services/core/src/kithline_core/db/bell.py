"""Hears NOTIFY on a connection of its own, and connects again when that is lost."""

import asyncio
from types import TracebackType
from typing import Self

import asyncpg


class Bell:
    """Rings when somebody notified the channel. A lost connection rings too: something may have been missed."""

    def __init__(self, url: str, channel: str) -> None:
        self._url, self._channel = url, channel
        self._rung = asyncio.Event()
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None
        self._heard: list[str] = []

    async def __aenter__(self) -> Self:
        await self._connect()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None and not self._connection.is_closed():
            await self._connection.close(timeout=5)

    async def wait(self, seconds: float) -> list[str]:
        """Return the payloads heard since the last call; an empty list when nobody rang for `seconds`."""
        if self._connection is None or self._connection.is_closed():
            await self._connect()
        try:
            await asyncio.wait_for(self._rung.wait(), seconds)
        except TimeoutError:
            return []
        self._rung.clear()
        heard, self._heard = self._heard, []
        return heard

    async def _connect(self) -> None:
        try:
            self._connection = await asyncpg.connect(self._url, timeout=10)
            await self._connection.add_listener(self._channel, self._hear)
            self._connection.add_termination_listener(lambda _: self._rung.set())
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            # The caller's timeout is its poll: it goes on without a bell until the server is back.
            self._connection = None

    def _hear(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        self._heard.append(str(payload))
        self._rung.set()
