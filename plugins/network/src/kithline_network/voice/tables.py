"""The tables behind the pictures: the diffusion curve, and departments as far as they may be shown."""

from kithline_network.voice.cells import names
from kithline_network.voice.picture import Picture, Quarter
from kithline_sdk.contract import Value
from kithline_sdk.snapshot import Bools

Rows = list[dict[str, Value]]


def tables(seen: Picture, open_: Bools, curve: list[Quarter]) -> dict[str, Rows]:
    """Return the tables that have rows."""
    found = {"diffusion": _diffusion(seen, curve), "departments": _departments(seen, open_)}
    return {label: rows for label, rows in found.items() if rows}


def _diffusion(seen: Picture, curve: list[Quarter]) -> Rows:
    existing = int(seen.figures.spread.existing.sum())
    if not existing:
        return []
    return [
        {
            "quarter": one.name,
            "days": one.days,
            "departments_active": one.active,
            "departments": existing,
            "share": one.active / existing,
            "people": one.people,
        }
        for one in curve
    ]


def _departments(seen: Picture, open_: Bools) -> Rows:
    spread = seen.figures.spread
    return [
        {
            "department": label,
            "people": int(spread.head_counts[one]),
            "with_a_voice": float(spread.voices[one]),
            "share": float(spread.voices[one] / spread.heads[one]),
        }
        for one, label in names(seen, open_)
    ]
