"""What is published of the estimate, and the level that its doubt allows."""

import numpy as np

from kithline_sdk import Missing
from kithline_sdk.contract import Value
from kithline_value.lines import BENEFIT, MEASURED, UNKNOWN, Line
from kithline_value.params import ValueParams
from kithline_value.worth import TAILS, Worth, break_even, error_of_quantile

NONE, HYPOTHESIS, PLAUSIBLE, LIKELY, SHOWN = range(5)
_HALF = 0.5


def figures(
    found: Worth, valued: list[Line], params: ValueParams
) -> tuple[dict[str, float | int | str], list[Missing]]:
    """Return the measures by name, and what could not be told."""
    ordered = np.sort(found.net)
    p10, p50, p90 = (float(ordered[round(share * (len(ordered) - 1))]) for share in (TAILS[0], _HALF, TAILS[1]))
    measures: dict[str, float | int | str] = {
        "p10": p10,
        "p50": p50,
        "p90": p90,
        "p_positive": float(np.mean(found.net > 0)),
        "mc_error_p10": error_of_quantile(ordered, TAILS[0]),
        "mc_error_p90": error_of_quantile(ordered, TAILS[1]),
        "share_measured": measured_share(valued),
        **{f"swing.{name}": abs(high - low) for name, (low, high) in found.swings.items()},
    }
    month = break_even(found.medians)
    if month is None:
        late = Missing(what="break_even_month", reason="not_within_horizon", have=params.horizon_months)
        return measures, [late]
    return measures | {"break_even_month": month}, []


def measured_share(valued: list[Line]) -> float:
    """Return which share of the benefits' yearly mean rests on evidence of class A."""
    benefits = [one for one in valued if one.side == BENEFIT]
    whole = sum(one.yearly for one in benefits)
    return sum(one.yearly for one in benefits if one.evidence == MEASURED) / whole if whole else 0.0


def levelled(found: Worth, valued: list[Line]) -> tuple[int, float]:
    """Return the level, and the probability that the net value has the sign it says.

    Nothing to be had at the median: none. Class D alone: hypothesis at most. P10 above 0: likely, and shown where half
    of the value is of class A; else plausible.
    """
    positive = float(np.mean(found.net > 0))
    if np.median(found.net) <= 0:
        return NONE, 1 - positive
    if all(one.evidence == "D" for one in valued if one.side == BENEFIT):
        return HYPOTHESIS, positive
    if np.sort(found.net)[round(TAILS[0] * (len(found.net) - 1))] <= 0:
        return PLAUSIBLE, positive
    return SHOWN if measured_share(valued) >= _HALF else LIKELY, positive


def listed(lines: list[Line]) -> list[dict[str, Value]]:
    """Return every line with every assumption, also those without a value."""
    return [
        {
            "line": one.line, "side": one.side, "kind": one.kind or None, "evidence": one.evidence,
            "start_month": one.start_month, "yearly_mean": one.yearly if not one.reason else None,
            "not_valued": one.reason or None,
            **{
                f"{name}_{end}": None if factor is UNKNOWN else getattr(factor, end)
                for name, factor in (("count", one.count), ("unit", one.unit), ("attribution", one.attribution))
                for end in ("low", "likely", "high")
            },
        }
        for one in lines
    ]  # fmt: skip
