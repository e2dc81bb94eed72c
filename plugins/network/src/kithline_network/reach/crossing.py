"""Contact across groups: event by event as it was, and by pairs that speak both ways."""

from typing import NamedTuple

import numpy as np

from kithline_network.reach.groups import bits, masks_then
from kithline_network.reach.params import ReachParams
from kithline_sdk import Snapshot
from kithline_sdk.grouping import by_pair
from kithline_sdk.snapshot import DAY, Bools, Floats, Ints
from kithline_sdk.ties import Contacts, contacts


class Crossing(NamedTuple):
    """Events with a target whose ends have known groups, how many cross, and the pairs that speak both ways.

    A pair counts by what came back: twice the smaller direction, a declared tie as it stands, at most `pair_cap`.
    `across` is the share of a pair's events that cross. Only groups set out for are among the pairs.
    """

    events: int
    crossing: int
    low: Ints
    high: Ints
    weight: Floats
    across: Floats
    contact: Contacts

    @property
    def raw(self) -> float | None:
        """Return the share of events across groups, as they were."""
        return self.crossing / self.events if self.events else None

    @property
    def share(self) -> float | None:
        """Return the share of returned events across groups."""
        whole = float(np.add.reduce(self.weight))
        return min(1.0, float(np.add.reduce(self.weight * self.across)) / whole) if whole else None

    @property
    def size(self) -> float:
        """Return how many equal pairs would tell as much (Kish 1965)."""
        squares = float(np.add.reduce(self.weight**2))
        return float(np.add.reduce(self.weight)) ** 2 / squares if squares else 0.0


class _Met(NamedTuple):
    """Who met whom, on which day, how often, and whether as a declared tie."""

    actor: Ints
    target: Ints
    day: Ints
    amount: Ints
    declared: Bools


def crossing(snapshot: Snapshot, params: ReachParams) -> Crossing:
    """Return contact across groups by the groups of its day; what was said in sensitive communities stays out."""
    table = snapshot["tie_day"]
    keep = ~sensitive(snapshot, table.labels("community"))[table.codes("community")]
    found = contacts(table, params.pair_day_cap, params.max_recipients, keep=np.asarray(keep, np.bool_))
    met = _with_declared(found, snapshot)
    own, theirs = (masks_then(snapshot["memberships"], end, met.day) for end in (met.actor, met.target))
    known, apart = (own > 0) & (theirs > 0), own & theirs == 0
    aimed = bits(params.targets)
    low, high, weight, across = _returned(met, (own & aimed > 0) & (theirs & aimed > 0), apart, params.pair_cap)
    return Crossing(
        int(met.amount[known].sum()), int(met.amount[known & apart].sum()), low, high, weight, across, found
    )


def sensitive(snapshot: Snapshot, labels: tuple[str, ...]) -> Bools:
    """Return which communities are sensitive, and False behind the last for none."""
    table = snapshot["communities"]
    told = zip(table.texts("community"), table.ints("sensitive").tolist(), strict=True)
    hidden = {one for one, flag in told if flag}
    return np.array([*(label in hidden for label in labels), False], np.bool_)


def _with_declared(found: Contacts, snapshot: Snapshot) -> _Met:
    ties = snapshot["ties"]
    ties = ties.where(~sensitive(snapshot, ties.labels("community"))[ties.codes("community")])
    ties = ties.where(ties.ints("actor") != ties.ints("target"))
    day = np.where(ties.present("last_at"), ties.ints("last_at") // DAY, snapshot.window.last_day)
    amount = np.where(ties.present("count"), ties.ints("count"), 1)
    return _Met(
        np.r_[found.actor, ties.ints("actor")],
        np.r_[found.target, ties.ints("target")],
        np.r_[found.day, day],
        np.r_[found.count, amount],
        np.r_[np.zeros(len(found.actor), np.bool_), np.ones(ties.rows, np.bool_)],
    )


def _returned(met: _Met, kept: Bools, apart: Bools, cap: int) -> tuple[Ints, Ints, Floats, Floats]:
    actor, target, amount, declared = met.actor[kept], met.target[kept], met.amount[kept], met.declared[kept]
    found = by_pair(np.minimum(actor, target), np.maximum(actor, target))

    def total(rows: Bools) -> Floats:
        return np.bincount(found.of[rows], amount[rows], found.size).astype(np.float64)

    ahead = actor < target
    back = np.minimum(total(ahead & ~declared), total(~ahead & ~declared))
    weight = 2 * back + total(declared)
    whole, across = total(np.ones(len(amount), np.bool_)), total(apart[kept])
    weight = np.minimum(weight, cap) if cap else weight
    linked = weight > 0
    return found.one[linked], found.other[linked], weight[linked], (across[linked] / whole[linked])


def of_persons(found: Crossing, person: Ints) -> tuple[Floats, Floats]:
    """Return the weight of each person's pairs, and what of it crosses; `person` ascends and holds every end."""
    size = len(person)
    weight, across = np.zeros(size), np.zeros(size)
    for end in (found.low, found.high):
        place = np.searchsorted(person, end)
        weight += np.bincount(place, found.weight, size)
        across += np.bincount(place, found.weight * found.across, size)
    return weight, across
