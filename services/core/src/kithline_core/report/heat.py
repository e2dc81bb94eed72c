"""The heat map: how much more or less than chance each pair of departments talks."""

import math
from typing import Final

from kithline_core.engine.document import Document
from kithline_core.report.names import split
from kithline_core.report.svg import Drawing, rect, short, text

MOST: Final = 40
WIDTH, LEFT, TOP, LEGEND = 680.0, 120.0, 84.0, 36.0
# Sixteen times more or less than chance is as dark as it gets.
DARKEST: Final = 4.0
FAINTEST: Final = 0.06
Pair = tuple[str, str]


def heat(silos: Document) -> Drawing | None:
    """Draw lifts (1 is chance) of the largest departments; None when no pair may be shown.

    Pairs that must talk and have no two-way contact carry a frame.
    """
    lifts = _lifts(silos)
    names = _largest(silos, {one for pair in lifts for one in pair})
    if not names:
        return None
    due, side = _due(silos), min(36.0, 500.0 / len(names))
    parts = []
    for y, a in enumerate(names):
        parts += [text(LEFT - 8, TOP + side * (y + 0.65), short(a, 20), "label", "end")]
        parts += [text(LEFT + side * (y + 0.65), TOP - 8, short(a, 16), "label", turn=-50)]
        parts += [_cell(lifts.get((a, b)), (a, b), x, y, side) for x, b in enumerate(names) if a != b]
    parts += [_frame(x, y, side) for y, a in enumerate(names) for x, b in enumerate(names) if (a, b) in due]
    bottom = TOP + side * len(names)
    parts += _legend(bottom + 14, framed=any(a in names and b in names for a, b in due))
    return Drawing(WIDTH, bottom + LEGEND, "Contact between departments against chance", parts)


def _lifts(silos: Document) -> dict[Pair, float]:
    found: dict[Pair, float] = {}
    for name, value in silos.measures.items():
        parts = split(name)
        if parts[0] == "lift" and len(parts) == 3 and isinstance(value, int | float):  # noqa: PLR2004 - lift.<a>.<b>
            found[parts[1], parts[2]] = found[parts[2], parts[1]] = float(value)
    return found


def _largest(silos: Document, names: set[str]) -> list[str]:
    people = {str(row["department"]): float(row["people"] or 0) for row in silos.tables.get("departments", [])}
    return sorted(sorted(names, key=lambda name: (-people.get(name, 0.0), name))[:MOST])


def _due(silos: Document) -> set[Pair]:
    rows = silos.tables.get("interfaces_without_two_way_tie", [])
    pairs = [(str(row["a"]), str(row["b"])) for row in rows]
    return {*pairs, *((b, a) for a, b in pairs)}


def _cell(lift: float | None, pair: Pair, x: int, y: int, side: float) -> str:
    told = f"{pair[0]} and {pair[1]}"
    place = (LEFT + side * x, TOP + side * y, side - 1, side - 1)
    if lift is None:
        return rect(*place, "unknown", f"{told}: not shown")
    strength = min(1.0, abs(math.log2(max(lift, FAINTEST))) / DARKEST)
    kind = "more" if lift >= 1 else "less"
    return rect(
        *place, kind, f"{told}: {lift:.2f} times chance (unquantified: as counted)", opacity=0.08 + 0.9 * strength
    )


def _frame(x: int, y: int, side: float) -> str:
    return rect(LEFT + side * x + 0.5, TOP + side * y + 0.5, side - 2, side - 2, "due", "must talk: no two-way contact")


def _legend(y: float, *, framed: bool) -> list[str]:
    parts = []
    for place, (kind, opacity, said) in enumerate((("less", 0.9, "less"), ("less", 0.3, ""), ("more", 0.3, ""))):
        parts += [rect(LEFT + 22 * place + 34, y, 22, 12, kind, opacity=opacity), text(LEFT, y + 10, said, "value")]
    parts += [rect(LEFT + 100, y, 22, 12, "more", opacity=0.9), text(LEFT + 130, y + 10, "more than chance", "value")]
    if framed:
        parts += [
            rect(LEFT + 262, y, 12, 12, "due"),
            text(LEFT + 282, y + 10, "must talk, no two-way contact", "value"),
        ]
    return parts
