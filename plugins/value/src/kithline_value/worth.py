"""Draws of what all lines are worth together, discounted by the month; what each factor moves; when it breaks even."""

import math
from collections.abc import Iterable
from typing import Final, NamedTuple

import numpy as np

from kithline_sdk.names import part
from kithline_sdk.snapshot import Floats
from kithline_sdk.stats import Draws
from kithline_sdk.stats.sampling import stratified
from kithline_value.lines import BROADCAST, Line
from kithline_value.params import ValueParams
from kithline_value.pert import Range

YEAR: Final = 12
TAILS: Final = (0.1, 0.9)
# A thousand lines take fewer draws each: what is held at once stays under a tenth of a gigabyte.
_CELLS: Final = 12_000_000
_FEWEST: Final = 2_000


class Worth(NamedTuple):
    """Draws of the net value over the horizon, of each month's cumulated median, and the swing of each factor."""

    net: Floats
    medians: Floats
    swings: dict[str, tuple[float, float]]
    capped: float


def present_values(rate: float, params: ValueParams, start_month: int) -> Floats:
    """Return what one a year is worth by the end of each month: a twelfth a month on the ramp, discounted monthly."""
    month = np.arange(params.horizon_months)
    ramp = np.clip((month - start_month + 1) / params.ramp_months, 0.0, 1.0)
    # A month's worth is there at its end.
    return np.cumsum(ramp / YEAR * (1 + rate) ** (-(month + 1) / YEAR))


def worth(lines: list[Line], rate: float, params: ValueParams, seed: int) -> Worth:
    """Return the worth of the lines that have a value; factors that hang on one driver share its draw."""
    columns = _columns(lines)
    rows = max(_FEWEST, min(params.draws, _CELLS // max(1, len(columns)))) if params.draws > _FEWEST else params.draws
    shares = stratified(Draws(seed), rows, max(1, len(columns)))
    drawn = {name: shares[:, place] for place, name in enumerate(columns)}
    yearly = [_yearly(line, drawn) for line in lines]
    capped = _capped(lines, yearly, params)
    months = {line.start_month: present_values(rate, params, line.start_month) for line in lines}
    begun = {
        start: _sum(one.sign * yearly[at] for at, one in enumerate(lines) if one.start_month == start)
        for start in sorted(months)
    }
    cumulated = (
        _sum(amount * months[start][month] for start, amount in begun.items()) for month in range(params.horizon_months)
    )
    medians = np.array([float(np.median(one)) for one in cumulated])
    net = _sum(amount * months[start][-1] for start, amount in begun.items())
    return Worth(net, medians, _swings(lines, columns, months), capped)


def break_even(medians: Floats) -> int | None:
    """Return the month (from 1) from which on the median of what was cumulated is not below 0; None within the horizon."""
    below = np.flatnonzero(medians < 0)
    first = int(below[-1]) + 2 if len(below) else 1
    return first if first <= len(medians) else None


def error_of_quantile(ordered: Floats, share: float) -> float:
    """Return the Monte Carlo error of a quantile: half the distance between the draws one standard error around it."""
    size = len(ordered)
    step = math.sqrt(size * share * (1 - share))
    low, high = (min(size - 1, max(0, round(share * (size - 1) + one))) for one in (-step, step))
    return float(ordered[high] - ordered[low]) / 2


def factors(line: Line) -> dict[str, tuple[str, Range]]:
    """Return a line's three factors by the name of the draw they take: its driver's, or their own."""
    own = part(line.line)
    drawn = f"driver:{part(line.driver)}" if line.driver else f"{own}:count"
    return {
        "count": (drawn, line.count),
        "unit": (f"{own}:unit", line.unit),
        "attribution": (f"{own}:attribution", line.attribution),
    }


def _columns(lines: list[Line]) -> list[str]:
    return sorted({name for line in lines for name, one in factors(line).values() if one.high > one.low})


def _yearly(line: Line, drawn: dict[str, Floats]) -> Floats:
    size = len(next(iter(drawn.values()))) if drawn else 1
    product = np.ones(size)
    for name, one in factors(line).values():
        product = product * (one.at(drawn[name]) if name in drawn else one.likely)
    return product


def _capped(lines: list[Line], yearly: list[Floats], params: ValueParams) -> float:
    """Keep the lines of broadcasts together within their cap, however large the reach; return the mean that was cut off."""
    places = [at for at, one in enumerate(lines) if one.kind == BROADCAST and one.sign > 0]
    if not places:
        return 0.0
    total = _sum(yearly[at] for at in places)
    kept = np.divide(np.minimum(total, params.broadcast_cap), total, out=np.zeros(len(total)), where=total > 0)
    for at in places:
        yearly[at] = yearly[at] * kept
    return float(np.mean(total * (1 - kept)))


def _swings(lines: list[Line], columns: list[str], months: dict[int, Floats]) -> dict[str, tuple[float, float]]:
    """Return the net value at each factor's P10 and at its P90, all others at their means."""
    ends = np.array(TAILS)
    means = [one.sign * one.yearly * months[one.start_month][-1] for one in lines]
    whole = math.fsum(means)
    moved = {name: np.full(2, whole) for name in columns}
    for line, mean in zip(lines, means, strict=True):
        for name, one in factors(line).values():
            if name in moved and one.mean > 0:
                moved[name] += mean * (one.at(ends) / one.mean - 1)
    return {name: (float(net[0]), float(net[1])) for name, net in moved.items()}


def _sum(parts: Iterable[Floats]) -> Floats:
    """Return the sum of draws, one part after the other: a fixed order gives the same bytes everywhere."""
    total: Floats = np.zeros(1)
    for one in parts:
        total = total + one
    return total
