"""Agreement as shares of variance: intraclass correlations, and components of persons, items and judges."""

import math
from typing import Final, NamedTuple

import numpy as np

from kithline_sdk.snapshot import Floats
from kithline_survey.fisher import f_quantile

_TAIL: Final = 0.05


class Squares(NamedTuple):
    """Mean squares of objects x raters: between objects, between raters, within objects, rest; and both sizes."""

    rows: float
    columns: float
    within: float
    rest: float
    n: int
    k: int


def squares(table: Floats) -> Squares:
    """Return the mean squares of a complete table of at least two objects and two raters."""
    n, k = table.shape
    whole = table.mean()
    rows = k * _total((table.mean(axis=1) - whole) ** 2)
    columns = n * _total((table.mean(axis=0) - whole) ** 2)
    within = _total((table - table.mean(axis=1)[:, None]) ** 2)
    rest = max(0.0, within - columns)
    return Squares(rows / (n - 1), columns / (k - 1), within / (n * (k - 1)), rest / ((n - 1) * (k - 1)), n, k)


def correlations(found: Squares) -> dict[str, float]:
    """Return the six forms of Shrout and Fleiss 1979, in the names of McGraw and Wong 1996; none without any spread."""
    r, c, w, e, n, k = found
    parts = {
        "icc_1_1": (r - w, r + (k - 1) * w),
        "icc_1_k": (r - w, r),
        "icc_c_1": (r - e, r + (k - 1) * e),
        "icc_c_k": (r - e, r),
        "icc_a_1": (r - e, r + (k - 1) * e + k * (c - e) / n),
        "icc_a_k": (r - e, r + (c - e) / n),
    }
    return {name: above / below for name, (above, below) in parts.items() if below > 0}


def intervals(found: Squares) -> dict[str, tuple[float, float]]:
    """Return the 90 % intervals of the six forms (McGraw and Wong 1996, table 7); none where nothing is left to chance."""
    n, k = found.n, found.k
    ends: dict[str, tuple[float, float]] = {}
    for form, error, below in (("1", found.within, n * (k - 1)), ("c", found.rest, (n - 1) * (k - 1))):
        if error <= 0:
            continue
        ratio = found.rows / error
        low = ratio / f_quantile(1 - _TAIL, n - 1, below)
        high = ratio * f_quantile(1 - _TAIL, below, n - 1)
        ends[f"icc_{form}_1"] = ((low - 1) / (low + k - 1), (high - 1) / (high + k - 1))
        ends[f"icc_{form}_k"] = (1 - 1 / low, 1 - 1 / high)
    return ends | (_absolute(found) if found.rest > 0 else {})


def _absolute(found: Squares) -> dict[str, tuple[float, float]]:
    r, c, _, e, n, k = found
    single = correlations(found)["icc_a_1"]
    a, b = k * single / (n * (1 - single)), 1 + k * single * (n - 1) / (n * (1 - single))
    freedom = (a * c + b * e) ** 2 / ((a * c) ** 2 / (k - 1) + (b * e) ** 2 / ((n - 1) * (k - 1)))
    lower, upper = f_quantile(1 - _TAIL, n - 1, freedom), f_quantile(1 - _TAIL, freedom, n - 1)
    rest = k * c + (k * n - k - n) * e
    low = n * (r - lower * e) / (lower * rest + n * r)
    high = n * (upper * r - e) / (rest + n * upper * r)
    return {"icc_a_1": (low, high), "icc_a_k": (_stepped(low, k), _stepped(high, k))}


def _stepped(single: float, k: int) -> float:
    """Return what the mean of k raters gives where one gives so much (Spearman and Brown 1910)."""
    return k * single / (1 + (k - 1) * single)


def components(block: Floats) -> dict[str, float]:
    """Return the variance components of persons (objects) p, items i and judges j, crossed, by expected mean squares.

    Negative ones as they are (Brennan 2001). With one item what is of items falls away: p, j and pj with the error in it.
    """
    n, i, j = block.shape
    if i == 1:
        found = squares(block[:, 0, :])
        return {"p": (found.rows - found.rest) / j, "j": (found.columns - found.rest) / n, "pj": found.rest}
    ms = _mean_squares(block)
    pij = ms["pij"]
    return {
        "p": (ms["p"] - ms["pi"] - ms["pj"] + pij) / (i * j),
        "i": (ms["i"] - ms["pi"] - ms["ij"] + pij) / (n * j),
        "j": (ms["j"] - ms["pj"] - ms["ij"] + pij) / (n * i),
        "pi": (ms["pi"] - pij) / j,
        "pj": (ms["pj"] - pij) / i,
        "ij": (ms["ij"] - pij) / n,
        "pij": pij,
    }


def generalisability(parts: dict[str, float], items: int, judges: int) -> float | None:
    """Return relative G = p/(p + pi/n_i + pj/n_j + pij/(n_i n_j)), negative components as 0; None without any variance."""
    kept = {name: max(0.0, value) for name, value in parts.items()}
    apart = _apart(kept, items)
    whole = kept["p"] + apart[0] + apart[1] / judges
    return kept["p"] / whole if whole > 0 else None


def judges_needed(parts: dict[str, float], items: int, least: float) -> int | None:
    """Return how many raters give G of at least `least` with as many items; None where no number does."""
    kept = {name: max(0.0, value) for name, value in parts.items()}
    fixed, per_judge = _apart(kept, items)
    room = kept["p"] / least - kept["p"] - fixed
    if room < 0 or kept["p"] == 0 or (room == 0 and per_judge > 0):
        return None
    return max(1, math.ceil(per_judge / room - 1e-9)) if per_judge else 1


def _apart(kept: dict[str, float], items: int) -> tuple[float, float]:
    """Return what sets objects apart wrongly: the part that more judges do not lessen, and the part that each shares."""
    return kept.get("pi", 0.0) / items, kept.get("pj", 0.0) + kept.get("pij", 0.0) / items


def _mean_squares(block: Floats) -> dict[str, float]:
    n, i, j = block.shape
    whole = block.mean()
    p, q, r = (block.mean(axis=axes) - whole for axes in ((1, 2), (0, 2), (0, 1)))
    pi = block.mean(axis=2) - whole - p[:, None] - q[None, :]
    pj = block.mean(axis=1) - whole - p[:, None] - r[None, :]
    ij = block.mean(axis=0) - whole - q[:, None] - r[None, :]
    rest = block - whole - p[:, None, None] - q[None, :, None] - r[None, None, :]
    rest = rest - pi[:, :, None] - pj[:, None, :] - ij[None, :, :]
    return {
        "p": i * j * _total(p**2) / (n - 1),
        "i": n * j * _total(q**2) / (i - 1),
        "j": n * i * _total(r**2) / (j - 1),
        "pi": j * _total(pi**2) / ((n - 1) * (i - 1)),
        "pj": i * _total(pj**2) / ((n - 1) * (j - 1)),
        "ij": n * _total(ij**2) / ((i - 1) * (j - 1)),
        "pij": _total(rest**2) / ((n - 1) * (i - 1) * (j - 1)),
    }


def _total(values: Floats) -> float:
    return math.fsum(np.asarray(values).ravel())
