"""The ladder: how far the answers meet each level, and the lowest ceiling above it."""

from typing import Final

from kithline_core.engine.document import Document
from kithline_core.report.svg import Drawing, line, rect, text

LEVELS: Final = ("findable", "recommendable", "transparent", "collaborative")
CEILINGS: Final = ("business_model", "workforce", "leadership")
NEEDED: Final = 0.7
WIDTH, HEIGHT = 680.0, 256.0
LEFT, LONG, PITCH, THICK, TOP = 146.0, 230.0, 54.0, 28.0, 22.0
POSTS, APART = 508.0, 66.0
FLOOR: Final = TOP + PITCH * len(LEVELS) - 14


def ladder(depth: Document) -> Drawing | None:
    """Draw the four levels, what holds each ceiling up, and the lowest; None when no level is known."""
    met = [_share(depth, f"attainment.{k}") for k in range(1, 5)]
    if all(share is None for share in met):
        return None
    parts = [part for k, share in enumerate(met, 1) for part in _rung(depth, k, share)]
    title = f"Ladder: level {depth.level} of 4" if depth.level is not None else "Ladder: the level is unknown"
    return Drawing(WIDTH, HEIGHT, title, [*parts, *_posts(depth), *_ceiling(depth)])


def _share(depth: Document, name: str) -> float | None:
    value = depth.measures.get(name)
    return float(value) if isinstance(value, int | float) else None


def _top(k: float) -> float:
    return TOP + PITCH * (len(LEVELS) - k)


def _rung(depth: Document, k: int, share: float | None) -> list[str]:
    name, y = LEVELS[k - 1], _top(k)
    label = text(LEFT - 10, y + 19, f"{k} {name}", "strong", "end")
    if share is None:
        return [label, rect(LEFT, y, LONG, THICK, "unknown"), text(LEFT + LONG + 8, y + 19, "unknown", "value")]
    reached = depth.level is not None and k <= depth.level
    return [
        label,
        rect(LEFT, y, LONG, THICK, "track"),
        rect(LEFT, y, LONG * share, THICK, "fill" if reached else "half", f"{name}: {share:.0%} met"),
        line(LEFT + LONG * NEEDED, y - 3, LEFT + LONG * NEEDED, y + THICK + 3, "mark"),
        text(LEFT + LONG + 8, y + 19, f"{share:.0%}", "value"),
    ]


def _posts(depth: Document) -> list[str]:
    """Draw one post per ceiling, as high as the level it lets pass."""
    parts, binding = [], str(depth.measures.get("binding", ""))
    for place, factor in enumerate(CEILINGS):
        x, cap = POSTS + APART * place, _share(depth, f"cap.{factor}")
        parts.append(text(x, FLOOR + 16, factor.partition("_")[0], "label", "middle"))
        if cap is None:
            parts += [rect(x - 9, _top(4), 18, FLOOR - _top(4), "unknown", f"{factor}: unknown")]
            continue
        y, kind = _over(cap), "low" if factor == binding and cap < len(LEVELS) else "post"
        parts += [rect(x - 9, y, 18, FLOOR - y, kind, f"{factor.replace('_', ' ')} lets level {cap:g} pass")]
    return parts


def _over(cap: float) -> float:
    return _top(cap) - (PITCH - THICK) / 2


def _ceiling(depth: Document) -> list[str]:
    cap, binding = _share(depth, "ceiling"), depth.measures.get("binding")
    if cap is None or cap >= len(LEVELS):
        return []
    said = f"ceiling: {str(binding).replace('_', ' ')}" if binding else "ceiling"
    y = _over(cap)
    return [line(14, y, WIDTH - 10, y, "ceiling"), text(LEFT + LONG + 8, y - 6, said, "ceiling-label")]
