"""Who contributed how much: as it was, and with volume capped and broadcasts left out."""

from typing import Final, NamedTuple

import numpy as np

from kithline_network.dependency.params import DependencyParams
from kithline_sdk import Snapshot, Table
from kithline_sdk.grouping import by_pair
from kithline_sdk.snapshot import Bools, Floats, Ints
from kithline_sdk.staff import place_in
from kithline_sdk.ties import contributes

REACTION: Final = "reacted"
# Verbs that turn to somebody who spoke first.
RESPONSES: Final = frozenset({"replied", "answered"})


class Contributions(NamedTuple):
    """Contributors in the order of their numbers: contributions as they were, as they count, who only broadcasts.

    `scatter` is the variance of what counts, by how it differs from day to day.
    """

    person: Ints
    amount: Floats
    counted: Floats
    broadcasts: Bools
    scatter: Floats

    @property
    def people(self) -> int:
        """How many contributed."""
        return len(self.person)


def contributions(snapshot: Snapshot, params: DependencyParams) -> Contributions:
    """Return the contributors: with a contribution of their own, or a declared tie that starts with them.

    A reaction adds `reaction_weight` to whoever contributes at all (rulings 3.5). At most `person_day_cap` a day count.
    """
    table, ties = snapshot["activity_day"], snapshot["ties"]
    real, reacted = contributes(table), _verb(table, frozenset({REACTION}))
    person = np.unique(np.r_[table.ints("actor")[real], ties.ints("actor")])
    place = place_in(person, table.ints("actor"))
    mine = (real | reacted) & (place >= 0)
    weight = np.where(real, 1.0, params.reaction_weight) * table.ints("count")
    days = by_pair(place[mine], table.ints("day")[mine])
    daily = np.bincount(days.of, weight[mine], days.size).astype(np.float64)
    sums, capped_sums = _declared(ties, params)
    at = place_in(person, ties.ints("actor"))
    size = len(person)
    capped = np.minimum(daily, params.person_day_cap) if params.person_day_cap else daily
    declared = np.bincount(at, capped_sums, size)
    alone = broadcasts(snapshot, person, params)
    own = np.bincount(days.one, capped, size)
    spread = np.bincount(days.one, capped**2, size) - own**2 / max(1.0, snapshot.window.days)
    counted = np.where(alone, 0.0, own + declared)
    # At least what it would be if every contribution came by itself.
    scatter = np.where(alone, 0.0, np.maximum(own, spread) + declared)
    amount = np.asarray(np.bincount(days.one, daily, size) + np.bincount(at, sums, size), np.float64)
    return Contributions(person, amount, counted, alone, scatter)


def broadcasts(snapshot: Snapshot, person: Ints, params: DependencyParams) -> Bools:
    """Return who only broadcasts: speaks to nobody in particular, or to many, never responds, and nobody turns to them.

    Where nobody turns to anybody in the data, that says nothing, and nobody is taken for a broadcaster.
    """
    activity, contact, ties = snapshot["activity_day"], snapshot["tie_day"], snapshot["ties"]
    real, directed = contributes(activity), contributes(contact) & (contact.ints("actor") != contact.ints("target"))
    turned_to = np.unique(np.r_[contact.ints("target")[directed], ties.ints("actor"), ties.ints("target")])
    if not len(turned_to):
        return np.zeros(len(person), np.bool_)
    few = directed & ((contact.ints("recipients") <= params.max_recipients) | (params.max_recipients == 0))
    said = _sum(person, activity.ints("actor")[real], activity.ints("count")[real])
    to_few = _sum(person, contact.ints("actor")[few], contact.ints("count")[few])
    pairs = by_pair(contact.ints("actor")[few], contact.ints("target")[few])
    reached = _sum(person, pairs.one, np.ones(pairs.size, np.int64))
    wide = (said > to_few) | ((reached > params.max_recipients) & (params.max_recipients > 0))
    responds = np.isin(person, activity.ints("actor")[_verb(activity, RESPONSES)])
    return np.asarray(wide & ~responds & ~np.isin(person, turned_to), np.bool_)


def _declared(ties: Table, params: DependencyParams) -> tuple[Ints, Ints]:
    """Return the contributions behind each declared tie, and how many of them count on the days they took."""
    count = np.where(ties.present("count"), ties.ints("count"), 1)
    days = np.where(ties.present("days"), ties.ints("days"), count)
    return count, np.minimum(count, params.person_day_cap * days) if params.person_day_cap else count


def _sum(person: Ints, who: Ints, amount: Ints) -> Ints:
    place = place_in(person, who)
    return np.bincount(place[place >= 0], amount[place >= 0], len(person)).astype(np.int64)


def _verb(table: Table, wanted: frozenset[str]) -> Bools:
    named = [label in wanted for label in table.labels("verb")]
    return np.array([*named, False], np.bool_)[table.codes("verb")]
