"""Everything that was computed about dependency, as it was and as it counts."""

import math
from typing import Final, NamedTuple

import numpy as np

from kithline_network.dependency.bridges import Bridges, bridges
from kithline_network.dependency.contributions import Contributions, contributions
from kithline_network.dependency.network import Left, Network, left, network, order
from kithline_network.dependency.params import DependencyParams
from kithline_network.organisations import Exchange, organisations
from kithline_sdk import Snapshot
from kithline_sdk.snapshot import Floats, Ints
from kithline_sdk.stats import absence_factor, rise

TOP: Final = 0.05
# Of contributions and of pairs that stay connected.
WEIGHTS: Final = (0.5, 0.5)


class Counted(NamedTuple):
    """Contributors without those who only broadcast, what counts of theirs, their network, and who goes first."""

    person: Ints
    amount: Floats
    scatter: Floats
    ties: Network
    ordered: Ints

    @property
    def absence(self) -> int | None:
        """The fewest with half of the contributions."""
        return absence_factor(self.amount)

    @property
    def left(self) -> Left | None:
        """What is left without the top 5 %."""
        return left(self.ties, self.person, self.ordered, TOP)

    def without(self, person: int) -> "Counted":
        """Return the same as if this person had never been there."""
        kept = self.person != person
        return counted(self.person[kept], self.amount[kept], self.scatter[kept], self.ties.without(np.array([person])))


class Parts(NamedTuple):
    """Absence factor, what is left without the top 5 %, and both as sub-scores in [0, 1]."""

    absence: int
    rest: Left
    values: tuple[float, float]

    @property
    def score(self) -> float:
        """The score of both."""
        return min(1.0, math.fsum(weight * value for weight, value in zip(WEIGHTS, self.values, strict=True)))


class Picture(NamedTuple):
    """Contributions, network, order and counts; events of organisations; single bridges (None: fewer than two departments)."""

    given: Contributions
    ties: Network
    ordered: Ints
    counted: Counted
    organisations: Exchange
    bridges: Bridges | None


def picture(snapshot: Snapshot, params: DependencyParams) -> Picture:
    """Return everything that is computed."""
    given, ties = contributions(snapshot, params), network(snapshot, params)
    speak = given.person[given.broadcasts]
    heard = ties.without(speak) if len(speak) else ties
    stay = ~given.broadcasts
    return Picture(
        given,
        ties,
        order(ties, given.person, given.amount),
        counted(given.person[stay], given.counted[stay], given.scatter[stay], heard),
        organisations(snapshot),
        bridges(snapshot, ties),
    )


def counted(person: Ints, amount: Floats, scatter: Floats, ties: Network) -> Counted:
    """Return these contributors with their order."""
    return Counted(person, amount, scatter, ties, order(ties, person, amount))


def parts(found: Counted, params: DependencyParams) -> Parts | None:
    """Return the two parts of the score, None where one cannot be computed."""
    absence, rest = found.absence, found.left
    if absence is None or rest is None:
        return None
    return Parts(absence, rest, (of_absence(absence, params), of_drop(rest.drop)))


def of_absence(absence: float, params: DependencyParams) -> float:
    """Return the curve of the absence factor."""
    return rise(absence, params.absence_half, params.absence_high)


def of_drop(drop: float) -> float:
    """Return 1 - drop, at most 1 where who stays is connected better."""
    return min(1.0, max(0.0, 1 - drop))
