"""The verdict in one sentence: label, distance, what holds it back, and what it rests on."""

from kithline_maturity.ceilings import NONE
from kithline_maturity.gates import UNDECIDABLE, Position
from kithline_maturity.readings import Reading
from kithline_maturity.remarks import NAMES, UNPROVEN


def sentence(place: Position, depth: Reading, early: str | None) -> str:
    """Return the first line of every demo, report and summary."""
    if place.label == UNDECIDABLE:
        why = "too few answers on the ladder's first level; the quick scan of sixteen questions gives a first range"
        return f"Not decidable: {why}."
    parts = [_distance(place), _binding(depth), _ground(depth), early or ""]
    return "; ".join(part for part in parts if part) + "."


def _distance(place: Position) -> str:
    label = place.label[0].upper() + place.label[1:]
    if place.toward is None:
        return label
    if not place.known:
        return f"{label}, its distance to {place.toward} unknown (no group has answers up to level 3)"
    count, (low, high) = len(place.unmet), place.interval
    span = "" if low == high else f" ({low:.0f} to {high:.0f})"
    return f"{label}, {count} {'gate' if count == 1 else 'gates'}{span} from {place.toward}"


def _binding(depth: Reading) -> str:
    factor, ceiling = depth.text("measure.binding"), depth.measure("ceiling")
    if factor is None or ceiling is None:
        return "its ceilings are unknown"
    if factor == NONE:
        return "no ceiling binds"
    name = f"the {factor.replace('_', ' ')} ceiling"
    at = f"level {ceiling:.0f} ({NAMES[int(ceiling)]})"
    return f"{name} binds at {at}" if depth.measure("binds") else f"the ladder binds, {name} comes next at {at}"


def _ground(depth: Reading) -> str:
    if depth.text("finding.unproven") is not None:
        return UNPROVEN
    return "provisional" if depth.status == "provisional" else ""
