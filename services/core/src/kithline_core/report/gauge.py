"""A score on the scale of 0 to 100 with its interval."""

from kithline_core.engine.document import Document
from kithline_core.report.svg import Drawing, dot, rect

WIDTH, HEIGHT = 200.0, 16.0


def gauge(one: Document) -> Drawing | None:
    """Draw score and interval; None when the score is unknown."""
    if one.score is None:
        return None
    parts = [rect(0, 6, WIDTH, 4, "track")]
    if isinstance(one.interval, tuple):
        low, high = (WIDTH * end / 100 for end in one.interval)
        parts.append(rect(low, 3, max(high - low, 2.0), 10, "band"))
    parts.append(dot(max(5.0, min(WIDTH * one.score / 100, WIDTH - 5)), 8, 5, "point"))
    return Drawing(WIDTH, HEIGHT, f"{one.score:.1f} of 100", parts)
