"""The scorer: money, with its doubt."""

from typing import ClassVar, Final

import msgspec
import numpy as np

from kithline_sdk import Driver, Finding, Missing, Note, Snapshot
from kithline_sdk.stats import quantiles
from kithline_value import lines as model
from kithline_value.advice import advice
from kithline_value.lines import Line
from kithline_value.measures import figures, levelled, listed
from kithline_value.params import ValueParams
from kithline_value.potential import ABOVE, held_against, potential
from kithline_value.worth import Worth, worth

PRICED: Final = ("p10", "p50", "p90", "p_positive", "break_even_month")


class Estimate:
    """Estimates what benefits and costs come to, with every factor as a range (card 8)."""

    key: ClassVar[str] = "value.estimate"
    version: ClassVar[str] = "1.0.0"
    Params: ClassVar[type[msgspec.Struct]] = ValueParams

    def score(self, snapshot: Snapshot, params: ValueParams, seed: int) -> Finding:
        """Return the net value's P10, P50 and P90, without a score: money is no degree of anything."""
        lines, notes = model.read(snapshot, params)
        lines = [one._replace(reason="no_cap") if _uncapped(one, params) else one for one in lines]
        valued = [one for one in lines if not one.reason]
        range_of_work, lacking = potential(params)
        plain = Finding(
            measures={"lines": len(lines), "lines_valued": len(valued), **range_of_work},
            tables={"lines": listed(lines)},
            findings=notes,
            missing=[*lacking, *(Missing(what=one.line, reason=one.reason) for one in lines if one.reason)],
        )
        if not valued:
            return _unpriced(plain, "no_lines")
        return _priced(plain, valued, _rate(snapshot), params, seed)


def _uncapped(line: Line, params: ValueParams) -> bool:
    return line.kind == model.BROADCAST and line.sign > 0 and not params.broadcast_cap and not line.reason


def _rate(snapshot: Snapshot) -> float:
    rates = snapshot["value_lines"].floats("discount_rate")
    return float(np.nan_to_num(rates[0])) if len(rates) else 0.0


def _priced(plain: Finding, valued: list[Line], rate: float, params: ValueParams, seed: int) -> Finding:
    note, refused = held_against(valued, params)
    notes = [*plain.findings, *([note] if note else [])]
    if refused:
        return _unpriced(msgspec.structs.replace(plain, findings=notes), ABOVE)
    found = worth(valued, rate, params, seed)
    measures, missing = figures(found, valued, params)
    level, probability = levelled(found, valued)
    return msgspec.structs.replace(
        plain,
        level=level,
        level_probability=probability,
        measures=plain.measures | measures,
        intervals={"p50": quantiles(found.net)},
        drivers=_drivers(valued),
        findings=[*notes, *_cut_off(found)],
        missing=[*plain.missing, *missing],
        recommendations=advice(found, valued),
    )


def _unpriced(plain: Finding, reason: str) -> Finding:
    absent = [Missing(what=name, reason=reason) for name in PRICED]
    missing = [*plain.missing, *absent]
    return msgspec.structs.replace(plain, status="insufficient", reasons=[reason], missing=missing)


def _drivers(valued: list[Line]) -> list[Driver]:
    return [Driver(name=one.line, raw=one.sign * one.yearly) for one in valued]


def _cut_off(found: Worth) -> list[Note]:
    clause = "what is broadcast counts up to its cap, however far it reaches"
    return (
        [Note(code="broadcast_capped", clause=clause, evidence=f"{found.capped:.10g} a year cut off")]
        if found.capped
        else []
    )
