"""Departments and pairs of departments: what was observed, what chance gives, and which of it may be shown."""

from typing import Final, NamedTuple

import numpy as np

from kithline_network.silos.mixing import Mixing
from kithline_network.silos.params import SilosParams
from kithline_sdk import floor
from kithline_sdk.colleagues import Graph, heads, split, sums, tied
from kithline_sdk.grouping import by_pair
from kithline_sdk.snapshot import Bools, Floats, Ints
from kithline_sdk.staff import Staff
from kithline_sdk.stats.hypotheses import discoveries, normal_below

# 63 departments make 1,953 pairs: a repeating measure carries at most 2,000 cells (rulings 1.6).
LARGEST: Final = 63


class Places(NamedTuple):
    """Where each pair of the largest departments stands among the cells; `rank` is -1 for a department left out."""

    rank: Ints
    size: int

    @property
    def total(self) -> int:
        """How many cells there are."""
        return self.size * (self.size - 1) // 2

    def of(self, one: Ints, other: Ints) -> Ints:
        """Return the cell of each pair in either order, -1 for a department with itself or one left out."""
        low = np.minimum(self.rank[one], self.rank[other])
        high = np.maximum(self.rank[one], self.rank[other])
        place = low * self.size - low * (low + 1) // 2 + high - low - 1
        return np.where((low >= 0) & (low < high), place, -1)


class Cells(NamedTuple):
    """Pairs of departments a < b in code-point order: ties, ties with contact both ways, expectation, lift.

    Where `few` people have a tie between the two, whether none or some under the floor, all figures are those of none.
    `below` is the probability of so few ties under random mixing, `found` where that holds at the false discovery rate
    among the pairs `shown`. `departments` are those whose own figures may stand beside these pairs.
    """

    places: Places
    a: Ints
    b: Ints
    ties: Floats
    two_way: Floats | None
    expected: Floats
    lift: Floats
    below: Floats
    shown: Bools
    few: Bools
    found: Bools
    departments: Bools


def shown_departments(graph: Graph, mix: Mixing, params: SilosParams) -> Bools:
    """Return which departments may be shown by themselves.

    They have k members with a tie inside, nobody of them with 85 % of the events, no other's
    members but for a few, and no subtraction leads to them.
    """
    if params.no_floor:
        return np.ones(graph.departments, np.bool_)
    events = split(graph, graph.events.actor, graph.events.target)
    amount = graph.events.amount[events.row] * events.weight
    # An event stands in the cells of both its departments.
    apart = events.a != events.b
    cell, person = np.r_[events.a, events.b[apart]], graph.events.actor[events.row]
    dominated = floor.dominated(cell, np.r_[person, person[apart]], np.r_[amount, amount[apart]], graph.departments)
    k = floor.in_force(params.floor)
    close = floor.near(*tied(graph), graph.departments, k)
    return floor.shown(heads(graph), k, dominated=dominated | close | (_inside(graph, mix) < k))


def _inside(graph: Graph, mix: Mixing) -> Ints:
    """Return how many members of each department have a tie within it."""
    same = mix.ends.a == mix.ends.b
    home, row = mix.ends.a[same], mix.ends.row[same]
    met = by_pair(np.r_[home, home], np.r_[graph.low[row], graph.high[row]])
    return np.bincount(met.one, minlength=graph.departments)


def cells(found: Staff, graph: Graph, mix: Mixing, departments: Bools, params: SilosParams) -> Cells:
    """Return the pairs among the largest departments."""
    largest = np.sort(np.argsort(-found.heads, kind="stable")[:LARGEST])
    left, right = np.triu_indices(len(largest), 1)
    rank = np.full(graph.departments, -1)
    rank[largest] = np.arange(len(largest))
    places, a, b = Places(rank, len(largest)), largest[left], largest[right]
    ties = _sums(places, mix, np.ones(graph.ties))
    two_way = None if graph.both_ways is None else _sums(places, mix, graph.both_ways)
    shown, few, kept = departments[a] & departments[b], np.zeros(places.total, np.bool_), departments
    if not params.no_floor:
        k = floor.in_force(params.floor)
        few = shown & (_people(graph, mix, places) < k)
        allowed = shown & ~few & ~_dominated(graph, places)
        # What few cells hold must not follow from the others either.
        together = floor.crossed(departments[largest], heads(graph)[largest], left, right, allowed, k)
        shown, kept = together.pairs | few, departments.copy()
        kept[largest] = together.groups
        ties, two_way = np.where(few, 0.0, ties), None if two_way is None else np.where(few, 0.0, two_way)
    expected, deviation = _chance(mix, mix.active[a], mix.active[b])
    below = _below(ties, expected, deviation)
    rejected = np.zeros(places.total, np.bool_)
    rejected[shown] = discoveries(below[shown], params.discovery_rate)
    lift = (ties + params.smoothing) / (expected + params.smoothing)
    return Cells(places, a, b, ties, two_way, expected, lift, below, shown, few, rejected, kept)


def _people(graph: Graph, mix: Mixing, places: Places) -> Ints:
    """Return how many people have a tie between each two departments."""
    cell = places.of(mix.ends.a, mix.ends.b)
    inside = cell >= 0
    row = mix.ends.row[inside]
    met = by_pair(np.r_[cell[inside], cell[inside]], np.r_[graph.low[row], graph.high[row]])
    return np.bincount(met.one, minlength=places.total)


def _sums(places: Places, mix: Mixing, amount: Floats | Bools) -> Floats:
    cell = places.of(mix.ends.a, mix.ends.b)
    inside = cell >= 0
    return sums(cell[inside], (mix.ends.weight * amount[mix.ends.row])[inside], places.total)


def _chance(mix: Mixing, one: Floats, other: Floats) -> tuple[Floats, Floats]:
    """Return mean and standard deviation of a pair's ties when labels are permuted.

    Exact moments, as in mixing.permutation_z, for departments without common members; else close to them.
    """
    n, m, adjacent = mix.people, mix.ties, float((mix.degree * (mix.degree - 1)).sum())
    p2 = 2 * one * other / max(1, n * (n - 1))
    p3 = one * other * (one + other - 2) / max(1, n * (n - 1) * (n - 2))
    p4 = 4 * one * (one - 1) * other * (other - 1) / max(1, n * (n - 1) * (n - 2) * (n - 3))
    mean = m * p2
    variance = mean + adjacent * p3 + (m * (m - 1) - adjacent) * p4 - mean**2
    return mean, np.sqrt(np.maximum(variance, 0.0))


def _below(ties: Floats, expected: Floats, deviation: Floats) -> Floats:
    # The half is the correction for continuity; without spread chance decides nothing.
    z = np.divide(ties + 0.5 - expected, deviation, out=np.full(len(ties), np.inf), where=deviation > 0)
    return np.array([normal_below(one) for one in z.tolist()])


def _dominated(graph: Graph, places: Places) -> Bools:
    """Return between which departments one person makes 85 % of the events."""
    events = split(graph, graph.events.actor, graph.events.target)
    cell = places.of(events.a, events.b)
    inside = cell >= 0
    person, amount = graph.events.actor[events.row], graph.events.amount[events.row] * events.weight
    return floor.dominated(cell[inside], person[inside], amount[inside], places.total)
