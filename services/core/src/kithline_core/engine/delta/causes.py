"""Says of every row that only one of two snapshots has why: it is new, corrected, or stands elsewhere now.

What changed under one name (two counts of one day and pair) changes for one reason, the last that applies.
"""

from collections.abc import Mapping
from enum import IntEnum
from typing import Final, NamedTuple, TypeAlias

import numpy as np

from kithline_core.engine.delta import bounds, changes
from kithline_core.engine.delta.aligned import Both, behind
from kithline_core.engine.delta.changes import Change
from kithline_core.engine.delta.rules import AFFILIATION, FOLLOWS, GROWS, NAMES, NEAR
from kithline_core.engine.facts import Words
from kithline_core.engine.telling import ALL, Scope
from kithline_sdk.snapshot import DAY, Bools, Column, Ints, Table, Window

NOBODY: Final = np.zeros(0, np.uint64)
STAYS: Final = -1


class Cause(IntEnum):
    """Why a row is in one of two snapshots alone, in the order in which that is told."""

    NEW = 0
    CORRECTED = 1
    AFFILIATION = 2
    SCOPE = 3
    EXEMPTIONS = 4


class Known(NamedTuple):
    """What the snapshots do not say themselves; pairs are for the one before and the one after.

    `barred` are people who may not be counted, by their hashes; `people` and `organisations` lead from a name to the
    one that stands for all names it had in either.
    """

    lookback_days: int = 0
    scopes: tuple[Scope, Scope] = (ALL, ALL)
    barred: tuple[Words, Words] = (NOBODY, NOBODY)
    people: Mapping[int, int] = {}
    organisations: Mapping[str, str] = {}


class Moved(NamedTuple):
    """Per row of a table of both snapshots: its cause (STAYS: none), and whether the other could not select it."""

    gone: Ints
    came: Ints
    gone_outside: Bools
    came_outside: Bools


Moves: TypeAlias = dict[str, Moved]


class _Pair(NamedTuple):
    """Rows of a table that are gone and that came, under one numbering, and which the other could not select by date."""

    gone: Table
    came: Table
    left: Bools
    entered: Bools


def moves(both: Both, known: Known) -> Moves:
    """Return the cause of every row that only one of both has."""
    canon = _canon(both, known)
    found = {name: _moved(both, name, change, known, canon) for name, change in changes.changes(both).items()}
    return {name: _following(name, both, found) for name in found}


def vague(both: Both, known: Known) -> list[str]:
    """Return the tables from which a scope chooses by columns that the scorer does not read."""
    return [name for name, table in both.before.items() if bounds.blind(table, known.scopes)]


def _canon(both: Both, known: Known) -> Words:
    """Return per number the hash that stands for a person in both."""
    if not known.people:
        return both.people
    names = np.array(sorted(known.people), np.uint64)
    standing = np.array([known.people[one] for one in sorted(known.people)], np.uint64)
    place = np.minimum(np.searchsorted(names, both.people), len(names) - 1)
    return np.where(names[place] == both.people, standing[place], both.people)


def _moved(both: Both, name: str, change: Change, known: Known, canon: Words) -> Moved:
    gone, came = both.before[name].where(change.gone), both.after[name].where(change.came)
    reaches = [Window(one.start - known.lookback_days * DAY, one.end) for one in both.windows]
    differ = (reaches[0].start, reaches[0].end) != (reaches[1].start, reaches[1].end)
    pair = _Pair(gone, came, bounds.outside(gone, reaches[1], differ), bounds.outside(came, reaches[0], differ))
    causes = _causes(pair, both, known, canon, reaches[0])
    scoped = bounds.unscoped(gone, known.scopes[1], known.scopes), bounds.unscoped(came, known.scopes[0], known.scopes)
    full = [_spread(which, cause, STAYS) for which, cause in zip(change, causes, strict=True)]
    beyond = [
        np.asarray(_spread(which, out | by, 0) > 0, np.bool_)
        for which, out, by in zip(change, (pair.left, pair.entered), scoped, strict=True)
    ]
    return Moved(full[0], full[1], beyond[0], beyond[1])


def _spread(which: Bools, cells: Ints | Bools, other: int) -> Ints:
    found = np.full(len(which), other, np.int64)
    found[which] = cells
    return found


def _causes(pair: _Pair, both: Both, known: Known, canon: Words, reach: Window) -> tuple[Ints, Ints]:
    """Return the causes of rows that are gone and that came."""
    name = pair.gone.name
    if name == "findings":
        return np.zeros(pair.gone.rows, np.int64), np.zeros(pair.came.rows, np.int64)
    groups = _groups(pair, known, canon)
    found = [_plain(pair, groups, side) for side in (0, 1)]
    _near(pair, groups, found)
    if name in AFFILIATION:
        found = [np.full(len(one), Cause.AFFILIATION) for one in found]
        if name == "memberships":
            found[1][_newcomers(pair.came, both, canon)] = Cause.NEW
    _linked(pair, groups, found, canon)
    for side, table in enumerate((pair.gone, pair.came)):
        found[side][bounds.unscoped(table, known.scopes[1 - side], known.scopes)] = Cause.SCOPE
        found[side][bounds.barred(table, both.people, known.barred[1 - side])] = Cause.EXEMPTIONS
    found = _alike(groups, found)
    begins = bounds.later(pair.came, reach) if name in AFFILIATION else np.zeros(pair.came.rows, np.bool_)
    found[0][pair.left] = Cause.NEW
    found[1][pair.entered & ~begins] = Cause.NEW
    return found[0], found[1]


class _Groups(NamedTuple):
    """Numbers of groups of rows under one name, for rows that are gone and that came; which have both; exact names."""

    of: tuple[Ints, Ints]
    both: Bools
    named: tuple[Words, Words]


def _groups(pair: _Pair, known: Known, canon: Words) -> _Groups:
    """Put rows under one name together; what lies outside the other's days is nobody's other half."""
    columns = [one for one in NAMES.get(pair.gone.name, tuple(pair.gone.columns)) if one in pair.gone]

    def standing(column: Column, _: str) -> Words:
        return behind(canon, column) if _people(column) else changes.labelled(column, known.organisations)

    keys = [changes.hashes(table, columns, standing) for table in (pair.gone, pair.came)]
    inside = [~pair.left, ~pair.entered]
    together = np.unique(np.concatenate([key[here] for key, here in zip(keys, inside, strict=True)]))
    # One group more, for whatever lies outside.
    of = [np.where(here, np.searchsorted(together, key), len(together)) for key, here in zip(keys, inside, strict=True)]
    counts = [np.bincount(numbers, minlength=len(together) + 1) for numbers in of]
    has_both = (counts[0] > 0) & (counts[1] > 0)
    has_both[-1] = False
    named = [changes.hashes(table, columns) for table in (pair.gone, pair.came)]
    return _Groups((of[0], of[1]), has_both, (named[0], named[1]))


def _plain(pair: _Pair, groups: _Groups, side: int) -> Ints:
    """Return causes by what rows say: more than before or for the first time is new, less or else is corrected."""
    alone = Cause.CORRECTED if side == 0 else Cause.NEW
    grown = _grown(pair, groups)
    known = np.where(grown, Cause.NEW, Cause.CORRECTED)[groups.of[side]]
    return np.where(groups.both[groups.of[side]], known, alone).astype(np.int64)


def _grown(pair: _Pair, groups: _Groups) -> Bools:
    """Say of each group whether there is only more of it than before."""
    column = GROWS.get(pair.gone.name)
    size = len(groups.both)
    if column is not None and column in pair.gone:
        before, after = (
            np.bincount(of, weights=np.nan_to_num(table.floats(column)), minlength=size)
            for of, table in zip(groups.of, (pair.gone, pair.came), strict=True)
        )
        return np.asarray(after > before, np.bool_)
    return _filled(pair, groups)


def _filled(pair: _Pair, groups: _Groups) -> Bools:
    """Say of each group of one row each whether it says all it said, and something where it said nothing."""
    size = len(groups.both)
    single = groups.both.copy()
    for of in groups.of:
        single &= np.bincount(of, minlength=size) == 1
    rows = [np.zeros(size, np.int64), np.zeros(size, np.int64)]
    for side, of in enumerate(groups.of):
        rows[side][of] = np.arange(len(of))
    left, right = (index[single] for index in rows)
    kept = np.ones(len(left), np.bool_)
    for name, before in pair.gone.columns.items():
        after = pair.came.columns[name]
        same = before.values[left] == after.values[right]
        kept &= ~before.present[left] | (after.present[right] & same)
    found = np.zeros(size, np.bool_)
    found[single] = kept
    return found


def _near(pair: _Pair, groups: _Groups, found: list[Ints]) -> None:
    """Take an event that says something else for corrected: it stands beside one that is gone, and is no more of it."""
    columns = NEAR.get(pair.gone.name, ())
    column = GROWS.get(pair.gone.name, "")
    if not columns or any(name not in pair.gone for name in (*columns, column)):
        return
    lone = [~groups.both[of] & ~out for of, out in zip(groups.of, (pair.left, pair.entered), strict=True)]
    keys = [changes.hashes(table, columns) for table in (pair.gone, pair.came)]
    names, place = np.unique(np.concatenate(keys), return_inverse=True)
    places = np.split(place.reshape(-1), [len(keys[0])])
    sums = [
        np.bincount(at[here], weights=table.ints(column)[here], minlength=len(names))
        for at, here, table in zip(places, lone, (pair.gone, pair.came), strict=True)
    ]
    replaced = (sums[0] > 0) & (sums[1] <= sums[0])
    found[1][lone[1] & replaced[places[1]]] = Cause.CORRECTED


def _newcomers(came: Table, both: Both, canon: Words) -> Bools:
    """Say which memberships are of people whom the one before knows nowhere, and who did something since."""
    there = _everybody(both.before, canon)
    acting = _everybody({name: table for name, table in both.after.items() if name != "memberships"}, canon)
    if "person" not in came:
        return np.zeros(came.rows, np.bool_)
    people = behind(canon, came.columns["person"])
    return np.asarray(~np.isin(people, there) & np.isin(people, acting), np.bool_)


def _everybody(tables: Mapping[str, Table], canon: Words) -> Words:
    columns = [column for table in tables.values() for column in table.columns.values() if _people(column)]
    found = [behind(canon, column)[column.present] for column in columns]
    return np.unique(np.concatenate(found)) if found else NOBODY


def _linked(pair: _Pair, groups: _Groups, found: list[Ints], canon: Words) -> None:
    """Take for affiliation whatever stands under another name of the same person or organisation now."""
    size, (left, right) = len(groups.both), groups.of
    renamed = np.zeros(size, np.bool_)
    renamed[left[~np.isin(groups.named[0], groups.named[1])]] = True
    renamed[right[~np.isin(groups.named[1], groups.named[0])]] = True
    renamed &= groups.both
    for side, table in enumerate((pair.gone, pair.came)):
        found[side][renamed[groups.of[side]] | _of_oneself(table, canon)] = Cause.AFFILIATION


def _of_oneself(table: Table, canon: Words) -> Bools:
    """Say which ties are between two names of one person: they come and go with the link."""
    columns = [table.columns[name] for name in ("actor", "target") if name in table]
    if len(columns) < 2:  # noqa: PLR2004 - both ends
        return np.zeros(table.rows, np.bool_)
    here = columns[0].present & columns[1].present & (columns[0].values != columns[1].values)
    one, other = (behind(canon, column) for column in columns)
    return np.asarray(here & (one == other), np.bool_)


def _alike(groups: _Groups, found: list[Ints]) -> list[Ints]:
    """Give all rows under one name the last of their causes."""
    last = np.zeros(len(groups.both), np.int64)
    for of, causes in zip(groups.of, found, strict=True):
        np.maximum.at(last, of, causes)
    return [np.where(groups.both[of], last[of], causes) for of, causes in zip(groups.of, found, strict=True)]


def _people(column: Column) -> bool:
    return column.kind == "person"


def _following(name: str, both: Both, found: Moves) -> Moved:
    """Return a table's causes; of one that is made of others, theirs."""
    moved = found[name]
    columns, sources = FOLLOWS.get(name, ((), ()))
    sides = (both.before, both.after)
    used = [one for one in sources if one in found and all(column in both.before[one] for column in columns)]
    if not used or any(column not in both.before[name] for column in columns):
        return moved
    keys = [changes.hashes(side[one], columns) for one in used for side in sides]
    causes = [cause for one in used for cause in (found[one].gone, found[one].came)]
    names, place = np.unique(np.concatenate(keys), return_inverse=True)
    last = np.full(len(names), STAYS, np.int64)
    np.maximum.at(last, place.reshape(-1), np.concatenate(causes))
    told = [_as(side[name], columns, own, (names, last)) for side, own in zip(sides, moved[:2], strict=True)]
    return moved._replace(gone=told[0], came=told[1])


def _as(table: Table, columns: tuple[str, ...], own: Ints, known: tuple[Words, Ints]) -> Ints:
    """Return for rows that changed the cause known under their names; their own, where there is none."""
    names, last = known
    keys = changes.hashes(table, columns)
    place = np.minimum(np.searchsorted(names, keys), max(0, len(names) - 1))
    there = (names[place] == keys) & (last[place] != STAYS) if len(names) else np.zeros(table.rows, np.bool_)
    return np.where((own != STAYS) & there, last[place] if len(names) else own, own)
