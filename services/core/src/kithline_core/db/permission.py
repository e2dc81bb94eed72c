"""Leaves out of the source tables whoever no processing ground covers, and says why when nobody is left.

Somebody whose groups are known is covered when every group held in the window is; rows without a group neither help
nor hurt. Somebody of whom no group is known comes under any ground. A ground of one legal entity covers who holds the
group at that organisation. Only grounds of the modes identified and pseudonymous open rows about single people; cells of
enough people are open under those of the mode aggregates too, where each group they speak of is covered.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, TypeAlias
from uuid import UUID

import msgspec

from kithline_core.db import cell_permission
from kithline_core.model.grounds import CELL_MODES, ROW_MODES, Ground
from kithline_core.model.rows import UNNAMED
from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.snapshot import Window

Cells: TypeAlias = dict[str, Sequence[object]]
Data: TypeAlias = dict[str, Cells]
# A known group and the organisation it is held at.
Member: TypeAlias = tuple[str, str | None]
Groups: TypeAlias = dict[object, set[Member]]
# The same of somebody of whom no group may be known.
Held: TypeAlias = tuple[str | None, str | None]

# Who else stands in a row that speaks of another: such a name goes blank, and the row stays.
ASIDE: Final = {"memberships": "manager", "answers": "confirmed_by"}


class Reader(msgspec.Struct, frozen=True):
    """Who wants to read about people, and the modes it knows (see `model.grounds`)."""

    scorer: str
    modes: Collection[str]


class Refusal(msgspec.Struct, frozen=True):
    """Why nobody may be read: a code and words."""

    code: str
    words: str


class Permitted(msgspec.Struct, frozen=True):
    """What may be read, the highest floor of the grounds it comes under (0: of nobody), and why nobody is left.

    `grounds` are those that whoever is left comes under; `at` is the instant all of it was read.
    """

    data: Data
    floor: int = 0
    refusal: Refusal | None = None
    grounds: list[UUID] = []
    at: datetime | None = None


def permitted(
    data: Data, in_force: Sequence[Ground], reader: Reader | None, window: Window, asked: Collection[str]
) -> Permitted:
    """Return what a reader (None: whoever is under any ground) may see. `data` must hold `memberships`."""
    valid = _opening(in_force, reader, ROW_MODES)
    groups = _groups(data["memberships"], window)
    barred = _outside(groups, valid)
    cells = cell_permission.permitted(data, _opening(in_force, reader, CELL_MODES), asked)
    kept = {name: _without(name, table, barred, valid) for name, table in data.items()} | cells.tables
    left = _people(kept, asked)
    met = _met(left, groups)
    refusal = None
    if not left and not cells.left and (cells.had or _people(data, asked)):
        refusal = _refusal(in_force, reader, CELL_MODES if cells.had else ROW_MODES)
    floor = max((ground.floor for ground in [*_covering(valid, met), *cells.under]), default=0)
    under = {ground.id: None for ground in [*_under(valid, met), *cells.under]}
    return Permitted(kept, floor, refusal, list(under))


def uncovered(
    memberships: Mapping[str, Sequence[object]], in_force: Sequence[Ground], reader: Reader | None, window: Window
) -> set[object]:
    """Return whose groups are not all covered by grounds that open rows about them to a reader."""
    return _outside(_groups(memberships, window), _opening(in_force, reader, ROW_MODES))


def _outside(groups: Groups, valid: Sequence[Ground]) -> set[object]:
    return {person for person, held in groups.items() if not all(_covered(member, valid) for member in held)}


def _opening(in_force: Iterable[Ground], reader: Reader | None, modes: Collection[str]) -> list[Ground]:
    """Return the grounds under which a reader may read data that come in under these modes."""
    return [ground for ground in in_force if reader is None or _opens(ground, reader, modes)]


def _opens(ground: Ground, reader: Reader, modes: Collection[str]) -> bool:
    return ground.allows(reader.scorer) and ground.mode in reader.modes and ground.mode in modes


def _covered(member: Held, valid: Iterable[Ground]) -> bool:
    return any(ground.covers(*member) for ground in valid)


def _groups(memberships: Mapping[str, Sequence[object]], window: Window) -> Groups:
    """Return the known groups everybody held in the window; of somebody who held none in it, those of other times."""
    ever: Groups = {}
    held: Groups = {}
    columns = (memberships[name] for name in ("person", "group", "organisation", "valid_from", "valid_to"))
    for person, group, organisation, begins, ends in zip(*columns, strict=True):
        known = ever.setdefault(person, set())
        if not isinstance(group, str):
            continue
        member = (group, organisation if isinstance(organisation, str) else None)
        known.add(member)
        if _before(begins, window.end) and _before(window.start, ends):
            held.setdefault(person, set()).add(member)
    return {**ever, **held}


def _before(one: object, other: object) -> bool:
    return not isinstance(one, int) or not isinstance(other, int) or one < other


def _without(name: str, cells: Cells, barred: set[object], valid: Sequence[Ground]) -> Cells:
    """Drop rows that speak of somebody barred; whoever is named aside goes blank."""
    people = _ends(name)
    if not people or (valid and not barred and name != "memberships"):
        return cells
    named = zip(*(cells[column] for column in people), strict=True)
    keep = [not any(_barred(one, barred, valid) for one in ends) for ends in named]
    if name == "memberships":
        members = zip(cells["group"], cells["organisation"], strict=True)
        keep = [here and _covered(member, valid) for here, member in zip(keep, members, strict=True)]  # type: ignore[arg-type]  # texts or null
    kept = {column: [cell for cell, here in zip(values, keep, strict=True) if here] for column, values in cells.items()}
    if (aside := ASIDE.get(name)) in kept:
        kept[aside] = [None if one != UNNAMED and _barred(one, barred, valid) else one for one in kept[aside]]
    return dict(kept)


def _ends(name: str) -> list[str]:
    return [column for column, kind in CATALOGUE[name].items() if kind == "person" and ASIDE.get(name) != column]


def _barred(person: object, barred: set[object], valid: Sequence[Ground]) -> bool:
    return person is not None and (not valid or person in barred)


def _people(data: Data, asked: Collection[str]) -> set[object]:
    columns = (cells[end] for name, cells in data.items() if name in asked for end in _ends(name))
    return set[object]().union(*columns) - {None}


def _met(people: Iterable[object], groups: Groups) -> set[Held]:
    """Return which groups are held by these people; the unknown group stands for those of whom none is known."""
    known = {frozenset(groups.get(person, ())) for person in people}
    return {member for held in known for member in (held or {(None, None)})}


def _covering(valid: Iterable[Ground], met: Collection[Held]) -> list[Ground]:
    return [ground for ground in valid if any(ground.covers(*member) for member in met)]


def _under(valid: Iterable[Ground], met: Collection[Held]) -> list[Ground]:
    """Return the grounds that cover the known groups; without any, those the unknown come under."""
    # Whoever has no known group comes under any ground, so also under those that the known groups need anyway.
    return _covering(valid, {member for member in met if member[0] is not None} or met)


def _refusal(in_force: Iterable[Ground], reader: Reader | None, modes: Collection[str]) -> Refusal:
    grounds = list(in_force)
    if not grounds:
        return Refusal("no_ground", "no processing ground is in force")
    allowing = [ground for ground in grounds if reader is None or ground.allows(reader.scorer)]
    if reader is not None and not allowing:
        return Refusal("scorer_not_allowed", f"no processing ground in force allows {reader.scorer}")
    if reader is not None and not any(_opens(ground, reader, modes) for ground in allowing):
        told = ", ".join(sorted({ground.mode for ground in allowing}))
        return Refusal(
            "mode_not_allowed", f"{reader.scorer} cannot read what is here in the mode {told} of the grounds"
        )
    return Refusal("not_covered", "no processing ground in force covers the people whose data are here")
