"""The network of people with a tie, and what is left of it when a few go."""

from typing import Final, NamedTuple

import numpy as np

from kithline_network.dependency.params import DependencyParams
from kithline_sdk import Snapshot
from kithline_sdk.snapshot import Bools, Floats, Ints
from kithline_sdk.staff import place_in
from kithline_sdk.stats import graphs, top
from kithline_sdk.ties import contacts, pairs

ROUNDS: Final = 3


class Network(NamedTuple):
    """People with a tie, in the order of their numbers, and ties between their places low < high."""

    person: Ints
    low: Ints
    high: Ints

    @property
    def people(self) -> int:
        """How many people have a tie."""
        return len(self.person)

    def without(self, gone: Ints) -> "Network":
        """Return the network of people with a tie when some persons, and all their ties, were never there."""
        kept = ~np.isin(self.person, gone)
        stay = kept[self.low] & kept[self.high]
        return network_of(self.person[self.low[stay]], self.person[self.high[stay]])


class Left(NamedTuple):
    """Who stays: how many, how many of them in the largest connected group, how large the others' groups are on average.

    Then the connected share of pairs before and after.
    """

    people: int
    largest: int
    others: float
    before: float
    after: float

    @property
    def drop(self) -> float:
        """Return 1 - after/before; below 0 where who stays is connected better than all were."""
        return 1 - self.after / self.before


def network(snapshot: Snapshot, params: DependencyParams) -> Network:
    """Return everybody with a tie."""
    observed = contacts(snapshot["tie_day"], params.pair_day_cap, params.max_recipients)
    found = pairs(observed, min_events=params.min_events, min_days=params.min_days, declared=snapshot["ties"])
    return network_of(found.low[found.tied], found.high[found.tied])


def network_of(one: Ints, other: Ints) -> Network:
    """Return the network of these pairs of persons."""
    person = graphs.distinct(np.r_[one, other])
    return Network(person, place_in(person, one), place_in(person, other))


def order(found: Network, person: Ints, amount: Floats) -> Ints:
    """Return contributors by what they contribute, most first; of equals who is better connected goes first.

    Better connected: more ties, then ties to who has more of both, and so on for three steps. Names decide nothing but
    between people whose surroundings look alike.
    """
    place = place_in(found.person, person)
    rank = _ranked(found, _amounts(found, person, amount))
    connected = np.where(place >= 0, rank[place] if len(rank) else 0, -1)
    # Tenths and fifths of contributions are whole after rounding, so that equals are equal.
    return np.asarray(np.lexsort((person, -connected, -amount.round(6))), np.int64)


def left(found: Network, person: Ints, ordered: Ints, part: float) -> Left | None:
    """Return what is left without the top `part` of contributors: max(1, ceil(part n)) (rulings 3.5).

    None without a connected pair before, or with fewer than two people after.
    """
    before = _share(found, np.ones(found.people, np.bool_))
    gone = person[ordered[: top(len(person), part)]] if len(person) else person
    stays = ~np.isin(found.person, gone)
    people = int(np.count_nonzero(stays))
    if not before[0] or people < 2:  # noqa: PLR2004 - a pair
        return None
    after = _share(found, stays)
    return Left(people, after[1], after[2], before[0], after[0])


def _share(found: Network, stays: Bools) -> tuple[float, int, float]:
    """Return the connected share of pairs of who stays, the largest group, and the group of who is in another, on average."""
    people = int(np.count_nonzero(stays))
    kept = stays[found.low] & stays[found.high]
    root = graphs.components(found.low[kept], found.high[kept], found.people)
    sizes = np.sort(np.bincount(root[stays], minlength=1))
    largest, others = int(sizes[-1]), sizes[:-1]
    pairs_ = people * (people - 1) // 2
    share = graphs.connected_pairs(root, stays) / pairs_ if pairs_ else 0.0
    if not others.sum():
        return share, largest, 1.0
    # As seen, and as a random graph with as many ties has it: few groups are too few to show the larger ones.
    onward = 2 * int(np.count_nonzero(kept)) / people * (1 - largest / people)
    return share, largest, max(float((others * others).sum() / others.sum()), 1 / max(0.01, 1 - onward))


def _amounts(found: Network, person: Ints, amount: Floats) -> Floats:
    whole = np.zeros(found.people)
    place = place_in(found.person, person)
    whole[place[place >= 0]] = amount[place >= 0]
    return whole


def _ranked(found: Network, amount: Floats) -> Ints:
    """Return a number per person that grows with degree, then with the neighbours' numbers; equal where all look alike."""
    rank = np.unique(graphs.degrees(found.low, found.high, found.people), return_inverse=True)[1].reshape(-1)
    extra = np.unique(amount.round(6), return_inverse=True)[1].reshape(-1)
    rank = _dense(rank, extra)
    for _ in range(ROUNDS):
        around = np.bincount(found.low, rank[found.high], found.people) + np.bincount(
            found.high, rank[found.low], found.people
        )
        rank = _dense(rank, around.astype(np.int64))
    return rank


def _dense(first: Ints, second: Ints) -> Ints:
    """Return the rank of pairs of whole numbers."""
    if not len(first):
        return first
    return np.asarray(np.unique(first * (int(second.max()) + 1) + second, return_inverse=True)[1].reshape(-1), np.int64)
