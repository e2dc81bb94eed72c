"""Takes what belongs to sensitive communities out of the source tables, so that nothing can be reckoned from it."""

from collections.abc import Mapping, Sequence
from typing import Final

from kithline_core.engine.tables import Data
from kithline_core.model import sensitive
from kithline_sdk.catalogue import CATALOGUE

# Columns that a door hands over beside the catalogue's: where a practice stood, and where it was used.
ASIDE: Final[dict[str, tuple[str, ...]]] = {"item_use": ("community", "practice_community")}


def left_out(data: Data) -> dict[str, Mapping[str, Sequence[object]]]:
    """Return the tables without rows of sensitive communities, their own rows in `communities` included.

    `places` holds every community where `communities` holds only those of a scope.
    """
    told = data.get("places") or data.get("communities", {})
    kept = {name: cells for name, cells in data.items() if name != "places"}
    hidden = sensitive.marked(told) if told else frozenset()
    return {name: _without(name, cells, hidden) for name, cells in kept.items()}


def _without(
    name: str, cells: Mapping[str, Sequence[object]], hidden: frozenset[str]
) -> Mapping[str, Sequence[object]]:
    named = [cells[column] for column in _columns(name) if column in cells]
    if not hidden or not named:
        return cells
    keep = [not any(place in hidden for place in places) for places in zip(*named, strict=True)]
    return {column: [cell for cell, here in zip(values, keep, strict=True) if here] for column, values in cells.items()}


def _columns(name: str) -> tuple[str, ...]:
    own = ("community",) if "community" in CATALOGUE.get(name, ()) else ()
    return own + ASIDE.get(name, ())
