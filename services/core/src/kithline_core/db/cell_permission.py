"""Leaves out cells that speak of a group no processing ground covers: cells hold no person, and still come under grounds."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TypeAlias

import msgspec

from kithline_core.model import cells as files
from kithline_core.model.grounds import Ground

Cells: TypeAlias = Mapping[str, Sequence[object]]


class Told(msgspec.Struct, frozen=True):
    """The cells that may be read, whether there were any among those asked for, and the grounds they come under."""

    tables: dict[str, dict[str, Sequence[object]]]
    had: bool
    left: bool
    under: list[Ground]


def permitted(data: Mapping[str, Cells], valid: Sequence[Ground], asked: Collection[str]) -> Told:
    """Return what may be read of the tables of cells under these grounds."""
    kept: dict[str, dict[str, Sequence[object]]] = {}
    had, met = False, set[str | None]()
    for name in data.keys() & files.FILES.keys():
        spoken_of = _spoken_of(name, data[name])
        keep = [all(_covered(group, valid) for group in groups) for groups in spoken_of]
        kept[name] = {
            column: [cell for cell, here in zip(values, keep, strict=True) if here]
            for column, values in data[name].items()
        }
        if name in asked:
            had = had or bool(keep)
            met = met.union(*(groups for groups, here in zip(spoken_of, keep, strict=True) if here))
    known = {group for group in met if group is not None} or met
    return Told(kept, had, bool(met), [one for one in valid if any(_covered(group, [one]) for group in known)])


def _spoken_of(name: str, table: Cells) -> list[set[str | None]]:
    """Return the groups that each cell speaks of; None where it does not say."""
    kind = files.FILES[name]
    columns = [column for column in table if column in kind.__struct_fields__]
    rows = zip(*(table[column] for column in columns), strict=True)
    return [files.groups([kind(**dict(zip(columns, row, strict=True)))]) for row in rows]


def _covered(group: str | None, valid: Iterable[Ground]) -> bool:
    # A cell names no organisation: it was counted at home, where the ground's legal entity is known.
    return any(ground.covers(group, ground.legal_entity) for ground in valid)
