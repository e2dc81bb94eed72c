"""The lines of the value model as they count: ranges in order, guards applied, and why a line is listed without a value."""

import math
from collections.abc import Iterable
from typing import Final, NamedTuple

from kithline_sdk import Note, Snapshot, Table
from kithline_value.params import ValueParams
from kithline_value.pert import Range

BENEFIT, COST = "benefit", "cost"
PRODUCTIVITY, BROADCAST = "productivity", "broadcast"
MEASURED: Final = "A"
WHOLE: Final = Range(1.0, 1.0, 1.0)
UNKNOWN: Final = Range(math.nan, math.nan, math.nan)


class Line(NamedTuple):
    """One line: what it is, from which month, three factors (those nobody knows are not numbers), why it has no value."""

    line: str
    side: str
    kind: str
    evidence: str
    driver: str
    overlaps: str
    start_month: int
    count: Range  # type: ignore[assignment]  # a tuple's own `count` is of no use here
    unit: Range
    attribution: Range
    reason: str = ""

    @property
    def sign(self) -> int:
        """Return 1 for a benefit, -1 for a cost."""
        return 1 if self.side == BENEFIT else -1

    @property
    def yearly(self) -> float:
        """Return the mean of a year at full ramp, 0 for a line without a value."""
        return 0.0 if self.reason else self.count.mean * self.unit.mean * self.attribution.mean


def read(snapshot: Snapshot, params: ValueParams) -> tuple[list[Line], list[Note]]:
    """Return all lines by name, and what the guards did to them."""
    table = snapshot["value_lines"].sorted()
    plain = [_line(table, row) for row in range(table.rows)]
    widened, notes = _each(plain, params)
    shared, more = _attributed_once(widened)
    return _apart(shared), [*notes, *more]


def _line(table: Table, row: int) -> Line:
    def text(column: str) -> str:
        return table.texts(column)[row] or ""

    def factor(name: str) -> Range:
        ends = [float(table.floats(f"{name}_{end}")[row]) for end in ("low", "likely", "high")]
        return UNKNOWN if any(map(math.isnan, ends)) else Range(*ends)

    count, unit, attribution = factor("count"), factor("unit"), factor("attribution")
    side = COST if text("side") == COST else BENEFIT
    if attribution is UNKNOWN and side == COST:
        attribution = WHOLE  # a cost that nobody divides is all the communities'
    known = {"no_count": count, "no_unit_value": unit, "no_attribution": attribution}
    absent = [reason for reason, one in known.items() if one is UNKNOWN]
    unordered = [one for one in known.values() if not one.low <= one.likely <= one.high]
    above = attribution.high > 1
    reason = absent[0] if absent else "range_out_of_order" if unordered else "attribution_above_one" if above else ""
    month = int(table.ints("start_month")[row]) if table.present("start_month")[row] else 0
    return Line(
        text("line"), side, text("kind"), text("evidence") or "D", text("driver"), text("overlaps"),
        month, count, unit, attribution, reason,
    )  # fmt: skip


def _each(lines: Iterable[Line], params: ValueParams) -> tuple[list[Line], list[Note]]:
    """Widen ranges that are narrower than their evidence allows, and cut what little-proven lines attribute."""
    haircut = {"C": params.haircut_c, "D": params.haircut_d}
    found, notes = [], []
    for line in lines:
        if line.reason:
            found.append(line)
            continue
        wide = line if line.evidence == MEASURED else _widened(line, params.narrowest)
        if wide != line:
            clause = f"a range narrower than {params.narrowest:.0%} either way needs evidence of class A"
            notes.append(Note(code="narrow_range", clause=clause, evidence=line.line))
        cut = haircut.get(line.evidence, 1.0) if line.side == BENEFIT else 1.0
        found.append(wide._replace(attribution=wide.attribution.times(cut)))
    return found, notes


def _widened(line: Line, narrowest: float) -> Line:
    return line._replace(count=_wide(line.count, narrowest), unit=_wide(line.unit, narrowest))


def _wide(one: Range, narrowest: float) -> Range:
    low, high = one.likely * (1 - narrowest), one.likely * (1 + narrowest)
    return Range(min(one.low, low), one.likely, max(one.high, high))


def _attributed_once(lines: list[Line]) -> tuple[list[Line], list[Note]]:
    """Scale the attribution of benefits that hang on one driver where together they claim more than all of it."""
    claimed: dict[str, float] = {}
    for line in lines:
        if line.driver and not line.reason and line.side == BENEFIT:
            claimed[line.driver] = claimed.get(line.driver, 0.0) + line.attribution.likely
    above = {driver: total for driver, total in claimed.items() if total > 1}
    notes = [
        Note(code="attributed_twice", clause="programmes may not claim more than the whole together", evidence=f"{driver}: {total:.2f} of 1")
        for driver, total in sorted(above.items())
    ]  # fmt: skip
    scaled = [
        line._replace(attribution=line.attribution.times(1 / above[line.driver]))
        if line.driver in above and line.side == BENEFIT and not line.reason
        else line
        for line in lines
    ]
    return scaled, notes


def _apart(lines: list[Line]) -> list[Line]:
    """Keep of benefits that overlap the larger: lines that name each other, directly or through others, are one group."""
    group = {line.line: line.line for line in lines}

    def head(name: str) -> str:
        while group[name] != name:
            name = group[name]
        return name

    for line in lines:
        if line.overlaps in group:
            group[head(line.line)] = head(line.overlaps)
    largest: dict[str, Line] = {}
    for line in lines:
        best = largest.get(head(line.line))
        if line.side == BENEFIT and not line.reason and (best is None or line.yearly > best.yearly):
            largest[head(line.line)] = line
    return [
        line._replace(reason="overlaps")
        if line.side == BENEFIT and not line.reason and largest[head(line.line)] is not line
        else line
        for line in lines
    ]
