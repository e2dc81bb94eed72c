"""A twin's days lie 28 years before those of the data: as long as the calendar takes to repeat, weekdays and leap years too."""

from typing import Final

from kithline_sdk.snapshot import DAY, Window

YEARS: Final = 28
DAYS: Final = 10_227
HOUR: Final = DAY // 24


def earlier(window: Window) -> Window:
    """Return the twin's window: 28 years before, and of whole hours."""
    start, end = window.start // HOUR * HOUR, -(-window.end // HOUR) * HOUR
    return Window(start - DAYS * DAY, end - DAYS * DAY)
