"""People who alone have ties into both of two departments."""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from kithline_network.dependency.network import Network
from kithline_sdk import Snapshot
from kithline_sdk.grouping import by_pair
from kithline_sdk.snapshot import Ints
from kithline_sdk.staff import Staff, place_in, staff
from kithline_sdk.stats.graphs import runs

# A square of so many departments is what fits in memory.
LARGEST: Final = 2_000
CHUNK: Final = 1 << 22


class Bridges(NamedTuple):
    """Pairs of departments a < b that one person alone has ties into, and that person; how many people each department has."""

    found: Staff
    a: Ints
    b: Ints
    person: Ints

    @property
    def people(self) -> int:
        """How many people are somebody's only bridge."""
        return len(np.unique(self.person))


def bridges(snapshot: Snapshot, ties: Network) -> Bridges | None:
    """Return the single bridges of the largest 2,000 departments; None with fewer than two departments."""
    found = staff(snapshot)
    if len(found.departments) < 2:  # noqa: PLR2004 - a pair
        return None
    largest = np.sort(np.argsort(-found.heads, kind="stable")[:LARGEST])
    rank = np.full(len(found.departments), -1)
    rank[largest] = np.arange(len(largest))
    reach = _reach(found, ties, rank)
    times, who = np.zeros(len(largest) ** 2, np.int64), np.zeros(len(largest) ** 2)
    for cell, person in _pairs(reach, len(largest)):
        times += np.bincount(cell, minlength=len(times))
        who += np.bincount(cell, person.astype(np.float64), len(who))
    single = np.flatnonzero(times == 1)
    return Bridges(
        found,
        largest[single // len(largest)],
        largest[single % len(largest)],
        ties.person[who[single].astype(np.int64)],
    )


def _reach(found: Staff, ties: Network, rank: Ints) -> tuple[Ints, Ints]:
    """Return (place of a person, department) for everybody with a tie into a department, sorted."""
    member = place_in(found.person, ties.person)
    times = np.bincount(found.entry, minlength=len(found.person))
    start = np.cumsum(times) - times
    ends = np.r_[ties.low, ties.high], np.r_[ties.high, ties.low]
    known = member[ends[1]] >= 0
    who, other = ends[0][known], member[ends[1][known]]
    department = rank[found.department[runs(start[other], times[other])]]
    person = np.repeat(who, times[other])
    met = by_pair(person[department >= 0], department[department >= 0])
    return met.one, met.other


def _pairs(reach: tuple[Ints, Ints], width: int) -> Iterator[tuple[Ints, Ints]]:
    """Yield (cell of a pair of departments, person) for every pair each person reaches, some at a time."""
    person, department = reach
    last = np.searchsorted(person, person, "right")
    more = last - np.arange(len(person)) - 1
    ends, first = np.cumsum(more), 0
    while first < len(person):
        done = int(ends[first - 1]) if first else 0
        stop = max(first + 1, int(np.searchsorted(ends, done + CHUNK, "right")))
        row = np.repeat(np.arange(first, stop), more[first:stop])
        mate = runs(np.arange(first, stop) + 1, more[first:stop])
        yield department[row] * width + department[mate], person[row]
        first = stop
