"""What the people's own time could be worth at most, beside the estimate and never in it."""

from typing import Final

from kithline_sdk import Missing, Note
from kithline_value.lines import PRODUCTIVITY, Line
from kithline_value.params import ValueParams

# The essays' 20 to 25 %: a potential for knowledge workers under full adoption (McKinsey 2012), an upper end and no forecast.
LEAST: Final = 0.20
ABOVE: Final = "productivity_above_potential"


def potential(params: ValueParams) -> tuple[dict[str, float | int | str], list[Missing]]:
    """Return payroll x adoption x 20 and 25 %, a range to hold hopes against; absent where either is not known."""
    if params.payroll and params.adoption is not None:
        whole = params.payroll * params.adoption
        return {"potential_low": LEAST * whole, "potential_high": params.potential * whole}, []
    reason = "no_payroll" if not params.payroll else "no_adoption"
    return {}, [Missing(what=name, reason=reason) for name in ("potential_low", "potential_high")]


def held_against(valued: list[Line], params: ValueParams) -> tuple[Note | None, bool]:
    """Return what is to be said of the productivity lines, and whether the estimate is refused until somebody justifies it."""
    yearly = sum(one.yearly for one in valued if one.kind == PRODUCTIVITY and one.sign > 0)
    if not yearly:
        return None, False
    if not params.payroll:
        clause = "productivity is held against the payroll of the people concerned"
        said = f"{yearly:.10g} a year, payroll not named"
        return Note(code="payroll_unknown", clause=clause, evidence=said), False
    share = yearly / params.payroll
    if share <= params.potential:
        return None, False
    clause = f"lines of productivity above {params.potential:.0%} of the payroll have to be justified"
    why = f"; justified: {params.justification}" if params.justification else ""
    return Note(code=ABOVE, clause=clause, evidence=f"{share:.0%} of the payroll{why}"), not params.justification
