"""people.dependency: these people, contributions and contact being random. What they are wont to do is the truth."""

from functools import cache
from typing import Final, NamedTuple

import networkx as nx
import numpy as np
from numpy.random import Generator

from helpers.coverage.worlds import Shots, World, scoring, seed, shots
from kithline_network.dependency.scorer import Dependency
from kithline_sdk.snapshot import Floats
from kithline_sdk.stats import absence_factor, rise

SCORE = scoring(Dependency, "kithline_network", ("2026-01-01", "2026-04-01"))
ESTIMANDS = {
    "score": "the score of the two below",
    "absence_factor_50_corrected": "fewest people with half of what each is wont to contribute",
    "reach_drop_5pct_corrected": "the drop without those wont to contribute most, on average over contacts",
}
WHOLE: Final = "people are whole, and an interval that ends at one holds all of it"
GROUPS: Final = (
    "the interval allows for groups as large as a random graph of as many ties has, here they are mostly single people"
)
BOTH: Final = "it is made of the two, which both allow for somewhat more than there is here"
DAYS: Final = 90
MEANS: Final = 400


class Plan(NamedTuple):
    """How many people; what the top few and, in turn, all others are wont to contribute; how many ties each has.

    `hubs` of those who contribute most are tied to everybody in turn, so that much hangs on them.
    """

    people: int
    top: tuple[float, ...]
    rates: tuple[float, ...]
    ties: float
    hubs: int


def rates(plan: Plan, people: int) -> Floats:
    """Return what each is wont to contribute, most first."""
    return np.r_[plan.top, -np.sort(-np.resize(np.array(plan.rates, float), people - len(plan.top)))]


def contact(plan: Plan, people: int, random: Generator) -> np.ndarray:
    """Return drawn ties: ordinary ones anywhere, and one to a hub for everybody with a chance of 8 in 10."""
    a, b = np.triu_indices(people, 1)
    ordinary = random.random(len(a)) < plan.ties / (people - 1)
    hub = (a < plan.hubs) & (b % max(1, plan.hubs) == a) & (random.random(len(a)) < 0.8)
    return np.stack([a, b])[:, ordinary | hub]


@cache
def drop(plan: Plan, people: int) -> float:
    """Return the drop without the top 5 % by rate, on average over contacts."""
    random, found = np.random.default_rng(7), []
    for _ in range(MEANS):
        ties = contact(plan, people, random)
        gone = np.arange(people) < max(1, int(np.ceil(0.05 * people - 1e-9)))
        kept = ~gone[ties[0]] & ~gone[ties[1]]
        met = np.zeros(people, bool)
        met[ties.ravel()] = True
        found.append(1 - _share(ties[:, kept], met & ~gone) / _share(ties, met))
    return float(np.mean(found))


def _share(ties: np.ndarray, counted: np.ndarray) -> float:
    graph = nx.Graph()
    graph.add_nodes_from(np.flatnonzero(counted).tolist())
    graph.add_edges_from(ties.T.tolist())
    size = int(counted.sum())
    return sum(len(one) * (len(one) - 1) for one in nx.connected_components(graph)) / (size * (size - 1))


def draw(plan: Plan, random: Generator, times: int) -> Shots:
    """Draw a quarter; more data are more of it, people and their ties being the same."""
    wont = rates(plan, plan.people)
    counts = random.poisson(wont * times)
    days = [(f"p{who:04}", int(day)) for who in range(plan.people) for day in random.integers(0, DAYS, counts[who])]
    activity = [
        {"day": np.datetime_as_string(np.datetime64("2026-01-01") + day), "actor": who, "verb": "answered", "count": 1}
        for who, day in days
    ]
    rows = [
        {"day": day, "actor": f"p{a:04}", "target": f"p{b:04}", "verb": "posted", "recipients": 1, "count": 1}
        for one, other in contact(plan, plan.people, random).T.tolist()
        for a, b, day in ((one, other, "2026-02-01"), (other, one, "2026-02-02"))
    ]
    found = SCORE({"activity_day": activity, "tie_day": rows}, seed(random))
    absence, rest = absence_factor(wont), drop(plan, plan.people)
    assert absence is not None
    truths = {"absence_factor_50_corrected": float(absence), "reach_drop_5pct_corrected": rest}
    return shots(found, {"score": 0.5 * rise(absence, 3, 10) + 0.5 * min(1.0, 1 - rest)} | truths)


def world(name: str, like: str, plan: Plan, edge: str = "", *, steady: bool = False, **excuses: str) -> World:
    """Return a world of this plan; a figure at the edge of what it can be is no test of its interval and is left out."""
    told = {one: says for one, says in ESTIMANDS.items() if one != edge}
    return World(
        "people.dependency", name, like, told, lambda random, times: draw(plan, random, times), excuses, steady
    )


WORLDS = (
    world("ordinary", "60 people, 3 hubs with three times the others' contributions", Plan(60, (60, 50, 45), (15, 12, 8, 5, 4, 3), 2.5, 3), steady=True, absence_factor_50_corrected=WHOLE, reach_drop_5pct_corrected=GROUPS, score=BOTH),
    world("even", "40 people nearly alike, ties anywhere", Plan(40, (), (7.5, 6.5, 6.0, 5.0, 4.5), 3.5, 0), edge="absence_factor_50_corrected", reach_drop_5pct_corrected=GROUPS, score=BOTH),
    world("steep", "80 people, 4 hubs with a third of it", Plan(80, (60, 50, 45, 40), (9, 6, 3, 2, 1), 1.6, 4), absence_factor_50_corrected=WHOLE, reach_drop_5pct_corrected=GROUPS, score=BOTH),
)  # fmt: skip
