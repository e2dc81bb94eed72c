"""Whom a plugin's process runs as when root starts it: a user of its own, that owns nothing and that no server uses."""

import os
import secrets
from pathlib import Path
from typing import Final

MAPS: Final = Path("/proc/self/uid_map")
# Above what container managers hand out and below what the system keeps for itself: nobody's.
NOBODYS: Final = range(1_900_000_000, 2_100_000_000)
# Where a container maps fewer users: those that services take for as long as they run.
PASSING: Final = range(61_184, 65_520)


def pick() -> int:
    """Return a user for one process; 0 when we are not root and so cannot change."""
    if os.geteuid() != 0:
        return 0
    span = NOBODYS if _mapped(NOBODYS) else PASSING
    return span.start + secrets.randbelow(len(span))


def alone(user: int) -> bool:
    """Return whether nobody else is likely to have this user, so that its processes may be counted."""
    return user in NOBODYS


def _mapped(span: range) -> bool:
    maps = [tuple(map(int, line.split())) for line in MAPS.read_text().splitlines()]
    return any(start <= span.start and span.stop <= start + size for start, _, size in maps)
