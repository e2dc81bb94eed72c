"""Cuts the time of a dataset into periods and names them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, Literal, NamedTuple

from kithline_core import offline
from kithline_core.dataset.folder import Dataset
from kithline_core.engine.tables import micros, moment
from kithline_sdk.periods import overlaps, span
from kithline_sdk.snapshot import DAY, Window

Kind = Literal["month", "quarter", "window"]
DAYS: Final = 90


class Period(NamedTuple):
    """A name and the days it stands for."""

    name: str
    window: Window


def periods(dataset: Dataset, kind: Kind) -> list[Period]:
    """Return the window (the folder's, else the 90 days up to its end), or every month or quarter with data in it."""
    said = dataset.settings
    end = offline.default_end(dataset) if said.end is None else micros(said.end)
    if kind == "window":
        start = end - DAYS * DAY if said.start is None else micros(said.start)
        # Periods are whole days.
        window = Window(start // DAY * DAY, -(-end // DAY) * DAY)
        return [Period(f"{_day(window.start)}/{_day(window.end)}", window)]
    first = offline.first_dated(dataset) if said.start is None else micros(said.start)
    whole = Window(min(first, end - 1), end)
    return [Period(name, found) for name in _names(whole, kind) if overlaps(found := span(name), whole) and found]


def _names(whole: Window, kind: Kind) -> Iterator[str]:
    first, last = moment(whole.start), moment(whole.end)
    for year in range(first.year, last.year + 1):
        for part in range(1, 13 if kind == "month" else 5):
            yield f"{year:04}-{part:02}" if kind == "month" else f"{year:04}-Q{part}"


def _day(stamp: int) -> str:
    return f"{datetime.fromtimestamp(stamp // 1_000_000, UTC):%Y-%m-%d}"
