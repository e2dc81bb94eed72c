"""What is shown of a finding: counts of people and of what they did, no finer than they are known (rulings 1.2).

Rounding is honest and no guard: the exact finding stands behind a key scope of its own, and differences are withheld.
"""

import math
from collections.abc import Mapping
from typing import Any, Final

# Units of measures that count people and what they did; what is counted otherwise is no sample of anything.
COUNTS: Final = frozenset({"people", "events", "ties"})
# Columns of tables that no measure names.
COLUMNS: Final = frozenset({"people", "active", "internal_ties", "external_ties", "ties", "events", "contributors"})
# The 90 % quantile of both sides of the normal distribution: a count without an interval is taken for a Poisson's.
Z90: Final = 1.6448536269514722

Finding = dict[str, Any]


def view(finding: Finding, units: Mapping[str, str]) -> Finding:
    """Return a finding document with its counts rounded; `units` are those of the scorer's measures by name."""
    shown = dict(finding)
    intervals = shown.get("intervals", {})
    if "measures" in shown:
        shown["measures"] = {
            name: rounded(value, intervals.get(name)) if unit(name, units) in COUNTS else value
            for name, value in shown["measures"].items()
        }
    if "tables" in shown:
        shown["tables"] = {name: [_row(row, units) for row in rows] for name, rows in shown["tables"].items()}
    if "lineage" in shown:
        shown["lineage"] = [{**one, "count": rounded(one["count"])} for one in shown["lineage"]]
    return shown


def rounded(value: Any, interval: Any = None) -> Any:  # noqa: ANN401 - a JSON value
    """Return a count to the step of 1, 5, 10, 50 ... below half its interval; all else as it is."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    half = (interval[1] - interval[0]) / 2 if isinstance(interval, list | tuple) else Z90 * math.sqrt(abs(value))
    step = _step(half)
    return value if step is None else math.floor(value / step + 0.5) * step


def unit(name: str, units: Mapping[str, str]) -> str | None:
    """Return the unit of a measure by its published name: `lift.a.b` is one of `lift.<a>.<b>`, prefixes fall away."""
    while name.startswith(("community:", "period:")) and "." in name:
        name = name.partition(".")[2]
    if name in units:
        return units[name]
    first, parts = name.partition(".")[0], name.count(".")
    alike = (
        of for key, of in units.items() if "<" in key and key.partition(".")[0] == first and key.count(".") == parts
    )
    return next(alike, None)


def _row(row: Finding, units: Mapping[str, str]) -> Finding:
    return {name: rounded(value) if _counts(name, units) else value for name, value in row.items()}


def _counts(column: str, units: Mapping[str, str]) -> bool:
    return column.removesuffix("_a").removesuffix("_b") in COLUMNS or units.get(column) in COUNTS


def _step(half: float) -> int | None:
    """Return the largest of 1, 5, 10, 50 ... up to half an interval; None where even 1 is more."""
    if half < 1:
        return None
    power: int = 10 ** math.floor(math.log10(half))
    return 5 * power if 5 * power <= half else power
