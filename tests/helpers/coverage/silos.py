"""silos.internal: these people, contact between them being random. The truth is exact."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from helpers.coverage.worlds import Shots, World, scoring, shots
from kithline_network import Silos

SCORE = scoring(Silos, "kithline_network", ("2026-01-01", "2026-04-01"))
ESTIMANDS = {
    "score": "share of ties across over the share of pairs across, ties as likely as they are",
    "ei": "E-I of ties as likely as they are",
}
DENSE = "where most pairs are tied there is less chance in contact than in drawing from a large urn"


class Plan(NamedTuple):
    """Departments of these sizes, and how likely a pair within one, or across two, is to be tied."""

    sizes: Sequence[int]
    inside: Sequence[float]
    outside: float


def draw(plan: Plan, random: Generator, times: int) -> Shots:
    """Let every pair be tied or not; twice the people have four times the pairs."""
    label = np.repeat(np.arange(len(plan.sizes)), np.array(plan.sizes) * round(times**0.5))
    a, b = np.triu_indices(len(label), 1)
    across = label[a] != label[b]
    likely = np.where(across, plan.outside, np.array(plan.inside)[label[a]])
    share = likely[across].sum() / likely.sum()
    names = [f"{one:04}" for one in range(len(label))]
    rows = [
        {"person": name, "group": "employee", "department": f"d{department}"}
        for name, department in zip(names, label.tolist(), strict=True)
    ]
    tied = np.flatnonzero(random.random(len(likely)) < likely).tolist()
    ties = [{"actor": names[a[one]], "target": names[b[one]]} for one in tied]
    return shots(
        SCORE({"memberships": rows, "ties": ties}), {"score": min(1.0, share / across.mean()), "ei": 2 * share - 1}
    )


def world(name: str, like: str, plan: Plan, excuse: str = "") -> World:
    """Return a world of this plan."""
    excuses = dict.fromkeys(ESTIMANDS, excuse) if excuse else {}
    return World("silos.internal", name, like, ESTIMANDS, lambda random, times: draw(plan, random, times), excuses)


WORLDS = (
    world("ordinary", "40 people in 3 departments, about 110 ties", Plan((15, 15, 10), (0.3, 0.3, 0.3), 0.05)),
    world("small", "26 people in 2 departments, about 55 ties", Plan((14, 12), (0.25, 0.25), 0.1), DENSE),
    world(
        "skewed", "a department of 40 beside three of 6 to 10, the small ones dense", Plan((40, 10, 8, 6), (0.05, 0.3, 0.4, 0.5), 0.03)
    ),
    world("dense", "24 people in 3 departments, 4 of 5 colleagues tied", Plan((8, 8, 8), (0.8, 0.8, 0.8), 0.1), DENSE),
)  # fmt: skip
