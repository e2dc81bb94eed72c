"""The ties among members with a department, and whose events made them."""

from typing import NamedTuple, Protocol

import numpy as np

from kithline_sdk.snapshot import Bools, Floats, Ints, Snapshot
from kithline_sdk.staff import Staff
from kithline_sdk.ties import Contacts, Pairs, contacts, contributes, has_events, pairs, two_way


class Needs(Protocol):
    """What makes a tie, and the caps: parameters of the scorers that read ties."""

    @property
    def min_events(self) -> int:
        """Return how many counted events a tie needs."""
        ...

    @property
    def min_days(self) -> int:
        """Return on how many days."""
        ...

    @property
    def pair_day_cap(self) -> int:
        """Return how many events of an ordered pair and day count, 0 for all."""
        ...

    @property
    def max_recipients(self) -> int:
        """Return to how many people a message is still contact, 0 for any number."""
        ...


class Events(NamedTuple):
    """Counted contacts between active people: places of both, count."""

    actor: Ints
    target: Ints
    amount: Ints


class Graph(NamedTuple):
    """Active people (as member numbers), their department entries, and ties between places low < high."""

    member: Ints
    entry: Ints
    department: Ints
    share: Floats
    departments: int
    low: Ints
    high: Ints
    both_ways: Bools | None
    events: Events

    @property
    def people(self) -> int:
        """How many are active."""
        return len(self.member)

    @property
    def ties(self) -> int:
        """How many ties there are."""
        return len(self.low)


class Ends(NamedTuple):
    """Contacts split over departments: row of the contact, department of each end, weight 1/k x 1/k."""

    row: Ints
    a: Ints
    b: Ints
    weight: Floats


def graph(snapshot: Snapshot, found: Staff, params: Needs) -> Graph:
    """Return the graph. Active is who has a counted event or contact with anybody; ties need members at both ends."""
    declared = snapshot["ties"]
    observed = contacts(snapshot["tie_day"], params.pair_day_cap, params.max_recipients)
    tied = pairs(observed, min_events=params.min_events, min_days=params.min_days, declared=declared)
    everyone = _contacts_with_declared(observed, snapshot)
    member = _active(found, np.r_[actors(snapshot), everyone.actor, everyone.target])
    place = np.full(len(found.person) + 1, -1)
    place[member] = np.arange(len(member))

    def at(person: Ints) -> Ints:
        return place[found.places(person)]

    low, high = at(tied.low), at(tied.high)
    kept = tied.tied & (low >= 0) & (high >= 0)
    mine = place[found.entry] >= 0
    return Graph(
        member, place[found.entry][mine], found.department[mine], found.share[mine], len(found.departments),
        low[kept], high[kept], _both_ways(snapshot, tied, kept), _between(everyone, at(everyone.actor), at(everyone.target)),
    )  # fmt: skip


def split(graph: Graph, low: Ints, high: Ints) -> Ends:
    """Split contacts over the departments of their ends; several at once share an end 1/k each."""
    times = np.bincount(graph.entry, minlength=graph.people)
    start = np.cumsum(times) - times
    many = times[low] * times[high]
    row = np.repeat(np.arange(len(low)), many)
    offset = np.arange(len(row)) - np.repeat(np.cumsum(many) - many, many)
    left = start[low][row] + offset // times[high][row]
    right = start[high][row] + offset % times[high][row]
    return Ends(row, graph.department[left], graph.department[right], graph.share[left] * graph.share[right])


def tied(graph: Graph) -> tuple[Ints, Ints]:
    """Return the departments of people with a tie, and the people: who has none adds nothing to a figure about ties."""
    connected = np.zeros(graph.people, np.bool_)
    connected[graph.low] = connected[graph.high] = True
    entries = connected[graph.entry]
    return graph.department[entries], graph.entry[entries]


def heads(graph: Graph) -> Ints:
    """Return how many people with a tie each department has."""
    return np.bincount(tied(graph)[0], minlength=graph.departments)


def sums(place: Ints, amount: Floats, size: int) -> Floats:
    """Add amounts up by place, one after the other in the given order."""
    return np.bincount(place, amount, size).astype(np.float64)


def _contacts_with_declared(observed: Contacts, snapshot: Snapshot) -> Events:
    declared = snapshot["ties"]
    actor, target = declared.ints("actor"), declared.ints("target")
    amount = np.where(declared.present("count"), declared.ints("count"), 1)
    apart = actor != target
    return Events(
        np.r_[observed.actor, actor[apart]], np.r_[observed.target, target[apart]], np.r_[observed.count, amount[apart]]
    )


def actors(snapshot: Snapshot) -> Ints:
    """Return who has a counted event: what makes no tie (no target, too many) is activity all the same."""
    activity = snapshot["activity_day"]
    return activity.ints("actor")[contributes(activity)]


def _active(found: Staff, somebody: Ints) -> Ints:
    """Return the places of members with a department among some people."""
    has_department = np.zeros(len(found.person) + 1, np.bool_)
    has_department[found.entry] = True
    place = np.unique(found.places(somebody))
    return place[has_department[place] & (place >= 0)]


def _both_ways(snapshot: Snapshot, tied: Pairs, kept: Bools) -> Bools | None:
    """Return which ties go both ways, None where no direction is known (rulings 2.3)."""
    both = two_way(tied)
    return both[kept] if has_events(snapshot) or both.any() else None


def _between(everyone: Events, actor: Ints, target: Ints) -> Events:
    inside = (actor >= 0) & (target >= 0)
    return Events(actor[inside], target[inside], everyone.amount[inside])
