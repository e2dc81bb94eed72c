"""The supply network: the focal organisation in the middle, suppliers around it by circle, and who is tied with whom."""

import math
from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final, NamedTuple

from kithline_core.engine.document import Document
from kithline_core.report.svg import Drawing, bow, dot, line, short, text

WIDTH, HEIGHT, RADIUS = 400.0, 296.0, 126.0
ACROSS, DOWN = WIDTH / 2, HEIGHT / 2
# More names than this would stand on each other.
NAMED: Final = 16
Place = tuple[float, float]


class Ring(NamedTuple):
    """Suppliers in the order in which they stand, each with the circle it is drawn in."""

    suppliers: tuple[str, ...]
    circles: tuple[str, ...]


def ring(findings: Sequence[Document]) -> Ring:
    """Return one order for all findings, so that two pictures can be laid side by side."""
    rows = [row for one in findings for row in one.tables.get("organisations", []) if row["role"] == "supplier"]
    first = {str(row["organisation"]): str(row["circles"] or "").split(";")[0] for row in rows}
    order = sorted(first, key=lambda one: (first[one], one))
    return Ring(tuple(order), tuple(first[one] for one in order))


def suppliers(supply: Document, stand: Ring) -> Drawing | None:
    """Draw the ties of one finding on a ring; None when it names no supplier."""
    here = {str(row["organisation"]): row["role"] for row in supply.tables.get("organisations", [])}
    if not any(role == "supplier" for role in here.values()):
        return None
    hub = sorted(one for one, role in here.items() if role == "focal")
    at = {one: on_ring(place, len(stand.suppliers)) for place, one in enumerate(stand.suppliers)}
    at |= dict.fromkeys(hub, (ACROSS, DOWN))
    ties = [row for row in supply.tables.get("ties", []) if row["a"] in at and row["b"] in at]
    lines = [_tie(row, at, hub) for row in sorted(ties, key=lambda row: not {row["a"], row["b"]} & {*hub})]
    tied = {one for row in ties for one in (row["a"], row["b"])}
    size = min(5.0, 0.4 * 2 * math.pi * RADIUS / len(stand.suppliers))
    dots = [dot(*at[one], size, "supplier" if one in tied else "apart", one) for one in stand.suppliers if one in here]
    dots += [dot(*at[one], 10, "hub", one) for one in hub]
    among = sum(not {row["a"], row["b"]} & {*hub} for row in ties)
    count = sum(role == "supplier" for role in here.values())
    return Drawing(WIDTH, HEIGHT, f"{count} suppliers, {among} ties among them", [*lines, *dots, *_names(stand)])


def on_ring(place: float, size: int, radius: float = RADIUS) -> Place:
    """Return a point of the ring, the first at the top, clockwise."""
    angle = 2 * math.pi * place / size
    return ACROSS + radius * math.sin(angle), DOWN - radius * math.cos(angle)


def _tie(row: dict[str, Any], at: dict[str, Place], hub: Sequence[str]) -> str:
    spoke, ends = bool({row["a"], row["b"]} & {*hub}), (*at[row["a"]], *at[row["b"]])
    way = " one-way" if row["two_way"] is False else ""
    return line(*ends, f"spoke{way}") if spoke else bow(*ends, (ACROSS, DOWN), f"tie{way}")


def _names(stand: Ring) -> list[str]:
    """Return the circles' names outside the ring, each at the middle of its arc."""
    parts: list[str] = []
    if len(set(stand.circles)) > NAMED:
        return parts
    for name, members in groupby(enumerate(stand.circles), key=lambda pair: pair[1]):
        places = [place for place, _ in members]
        x, y = on_ring((places[0] + places[-1]) / 2, len(stand.circles), RADIUS + 14)
        side = "middle" if abs(x - ACROSS) < 30 else "start" if x > ACROSS else "end"  # noqa: PLR2004 - near the top
        parts.append(text(x, y + 4, short(name, 18), "label", side))
    return parts
