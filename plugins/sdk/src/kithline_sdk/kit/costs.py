"""What a scorer costs at three sizes, against its own limits, and how that grows."""

import math
from collections.abc import Mapping
from typing import Final

from kithline_sdk.kit.processes import Weighed, ask, request_for
from kithline_sdk.kit.subject import Subject
from kithline_sdk.kit.worlds import SIZES
from kithline_sdk.manifest import ScorerSpec

# Beyond the square of its rows a scorer meets a customer it cannot score.
STEEPEST: Final = 2.0
# Below this the clock says more about the machine than about the code.
_QUICK: Final = 0.02
# Nor do two sizes that hardly differ, as where sixty answers are enough for anybody.
_APART: Final = 2.0

Costs = Mapping[str, Weighed]


def measured(subject: Subject, spec: ScorerSpec) -> dict[str, Weighed]:
    """Weigh a run of each size in a process of its own. Raises AssertionError when one does not come back."""
    found: dict[str, Weighed] = {}
    for size, people in SIZES.items():
        reply = ask(request_for(subject, "size", scorers=[spec.key], people=people))
        if reply.weighed is None:
            raise AssertionError(f"{size} ({people} people): {reply.error}")
        found[size] = reply.weighed
    return found


def figures(costs: Costs) -> dict[str, float]:
    """Return every figure by name."""
    told: dict[str, float] = {}
    for size, one in costs.items():
        told |= {
            f"rows_{size}": float(one.rows),
            f"seconds_{size}": round(one.seconds, 4),
            f"memory_mb_{size}": round(one.memory_mb, 1),
        }
    return told | {"growth": round(growth(costs), 2)}


def growth(costs: Costs) -> float:
    """Return by which power of the rows the time grows from medium to large."""
    one, other = costs["medium"], costs["large"]
    if other.seconds < _QUICK or other.rows < _APART * one.rows:
        return 0.0
    return math.log(other.seconds / max(one.seconds, 1e-6)) / math.log(other.rows / one.rows)


def in_time(costs: Costs, spec: ScorerSpec) -> str:
    """Check time against the limit, and its growth. Raises AssertionError."""
    large, power = costs["large"], growth(costs)
    said = f"{large.seconds:.3f} s for {large.rows} rows, growing with power {power:.2f}"
    if large.seconds > spec.limits.seconds or power > STEEPEST:
        raise AssertionError(said)
    return said + _reach(large, power, spec.limits.seconds)


def in_memory(costs: Costs, spec: ScorerSpec) -> str:
    """Check memory against the limit. Raises AssertionError."""
    most = max(one.memory_mb for one in costs.values())
    said = f"{most:.0f} MiB at most, {costs['large'].rows} rows"
    if most > spec.limits.memory_mb:
        raise AssertionError(said)
    return said


def _reach(large: Weighed, power: float, seconds: float) -> str:
    """Say where the limit of time would be met if it went on like that."""
    if not power or large.seconds < _QUICK:
        return ""
    rows = large.rows * (seconds / large.seconds) ** (1 / max(power, 0.5))
    return f"; its limit would be met near {rows:.0e} rows"
