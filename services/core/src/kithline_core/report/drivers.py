"""Drivers: what carries a score, and what the next step of each would add."""

import math
from collections.abc import Sequence
from typing import Final

from kithline_core.engine.document import Document, ShownDriver
from kithline_core.report.names import words
from kithline_core.report.svg import Drawing, rect, short, text

MOST: Final = 10
WIDTH, LEFT, LONG, PITCH = 680.0, 200.0, 340.0, 24.0


def drivers(one: Document, *, geometric: bool = False) -> Drawing | None:
    """Draw the drivers that weigh most, in points or, where the score is a product, as its factors.

    None when the document has no driver that carries anything.
    """
    carrying = [driver for driver in one.drivers if driver.contribution is not None]
    if not carrying:
        return None
    shown = sorted(carrying, key=_weighs, reverse=True)[:MOST]
    rows = [_factor(driver) for driver in shown] if geometric else _points(shown)
    parts = [part for place, row in enumerate(rows) for part in _bar(place, *row)]
    if len(carrying) > len(shown):
        left = len(carrying) - len(shown)
        parts.append(text(LEFT, 18 + PITCH * len(rows), f"and {left} more with less weight", "value"))
        rows.append(("", 0.0, 0.0, ""))
    return Drawing(WIDTH, 10 + PITCH * len(rows), f"Drivers of {one.scorer}", parts)


def factor(driver: ShownDriver) -> float:
    """Return what a driver multiplies a geometric score by."""
    return math.exp(driver.contribution or 0.0)


def _weighs(driver: ShownDriver) -> float:
    return max(abs(driver.contribution or 0.0), driver.gain or 0.0)


def _factor(driver: ShownDriver) -> tuple[str, float, float, str]:
    return driver.name, factor(driver), 0.0, f"\N{MULTIPLICATION SIGN} {factor(driver):.2f}"


def _points(shown: Sequence[ShownDriver]) -> list[tuple[str, float, float, str]]:
    """Return name, length now, length to be gained (both in [0, 1]) and words, on one scale."""
    most = max((abs(one.contribution or 0.0) + (one.gain or 0.0) for one in shown), default=0.0) or 1.0
    return [(one.name, abs(one.contribution or 0.0) / most, (one.gain or 0.0) / most, _worth(one)) for one in shown]


def _worth(driver: ShownDriver) -> str:
    now = f"{driver.contribution:+.1f}" if driver.contribution else "0"
    return f"{now}, could add {driver.gain:.1f}" if driver.gain and driver.gain >= 0.05 else now  # noqa: PLR2004 - as printed


def _bar(place: int, name: str, now: float, gain: float, said: str) -> list[str]:
    y, size = 4 + PITCH * place, LONG * min(now, 1.0)
    return [
        text(LEFT - 10, y + 13, short(words(name), 32), "label", "end"),
        rect(LEFT, y, LONG, 17, "track"),
        rect(LEFT, y, size, 17, "fill", words(name)),
        rect(LEFT + size, y, min(LONG * gain, LONG - size), 17, "gain"),
        text(LEFT + LONG + 8, y + 13, said, "value"),
    ]
