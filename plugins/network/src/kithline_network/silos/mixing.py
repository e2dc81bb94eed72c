"""Contact within and across departments against random mixing; closed forms throughout."""

import math
from typing import NamedTuple

import numpy as np

from kithline_sdk.colleagues import Ends, Graph, split, sums
from kithline_sdk.snapshot import Floats, Ints
from kithline_sdk.stats import wilson


class Mixing(NamedTuple):
    """Ties within, per department and per person; `likeness` is the share of departments two people have in common.

    `alike` sums the likeness over all ordered pairs of active people, `alike_person` over each one's pairs.
    """

    people: int
    ties: int
    ends: Ends
    within: float
    own: Floats
    outward: Floats
    active: Floats
    degree: Ints
    within_person: Floats
    alike: float
    alike_person: Floats

    @property
    def across(self) -> float:
        """Ties between departments; an end in several departments counts 1/k in each."""
        return self.ties - self.within

    @property
    def chance(self) -> float | None:
        """The share of pairs across departments, which random mixing would give; None for fewer than two people."""
        pairs = self.people * (self.people - 1)
        return 1 - self.alike / pairs if pairs else None


def mixing(graph: Graph) -> Mixing:
    """Count ties within and across departments."""
    ends = split(graph, graph.low, graph.high)
    same = ends.a == ends.b
    size = graph.departments
    inside = np.where(same, ends.weight, 0.0)
    per_tie = sums(ends.row, inside, graph.ties)
    crossing = np.where(same, 0.0, ends.weight)
    active = sums(graph.department, graph.share, size)
    squares = sums(graph.entry, graph.share**2, graph.people)
    alike_person = sums(graph.entry, graph.share * active[graph.department], graph.people) - squares
    return Mixing(
        people=graph.people,
        ties=graph.ties,
        ends=ends,
        within=math.fsum(per_tie.tolist()),
        own=sums(ends.a, inside, size),
        outward=sums(ends.a, crossing, size) + sums(ends.b, crossing, size),
        active=active,
        degree=_per_person(graph, np.ones(graph.ties)).astype(np.int64),
        within_person=_per_person(graph, per_tie),
        alike=math.fsum(alike_person.tolist()),
        alike_person=alike_person,
    )


def _per_person(graph: Graph, amount: Floats) -> Floats:
    return sums(graph.low, amount, graph.people) + sums(graph.high, amount, graph.people)


def index(mix: Mixing) -> float | None:
    """Return E-I (Krackhardt and Stern 1988), None without ties."""
    return (mix.across - mix.within) / mix.ties if mix.ties else None


def expected(mix: Mixing) -> float | None:
    """Return E-I under random mixing of the active people: (pairs across - pairs within) / all pairs."""
    return None if mix.chance is None else 2 * mix.chance - 1


def score(mix: Mixing) -> float | None:
    """Return 1 - silo index = the share of ties across over its expectation, at most 1; None where either is not."""
    ratio = over_chance(mix)
    return None if ratio is None else min(1.0, max(0.0, ratio))


def over_chance(mix: Mixing) -> float | None:
    """Return (EI + 1)/(EI0 + 1), not clipped; None without ties or when all active people share one department."""
    return mix.across / mix.ties / mix.chance if mix.ties and mix.chance else None


def interval(mix: Mixing) -> tuple[float, float]:
    """Return the score's 90 % interval: contacts random, people fixed.

    It follows that of the share of ties across, with which the score rises.
    """
    low, high = interval_of_share(mix)
    chance = mix.chance or 1.0
    return min(1.0, low / chance), min(1.0, high / chance)


def interval_of_share(mix: Mixing) -> tuple[float, float]:
    """Return the 90 % interval of the share of ties across departments.

    Inverts the tie-based standard error (Wilson 1927): beside the estimate itself, that error would be nothing where
    all ties are within.
    """
    return wilson(min(max(mix.across, 0.0), mix.ties), mix.ties)


def tie_error(mix: Mixing) -> float | None:
    """Return the standard error of E-I among fixed people, ties being random: sqrt((1 - EI^2)/m)."""
    ei = index(mix)
    return None if ei is None else math.sqrt(max(0.0, 1 - ei * ei) / mix.ties)


def person_errors(mix: Mixing) -> tuple[float, float] | None:
    """Return the jackknife standard error (Snijders and Borgatti 1999) and the plain root of the leave-one-out sum.

    None when leaving out one person leaves no tie, or with fewer than 3 people.
    """
    left = mix.ties - mix.degree
    if mix.people < 3 or not (left > 0).all():  # noqa: PLR2004 - (N - 2)/(2N) needs a third person
        return None
    without = 1 - 2 * (mix.within - mix.within_person) / left
    mean = math.fsum(without.tolist()) / mix.people
    spread = math.fsum(((without - mean) ** 2).tolist())
    return math.sqrt((mix.people - 2) / (2 * mix.people) * spread), math.sqrt(spread)


def concentration(mix: Mixing) -> float | None:
    """Return by how much the score moves at most when one person is left out, all others staying as they are."""
    whole, n = score(mix), mix.people
    left = mix.ties - mix.degree
    if whole is None or n < 3:  # noqa: PLR2004 - two people must remain
        return None
    chance = 1 - (mix.alike - 2 * mix.alike_person) / ((n - 1) * (n - 2))
    kept = (left > 0) & (chance > 1e-12)  # noqa: PLR2004 - nothing but rounding
    if not kept.any():
        return None
    across = left[kept] - (mix.within - mix.within_person[kept])
    return float(np.abs(np.clip(across / left[kept] / chance[kept], 0, 1) - whole).max())


def label_correlation(mix: Mixing) -> tuple[float | None, float | None]:
    """Return assortativity (Newman 2003) and modularity of the departments; None for 0/0."""
    if not mix.ties:
        return None, None
    ends = (2 * mix.own + mix.outward) / (2 * mix.ties)
    random = math.fsum((ends**2).tolist())
    modularity = mix.within / mix.ties - random
    return (modularity / (1 - random) if random < 1 - 1e-12 else None), modularity


def permutation_z(graph: Graph, mix: Mixing) -> float | None:
    """Return how many standard deviations E-I lies from its mean when labels are permuted; exact moments.

    Rulings 3.3 with likenesses s of pairs instead of 0/1, so that shared departments are exact too: E W^2 =
    m q2 + L p3 + (m(m-1) - L) p4, with q2, p3, p4 the means of s_ij^2, s_ij s_ik and s_ij s_kl over distinct people.
    """
    ei = index(mix)
    if ei is None or mix.people < 2:  # noqa: PLR2004 - a pair
        return None
    ones, squares, stars = mix.alike, _squared(graph), math.fsum((mix.alike_person**2).tolist())
    n, m, adjacent = mix.people, mix.ties, float((mix.degree * (mix.degree - 1)).sum())
    p3 = (stars - squares) / math.perm(n, 3) if n > 2 else 0.0  # noqa: PLR2004 - s_ij s_ik takes three people
    p4 = (ones**2 - 4 * stars + 2 * squares) / math.perm(n, 4) if n > 3 else 0.0  # noqa: PLR2004 - s_ij s_kl takes four
    mean = m * ones / math.perm(n, 2)
    variance = m * squares / math.perm(n, 2) + adjacent * p3 + (m * (m - 1) - adjacent) * p4 - mean**2
    return (mean - mix.within) / math.sqrt(variance) if variance > 1e-9 * max(1.0, mean**2) else None


def _squared(graph: Graph) -> float:
    """Return the sum of squared likenesses over ordered pairs of different people."""
    times = np.bincount(graph.entry, minlength=graph.people)
    start = np.cumsum(times) - times
    many = times[graph.entry]
    left = np.repeat(np.arange(len(graph.entry)), many)
    right = np.arange(len(left)) - np.repeat(np.cumsum(many) - many, many) + start[graph.entry[left]]
    cell = graph.department[left] * graph.departments + graph.department[right]
    weight = graph.share[left] * graph.share[right]
    _, inverse = np.unique(cell, return_inverse=True)
    whole = sums(inverse.reshape(-1), weight, 0)
    own = sums(graph.entry, graph.share**2, graph.people)
    return math.fsum((whole**2).tolist()) - math.fsum((own**2).tolist())
