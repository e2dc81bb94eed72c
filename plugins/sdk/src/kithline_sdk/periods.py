"""Periods as senders write them: 2026, 2026-Q1, 2026-01, or 2026-01-05/2026-04-05 (the first day outside stands last)."""

import re
from collections.abc import Iterable
from datetime import MAXYEAR, UTC, datetime
from typing import Final

from kithline_sdk.snapshot import Window

_SHAPE: Final = re.compile(r"([0-9]{4})(?:-Q([1-4])|-(0[1-9]|1[0-2]))?")
_DAYS: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})/([0-9]{4}-[0-9]{2}-[0-9]{2})")
_MONTHS: Final = {"year": 12, "quarter": 3, "month": 1}


def span(period: str) -> Window | None:
    """Return the days of a period in digits 0 to 9, None for any other name."""
    shape = _SHAPE.fullmatch(period)
    if shape is None:
        return _between(period)
    year, quarter, month = (int(part) if part else 0 for part in shape.groups())
    first = (quarter - 1) * 3 if quarter else month - 1 if month else 0
    length = _MONTHS["quarter" if quarter else "month" if month else "year"]
    if not 1 <= year < MAXYEAR:
        return None
    return Window(_month(year, first), _month(year, first + length))


def overlaps(found: Window | None, window: Window) -> bool:
    """Say whether a period is one, and has a moment in common with a window."""
    return found is not None and found.start < window.end and window.start < found.end


def latest(periods: Iterable[str | None], window: Window) -> str | None:
    """Return the period that ends last among those that overlap a window, of several the longest; None without any."""
    known = {label: found for label in periods if label is not None and overlaps(found := span(label), window)}
    ends = ((found.end, -found.start, label) for label, found in known.items() if found is not None)
    return max(ends, default=(0, 0, None))[2]


def _between(period: str) -> Window | None:
    shape = _DAYS.fullmatch(period)
    if shape is None:
        return None
    try:
        start, end = (_micros(datetime.fromisoformat(f"{day}T00:00:00+00:00")) for day in shape.groups())
    except ValueError:
        return None
    return Window(start, end) if start < end else None


def _month(year: int, months: int) -> int:
    return _micros(datetime(year + months // 12, months % 12 + 1, 1, tzinfo=UTC))


def _micros(moment: datetime) -> int:
    return int(moment.timestamp()) * 1_000_000
