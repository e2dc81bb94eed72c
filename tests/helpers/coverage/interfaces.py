"""interfaces.congruence: these people and interfaces, contact between them being random. The truth is exact."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.random import Generator

from helpers.coverage.worlds import Shots, World, scoring, shots
from kithline_network.congruence.scorer import Congruence

SCORE = scoring(Congruence, "kithline_network", ("2026-01-01", "2026-04-01"))
ESTIMANDS = {
    "score": "weight of the pairs by how likely each is to be met, over all weight",
    "congruence_unweighted": "how likely a declared pair is to be met, on average",
}
SIDE: Final = 6  # people of each side
APART: Final = "Wilson takes pairs for equally likely to be met: where some mostly are and others mostly not, less is left to chance"


class Plan(NamedTuple):
    """How many pairs are declared; in turn, how likely each is to be met and how heavy it is."""

    pairs: int
    likely: Sequence[float]
    weights: Sequence[float]


def draw(plan: Plan, random: Generator, times: int) -> Shots:
    """Let two people of each side talk, or only one, or nobody; each interface has two sides of its own."""
    size = plan.pairs * times
    likely, weight = np.resize(plan.likely, size), np.resize(plan.weights, size)
    met = random.random(size) < likely
    begun = random.random(size) < 0.5
    people, ties, declared = [], [], []
    for pair in range(size):
        ends = [[f"{side}{pair:04}.{one}" for one in range(SIDE)] for side in "ab"]
        people += [
            {"person": one, "group": "employee", "department": one.split(".")[0]} for side in ends for one in side
        ]
        declared.append({"side_a": f"a{pair:04}", "side_b": f"b{pair:04}", "weight": float(weight[pair])})
        talking = 2 if met[pair] else int(begun[pair])
        ties += [(a, b) for a, b in zip(ends[0][:talking], ends[1], strict=False)]
    # Somebody answers somebody in any case: else no direction would be known.
    people += [{"person": one, "group": "employee", "department": "other"} for one in ("x", "y")]
    ties.append(("x", "y"))
    rows = [{"actor": a, "target": b} for one, other in ties for a, b in ((one, other), (other, one))]
    found = SCORE({"memberships": people, "ties": rows, "interfaces": declared})
    truths = {"score": float((weight * likely).sum() / weight.sum()), "congruence_unweighted": float(likely.mean())}
    return shots(found, truths)


def world(name: str, like: str, plan: Plan, **excuses: str) -> World:
    """Return a world of this plan."""
    return World(
        "interfaces.congruence", name, like, ESTIMANDS, lambda random, times: draw(plan, random, times), excuses
    )


WORLDS = (
    world("ordinary", "20 interfaces of equal weight, 4 to 8 in 10 met", Plan(20, (0.4, 0.5, 0.6, 0.7, 0.8), (1.0,))),
    world("weighted", "30 interfaces, weights 1 to 5", Plan(30, (0.5, 0.6, 0.4), (1.0, 5.0, 2.0, 1.0, 3.0))),
    world(
        "apart", "20 interfaces, half of them met in 8 of 10 quarters and half in 2",
        Plan(20, (0.8, 0.2), (1.0,)), score=APART, congruence_unweighted=APART,
    ),
)  # fmt: skip
