"""People in common: of communities with each other and with those outside our market."""

from typing import Final, NamedTuple

import numpy as np

from kithline_network.reach.crossing import sensitive
from kithline_network.reach.crowd import Crowd
from kithline_network.reach.groups import EVERY, MARKET, holds
from kithline_sdk import Snapshot
from kithline_sdk.grouping import by_pair
from kithline_sdk.snapshot import Bools, Ints
from kithline_sdk.staff import place_in

# 63 communities make 1,953 pairs: a repeating measure carries at most 2,000 cells (rulings 1.6).
LARGEST: Final = 63


class Communities(NamedTuple):
    """The largest communities in code-point order; `inside` says person by person who is in which; `known` counts all."""

    names: tuple[str, ...]
    inside: Bools
    mask: Ints
    known: int

    @property
    def people(self) -> Ints:
        """Return how many people each has."""
        return np.asarray(self.inside.sum(axis=0), np.int64)

    @property
    def shared(self) -> Ints:
        """Return how many people any two have in common."""
        rows = [self.inside[self.inside[:, one]].sum(axis=0) for one in range(len(self.names))]
        return np.array(rows, np.int64).reshape(len(self.names), len(self.names))

    @property
    def outside(self) -> Ints:
        """Return how many people of each hold no group of our market."""
        return np.asarray(self.inside[self.mask & MARKET == 0].sum(axis=0), np.int64)

    @property
    def groups(self) -> Ints:
        """Return how many people of each hold each group of `EVERY`."""
        return np.stack([self.inside[holds(self.mask, group)].sum(axis=0) for group in EVERY], axis=1).astype(np.int64)

    @property
    def elsewhere(self) -> Ints:
        """Return how many people of each are in another one too."""
        return np.asarray(self.inside[self.inside.sum(axis=1) > 1].sum(axis=0), np.int64)


def communities(snapshot: Snapshot, found: Crowd) -> Communities:
    """Return who did anything where, or is an end of a tie declared there; sensitive communities stay out."""
    activity, ties = snapshot["activity_day"], snapshot["ties"]
    sources = [(activity, "actor"), (ties, "actor"), (ties, "target")]
    labels = sorted({label for table, _ in sources for label in table.labels("community")})
    code = {label: number for number, label in enumerate(labels)}
    hidden = sensitive(snapshot, tuple(labels))
    who, where = [], []
    for table, end in sources:
        number = np.array([*(code[label] for label in table.labels("community")), -1], np.int64)
        place = number[table.codes("community")]
        open_ = (place >= 0) & ~hidden[place]
        who.append(place_in(found.person, table.ints(end)[open_]))
        where.append(place[open_])
    met = by_pair(np.concatenate(who), np.concatenate(where))
    sizes = np.bincount(met.other, minlength=len(labels))
    largest = np.sort(np.argsort(-sizes, kind="stable")[: min(LARGEST, int(np.count_nonzero(sizes)))])
    rank = np.full(len(labels) + 1, -1)
    rank[largest] = np.arange(len(largest))
    kept = rank[met.other] >= 0
    inside = np.zeros((len(found.person), len(largest)), np.bool_)
    inside[met.one[kept], rank[met.other[kept]]] = True
    names = tuple(labels[one] for one in largest.tolist())
    return Communities(names, inside, found.mask, int(np.count_nonzero(sizes)))


def jaccard(shared: float, one: float, other: float) -> float:
    """Return the people in common over those in either (Jaccard 1901)."""
    return shared / (one + other - shared)


def coefficient(shared: float, one: float, other: float) -> float:
    """Return the people in common over the smaller side."""
    return shared / min(one, other)
