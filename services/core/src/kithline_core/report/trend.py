"""A scorer's results over time: points, their intervals, and where the method changed."""

from collections.abc import Sequence
from typing import Final

from kithline_core.engine.series import Point
from kithline_core.report.svg import Drawing, dot, line, rect, text

WIDTH: Final = 460.0
HEIGHT: Final = 150.0
LEFT: Final = 34.0
TOP: Final = 14.0
DEEP: Final = 100.0
DATE: Final = 10


def trend(points: Sequence[Point]) -> Drawing | None:
    """Draw a series; None where no point has a score. A line across a change of method is left out."""
    if not any(one.score is not None for one in points):
        return None
    step = (WIDTH - LEFT - 20) / max(len(points) - 1, 1)
    places = [LEFT + 10 + step * number for number in range(len(points))]
    parts = [part for value in (0, 50, 100) for part in _grid(value)]
    for (x, one), before in zip(zip(places, points, strict=True), [None, *points[:-1]], strict=True):
        parts += _point(x, step, one, before)
    parts += [
        text(place, HEIGHT - 6, one.window[1][:DATE], "label", anchor) for place, one, anchor in _ends(places, points)
    ]
    return Drawing(WIDTH, HEIGHT, f"{len(points)} points over time", parts)


def _ends(places: Sequence[float], points: Sequence[Point]) -> list[tuple[float, Point, str]]:
    first, last = (places[0] - 10, points[0], "start"), (places[-1] + 10, points[-1], "end")
    return [first, last] if len(points) > 1 else [first]


def _height(value: float) -> float:
    return TOP + DEEP * (1 - value / 100)


def _grid(value: int) -> list[str]:
    y = _height(value)
    return [line(LEFT, y, WIDTH, y, "spoke"), text(LEFT - 6, y + 3, str(value), "label", "end")]


def _point(x: float, step: float, one: Point, before: Point | None) -> list[str]:
    parts = []
    if one.breaks:
        parts.append(line(x - step / 2, TOP, x - step / 2, TOP + DEEP, "mark"))
    if one.score is None:
        return parts
    if before is not None and before.score is not None and not one.breaks:
        parts.append(line(x - step, _height(before.score), x, _height(one.score), "tie"))
    if one.interval is not None:
        low, high = one.interval
        parts.append(rect(x - 3, _height(high), 6, max(_height(low) - _height(high), 1.0), "band"))
    return [*parts, dot(x, _height(one.score), 4, "point", f"{one.window[1][:DATE]}: {one.score:.1f}")]
