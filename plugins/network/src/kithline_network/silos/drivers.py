"""What each department adds to the score."""

import math

import numpy as np

from kithline_network.silos import mixing
from kithline_network.silos.picture import Picture
from kithline_sdk import Driver
from kithline_sdk.names import name

WITHHELD = "departments_withheld"
WHOLE = "ties_across"


def drivers(seen: Picture, value: float) -> list[Driver]:
    """Return one driver per department that may be shown and one for the others; contributions add up to the score.

    Sub-score: the share of a department's tie ends whose other end lies in another one. Weight: its share of all ends
    over the share that random mixing would send across, scaled down where the score is clipped at 1.
    """
    shown = np.flatnonzero(seen.departments).tolist()
    hidden = np.flatnonzero(~seen.departments).tolist()
    parts = [_driver(seen, value, name("department", seen.found.departments[one]), [one]) for one in shown]
    rest = [_driver(seen, value, WITHHELD, hidden)] if hidden else []
    return [part for part in parts + rest if part is not None]


def _driver(seen: Picture, value: float, label: str, departments: list[int]) -> Driver | None:
    """Return the driver of one or several departments, None where they have no tie."""
    mix = seen.mix
    own, out = (math.fsum(amount[departments].tolist()) for amount in (mix.own, mix.outward))
    ends = 2 * own + out
    if not ends:
        return None
    scale = value / (mixing.over_chance(mix) or 1.0)
    weight = ends / (2 * mix.ties) / (mix.chance or 1.0) * scale
    share = out / ends
    return Driver(
        name=label,
        raw=(out - 2 * own) / ends,
        sub_score=share,
        weight=weight,
        contribution=weight * share,
        gain=min(1 - value, weight * max(0.0, _chance(seen, departments) - share)),
    )


def _chance(seen: Picture, departments: list[int]) -> float:
    """Return the share of ends that random mixing would send out of these departments, mean weighted by people."""
    active = seen.mix.active[departments]
    whole = math.fsum(active.tolist())
    others = seen.mix.people - active
    return math.fsum((active * others).tolist()) / whole / max(1, seen.mix.people - 1) if whole else 0.0
