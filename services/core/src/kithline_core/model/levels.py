"""Levels that hold: noise must not flip them (Part C 6)."""

from typing import Final

SURE: Final = 0.8


def held(before: int | None, level: int | None, probability: float | None) -> int | None:
    """Return the level that holds when one was found: it rises at once, and falls only when that is 80 % sure.

    `before` is the level that held last (None: none did). A level without a probability is taken as it is found.
    """
    if level is None or before is None or level >= before or probability is None:
        return level
    return level if probability >= SURE else before
