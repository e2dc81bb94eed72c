"""What to find out next: the factor that moves the estimate most, and what nobody counted."""

from kithline_sdk import Recommendation, unquantified
from kithline_value.lines import BENEFIT, MEASURED, Line
from kithline_value.worth import Worth

_UNSCORED = unquantified("the estimate has no score")


def advice(found: Worth, valued: list[Line]) -> list[Recommendation]:
    """Return at most two steps: measure what moves most, and compare where only estimates stand."""
    steps = [_measure(found), _compare(valued)]
    return [step for step in steps if step is not None]


def _measure(found: Worth) -> Recommendation | None:
    moves = {name: abs(high - low) for name, (low, high) in found.swings.items()}
    if not moves:
        return None
    name = min(moves, key=lambda one: (-moves[one], one))
    return Recommendation(
        code="measure_largest_swing",
        text=f"Find out more about {name} before anything else: no other factor moves the estimate as much.",
        evidence=f"from its P10 to its P90 it moves the net value by {moves[name]:.10g}, all others at their means",
        gain=_UNSCORED,
        effort="medium",
        refuted_by="the range of the net value is as wide as before once the factor is known better",
    )


def _compare(valued: list[Line]) -> Recommendation | None:
    weak = [one for one in valued if one.side == BENEFIT and one.evidence != MEASURED]
    if not weak:
        return None
    largest = min(weak, key=lambda one: (-one.yearly, one.line))
    return Recommendation(
        code="compare_largest_benefit",
        text=f"Hold {largest.line} against a comparison: teams, months or regions without the community.",
        evidence=f"the largest benefit without such a comparison (class {largest.evidence}), {largest.yearly:.10g} a year",
        gain=_UNSCORED,
        effort="high",
        refuted_by="the comparison shows the same benefit where there is no community",
    )
