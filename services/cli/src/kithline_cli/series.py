"""Series as a table: a row a point, what changed by more than chance, where the method did."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from kithline_core.engine.series import Change, Point

HEADS: Final = ("up to", "score", "90 % interval", "level", "change", "")


def show(shown: Console, series: Mapping[str, Sequence[Point]]) -> None:
    """Print a table for each scorer."""
    for scorer, points in series.items():
        drawn = Table(*HEADS, title=scorer, title_justify="left")
        drawn.columns[1].justify = drawn.columns[4].justify = "right"
        for one in points:
            drawn.add_row(*map(Text, row(one)))
        shown.print(drawn)


def row(one: Point) -> list[str]:
    """Return the cells of one point, in the order of the heads."""
    score = one.status if one.score is None else f"{one.score:.1f}"
    interval = "-" if one.interval is None else f"{one.interval[0]:.1f} to {one.interval[1]:.1f}"
    return [last_day(one.window[1]), score, interval, level(one), change(one.change), remark(one)]


def last_day(end: str) -> str:
    """Return the last day of a window by its end, the first moment outside."""
    return (datetime.fromisoformat(end) - timedelta(microseconds=1)).date().isoformat()


def level(one: Point) -> str:
    """Return the level that holds, and the one that was found where that is another."""
    if one.held is None:
        return "-"
    return str(one.held) if one.held == one.level else f"{one.held} (found {one.level}, not sure)"


def change(one: Change | None) -> str:
    """Return the change with its interval, or that it is no more than chance."""
    if one is None:
        return "-"
    ends = f"({one.interval[0]:+.1f} to {one.interval[1]:+.1f})"
    return f"{one.value:+.1f} {ends}" if one.different else f"no more than chance {ends}"


def remark(one: Point) -> str:
    """Return where the method changed, or that the series has moved."""
    said = [f"new method: {', '.join(one.breaks)}"] if one.breaks else []
    return "; ".join([*said, *(["the series has moved"] if one.alarm else [])])
