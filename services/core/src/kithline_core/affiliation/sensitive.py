"""Takes what belongs to sensitive communities out of the source tables, so that nothing can be reckoned from it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, TypeAlias

from kithline_sdk.catalogue import CATALOGUE

Cells: TypeAlias = Mapping[str, Sequence[Any]]

# What the doors hand over beside the catalogue's columns: where a practice stood and was used, where somebody answered.
ASIDE: Final[Mapping[str, tuple[str, ...]]] = {
    "item_use": ("community", "practice_community"),
    "opening": ("answer_community",),
}


def left_out(data: Mapping[str, Cells], hidden: Collection[str]) -> dict[str, dict[str, Sequence[Any]]]:
    """Return the tables, in the columns of the catalogue, without rows of these communities; their own go as well."""
    return {name: _without(name, cells, hidden) for name, cells in data.items()}


def _without(name: str, cells: Cells, hidden: Collection[str]) -> dict[str, Sequence[Any]]:
    aside = ASIDE.get(name, ())
    kept = {column: values for column, values in cells.items() if column not in aside}
    named = [cells[column] for column in _columns(name) if column in cells]
    if not hidden or not named:
        return kept
    keep = [not any(place in hidden for place in places) for places in zip(*named, strict=True)]
    return {column: [cell for cell, here in zip(values, keep, strict=True) if here] for column, values in kept.items()}


def _columns(name: str) -> tuple[str, ...]:
    own = ("community",) if "community" in CATALOGUE.get(name, ()) else ()
    return own + ASIDE.get(name, ())
