"""The pictures of the report, each from one finding document; None where the document has nothing to draw."""

import math
from typing import Final

from markupsafe import Markup

from kithline_core.engine.document import Document
from kithline_core.report.names import split
from kithline_core.report.svg import dot, drawing, line, rect, text

LEVELS: Final = ("findable", "recommendable", "transparent", "collaborative")
WIDTH: Final = 640.0


def ladder(depth: Document) -> Markup | None:
    """Draw the four levels with how far each is met, and the ceiling with what holds it."""
    met = {k: depth.measures.get(f"attainment.{k}") for k in range(1, 5)}
    if not any(isinstance(value, int | float) for value in met.values()):
        return None
    parts = []
    for k, name in enumerate(LEVELS, 1):
        y, value = 20.0 + 44 * (4 - k), met[k]
        known = isinstance(value, int | float)
        share = float(value) if isinstance(value, int | float) else 0.0
        reached = depth.level is not None and k <= depth.level
        parts.append(rect(150, y, 400, 28, "track"))
        parts.append(rect(150, y, 400 * share, 28, "fill" if reached else "half"))
        parts.append(line(150 + 280, y - 3, 150 + 280, y + 31, "mark"))
        parts.append(text(142, y + 19, f"{k} {name}", "label", "end"))
        parts.append(text(558, y + 19, f"{share:.0%}" if known else "unknown", "value"))
    parts += _ceiling(depth)
    return drawing(WIDTH, 214, f"Ladder: level {depth.level} of 4", parts)


def _ceiling(depth: Document) -> list[str]:
    ceiling, binding = depth.measures.get("ceiling"), depth.measures.get("binding")
    if not isinstance(ceiling, int | float) or ceiling >= len(LEVELS):
        return []
    y = 14.0 + 44 * (4 - ceiling)
    said = f"ceiling: {str(binding).replace('_', ' ')}" if binding else "ceiling"
    return [line(20, y, 620, y, "ceiling"), text(620, y - 3, said, "ceiling-label", "end")]


def drivers(one: Document) -> Markup | None:
    """Draw what carries a score, in points."""
    shown = [driver for driver in one.drivers if driver.contribution is not None][:12]
    if not shown:
        return None
    most = max(abs(driver.contribution or 0.0) for driver in shown) or 1.0
    parts = []
    for place, driver in enumerate(shown):
        y, size = 6.0 + 24 * place, 300 * abs(driver.contribution or 0.0) / most
        parts += [text(222, y + 13, driver.name.replace("_", " "), "label", "end"), rect(230, y, 300, 17, "track")]
        parts += [rect(230, y, size, 17, "fill"), text(538, y + 13, f"{driver.contribution:+.1f}", "value")]
    return drawing(WIDTH, 12 + 24 * len(shown), f"Drivers of {one.scorer}", parts)


def heat(silos: Document) -> Markup | None:
    """Draw how much more or less than chance each pair of departments talks (lift; 1 is chance)."""
    lifts: dict[tuple[str, str], float] = {}
    for name, value in silos.measures.items():
        parts = split(name)
        if parts[0] == "lift" and len(parts) == 3 and isinstance(value, int | float):  # noqa: PLR2004 - lift.<a>.<b>
            lifts[parts[1], parts[2]] = lifts[parts[2], parts[1]] = float(value)
    names = sorted({one for pair in lifts for one in pair})
    if not names:
        return None
    side, left, top = min(34.0, 480.0 / len(names)), 120.0, 96.0
    drawn = [
        _cell(lifts.get((a, b)), (left + side * x, top + side * y, side), f"{a} and {b}")
        for y, a in enumerate(names)
        for x, b in enumerate(names)
    ]
    drawn += [text(left - 6, top + side * (y + 0.65), name, "label", "end") for y, name in enumerate(names)]
    for x, name in enumerate(names):
        at = left + side * (x + 0.65)
        drawn.append(f'<g transform="translate({at:.1f} {top - 6:.1f}) rotate(-55)">{text(0, 0, name, "label")}</g>')
    return drawing(WIDTH, top + side * len(names) + 8, "Contacts between departments against chance", drawn)


def _cell(lift: float | None, place: tuple[float, float, float], pair: str) -> str:
    x, y, side = place
    if lift is None:
        return rect(x, y, side - 1, side - 1, "unknown", f"{pair}: not shown")
    strength = min(1.0, abs(math.log2(max(lift, 0.06))) / 4)
    kind = "more" if lift >= 1 else "less"
    return rect(
        x, y, side - 1, side - 1, kind, f"{pair}: {lift:.2f} times chance", fill_opacity=f"{0.08 + 0.9 * strength:.2f}"
    )


def suppliers(supply: Document) -> Markup | None:
    """Draw the focal organisation in the middle, the suppliers around it and who is tied with whom."""
    rows = supply.tables.get("organisation_graph", [])
    pairs = [(str(row["a"]), str(row["b"])) for row in rows]
    hub = {str(row["a"]) for row in rows if row.get("a_focal")} | {str(row["b"]) for row in rows if row.get("b_focal")}
    ring = sorted({one for pair in pairs for one in pair} - hub, key=lambda one: (_circle(supply, one), one))
    if not ring:
        return None
    at = {one: _on_ring(place, len(ring)) for place, one in enumerate(ring)} | dict.fromkeys(hub, (160.0, 160.0))
    lines = [line(*at[a], *at[b], "spoke" if {a, b} & hub else "tie") for a, b in pairs]
    dots = [dot(*at[one], 4, "supplier", one) for one in ring] + [dot(*at[one], 9, "hub", one) for one in sorted(hub)]
    return drawing(
        320, 320, f"{len(ring)} suppliers, {sum(not ({a, b} & hub) for a, b in pairs)} ties among them", lines + dots
    )


def _circle(supply: Document, organisation: str) -> str:
    rows = supply.tables.get("circles", [])
    return next((str(row["circle"]) for row in rows if row.get("organisation") == organisation), "")


def _on_ring(place: int, size: int) -> tuple[float, float]:
    angle = 2 * math.pi * place / size
    return 160 + 145 * math.sin(angle), 160 - 145 * math.cos(angle)
