"""Keeps for a while what the pages of one list have in common: an auditor asks for all of them in a row."""

import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Final, Generic, TypeVar

T = TypeVar("T")
SECONDS: Final = 300.0
MOST: Final = 16


class Memory(Generic[T]):
    """What was worked out lately, in this process alone: whoever does not find it works it out again."""

    def __init__(self, seconds: float = SECONDS, most: int = MOST, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._most, self._clock = seconds, most, clock
        self._known: dict[Hashable, tuple[float, T]] = {}  # the oldest first

    async def of(self, key: Hashable, work: Callable[[], Awaitable[T]]) -> T:
        """Return what is known under a key, else work it out."""
        over = self._clock() - self._seconds
        while self._known and next(iter(self._known.values()))[0] <= over:
            self._drop_oldest()
        if key in self._known:
            return self._known[key][1]
        made = await work()
        self._known.pop(key, None)  # another may have worked it out meanwhile
        self._known[key] = (self._clock(), made)
        if len(self._known) > self._most:
            self._drop_oldest()
        return made

    def _drop_oldest(self) -> None:
        del self._known[next(iter(self._known))]
