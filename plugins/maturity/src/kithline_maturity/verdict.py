"""kithline.verdict: the headline over the other findings of a run (card 18)."""

from collections.abc import Mapping
from typing import ClassVar, Final, get_args

import msgspec

from kithline_maturity import gates, grid, headline
from kithline_maturity.params import VerdictParams
from kithline_maturity.readings import DEPTH, PURPOSE, READ, SILOS, SUPPLY, Reading, read
from kithline_sdk import Finding, Interval, Missing, Note, Recommendation, Snapshot, unquantified
from kithline_sdk.contract import Effort, Status
from kithline_sdk.names import part

_MOST: Final = 3
_EFFORTS: Final[Mapping[str | None, Effort]] = {one: one for one in get_args(Effort)}
_ORDER: Final = (DEPTH, SUPPLY, PURPOSE, SILOS)


class Verdict:
    """Label, distance, ladders, grid and next steps; it has no score, and how much was posted moves nothing in it."""

    key: ClassVar[str] = "kithline.verdict"
    version: ClassVar[str] = "1.0.1"
    Params: ClassVar[type[msgspec.Struct]] = VerdictParams

    def score(self, snapshot: Snapshot, params: VerdictParams, seed: int) -> Finding:  # noqa: ARG002 - nothing is drawn here
        """Return the verdict; insufficient, with the label "not decidable", while the ladder cannot be read."""
        readings = read(snapshot)
        depth = readings[DEPTH]
        place = gates.position(depth, params)
        days = _days(snapshot)
        early = _too_early(days, params)
        cells = grid.grid(readings)
        return Finding(
            status=_status(place, depth),
            reasons=_reasons(place, depth),
            measures=_measures(place, depth, cells, days) | {"sentence": headline.sentence(place, depth, early)},
            intervals=_intervals(place),
            tables=_tables(place, cells, readings),
            findings=[Note(code="too_early", clause="too early to tell", evidence=early)] if early else [],
            missing=_missing(place, depth, readings),
            recommendations=_next(readings),
        )


def _days(snapshot: Snapshot) -> int:
    """Return the days from the first to the last with an event, both counted; 0 without events."""
    days = snapshot["event_day"].ints("day")
    return int(days.max() - days.min()) + 1 if len(days) else 0


def _too_early(days: int, params: VerdictParams) -> str | None:
    if not 0 < days < params.minimum_days:
        return None
    return f"too early to tell ({days} of {params.minimum_days} days of data)"


def _status(place: gates.Position, depth: Reading) -> Status:
    if place.label == gates.UNDECIDABLE:
        return "insufficient"
    return "provisional" if depth.status == "provisional" else "ok"


def _reasons(place: gates.Position, depth: Reading) -> list[str]:
    if place.label == gates.UNDECIDABLE:
        return ["no_ladder"]
    return ["depth_provisional"] if depth.status == "provisional" else []


def _measures(place: gates.Position, depth: Reading, cells: list[grid.Cell], days: int) -> dict[str, float | int | str]:
    found: dict[str, float | int | str] = {"label": place.label, "days_of_data": days}
    if place.label != gates.UNDECIDABLE and place.known:
        found["distance"] = len(place.unmet)
    found |= {f"ladder.{group}": int(height) for group, height in depth.names("ladder").items()}
    found |= {f"grid.{part(cell.beneficiary)}.{part(cell.activity)}": cell.state for cell in cells}
    binding = depth.text("measure.binding")
    return found if binding is None else found | {"binding": binding}


def _intervals(place: gates.Position) -> dict[str, Interval]:
    return {"distance": place.interval} if place.label != gates.UNDECIDABLE and place.known else {}


def _tables(
    place: gates.Position, cells: list[grid.Cell], readings: dict[str, Reading]
) -> dict[str, list[dict[str, float | int | str | None]]]:
    return {
        "gates": [{"gate": gate.name, "met": int(gate.met), "probability": gate.chance} for gate in place.gates],
        "grid": [dict(cell._asdict()) for cell in cells],
        "read": [{"scorer": scorer, "status": readings[scorer].status or "not run"} for scorer in READ],
    }


def _missing(place: gates.Position, depth: Reading, readings: dict[str, Reading]) -> list[Missing]:
    found = [
        Missing(what=f"a result of {scorer}", reason=readings[scorer].status or "not_run", have=0, need=1)
        for scorer in READ
        if not readings[scorer].scored
    ]
    if len(found) == len(READ):
        # Nothing was read at all: which measures that leaves absent adds nothing to it.
        return found
    if place.label == gates.UNDECIDABLE or not place.known:
        found.append(Missing(what="distance", reason="no_ladder", have=0, need=1))
    if depth.text("measure.binding") is None:
        found.append(Missing(what="binding", reason="ceiling_unknown", have=0, need=1))
    return found


def _next(readings: dict[str, Reading]) -> list[Recommendation]:
    """Return at most three steps: the first of each scorer in turn, the ladder's before all."""
    turns = [(scorer, number) for number in range(_MOST) for scorer in _ORDER]
    steps = [step for scorer, number in turns for step in _step(readings[scorer], scorer, number)]
    return steps[:_MOST]


def _step(reading: Reading, scorer: str, number: int) -> list[Recommendation]:
    head = f"recommendation.{number}"
    text, effort = reading.text(f"{head}.text"), _EFFORTS.get(reading.text(f"{head}.effort"))
    if text is None or effort is None:
        return []
    return [
        Recommendation(
            code=f"{scorer}:{reading.text(f'{head}.code') or number}",
            text=text,
            evidence=reading.text(f"{head}.evidence") or f"the result of {scorer}",
            gain=unquantified(f"stated in the result of {scorer}"),
            effort=effort,
            refuted_by=f"the step is done and the next result of {scorer} has not moved",
        )
    ]
