"""reach.ecosystem: people of given groups, who takes part and who answers whom being chance. The truth is exact."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from helpers.coverage.worlds import Shots, World, scoring, seed, shots
from kithline_network.reach.groups import bits
from kithline_network.reach.mix import Kinds, spread
from kithline_network.reach.params import ReachParams
from kithline_network.reach.parts import Contact, parts, score
from kithline_network.reach.scorer import Reach

SCORE = scoring(Reach, "kithline_network", ("2026-01-01", "2026-04-01"))
PARAMS = ReachParams()
ESTIMANDS = {
    "score": "the score of as many people of each kind as take part on average, contact crossing as often as it is likely to",
    "reach.customer": "how likely a customer is to take part",
    "cross_group_event_share_corrected": "how likely an answering pair is to cross groups",
    "effective_groups": "exp(H) of as many people of each kind as take part on average",
}
FEW = (
    "some tens of pairs can cross in few ways: the ends that leave out at most 5 % on either side mostly leave out less"
)


class Plan(NamedTuple):
    """People per kind (groups joined by `+`), how likely each takes part, pairs that answer, how likely one crosses."""

    people: Mapping[str, int]
    likely: Sequence[float]
    pairs: int
    crossing: float


def draw(plan: Plan, random: Generator, times: int) -> Shots:
    """Let everybody take part or not, and pairs of those who do be of one group or of two."""
    sizes = {kind: times * size for kind, size in plan.people.items()}
    rows, acts, there = [], [], {}
    for (kind, size), likely in zip(sizes.items(), plan.likely, strict=True):
        names = [f"{kind}{one:04}" for one in range(size)]
        rows += [{"person": name, "group": group} for name in names for group in kind.split("+")]
        there[kind] = [name for name, hit in zip(names, (random.random(size) < likely).tolist(), strict=True) if hit]
        acts += [{"day": "2026-02-01", "actor": name, "verb": "posted", "count": 1} for name in there[kind]]
    groups = sorted({group for kind in sizes for group in kind.split("+")})
    told = {group: sum(size for kind, size in sizes.items() if group in kind.split("+")) for group in groups}
    found = SCORE(
        {
            "memberships": rows, "activity_day": acts, "tie_day": _contact(there, times * plan.pairs, plan.crossing, random),
            "populations": [{"group": group, "count": size} for group, size in told.items()],
        },
        seed(random), draws=500,
    )  # fmt: skip
    return shots(found, _truth(plan, sizes, told))


def _contact(
    there: Mapping[str, Sequence[str]], pairs: int, crossing: float, random: Generator
) -> list[dict[str, object]]:
    """Return one event each way of distinct pairs; every pair crosses, or not, by itself."""
    met: set[tuple[str, str]] = set()
    kinds = [kind for kind, names in there.items() if "+" not in kind and len(names) > 1]
    for across in (random.random(pairs) < crossing).tolist():
        for _ in range(100):
            one = kinds[int(random.integers(len(kinds)))]
            other = kinds[int(random.integers(len(kinds)))] if across else one
            ends = [there[kind][int(random.integers(len(there[kind])))] for kind in (one, other)]
            pair = (min(ends), max(ends))
            if pair[0] != pair[1] and (one != other) == across and pair not in met:
                met.add(pair)
                break
    return [
        {"day": "2026-02-01", "actor": a, "target": b, "verb": "replied", "recipients": 1, "count": 1}
        for pair in sorted(met)
        for a, b in (pair, pair[::-1])
    ]


def _truth(plan: Plan, sizes: Mapping[str, int], told: Mapping[str, int]) -> dict[str, float]:
    mask = np.array([bits(kind.split("+")) for kind in sizes], np.int64)
    expected = Kinds(mask, np.array([size * p for size, p in zip(sizes.values(), plan.likely, strict=True)]))
    mixed = spread(expected, PARAMS.targets)
    assert mixed is not None
    return {
        "score": score(parts(expected, told, Contact(plan.crossing, True), PARAMS)),
        "reach.customer": expected.whole("customer") / told["customer"],
        "cross_group_event_share_corrected": plan.crossing,
        "effective_groups": mixed.effective,
    }


def world(name: str, like: str, plan: Plan, excuses: Mapping[str, str]) -> World:
    """Return a world of this plan."""
    return World("reach.ecosystem", name, like, ESTIMANDS, lambda random, times: draw(plan, random, times), excuses)


WORLDS = (
    world(
        "ordinary", "600 people in 4 groups, 20 in two of them, about 90 take part; 60 answering pairs",
        Plan({"employee": 100, "supplier": 80, "partner": 60, "customer": 340, "employee+customer": 20}, (0.3, 0.15, 0.15, 0.1, 0.4), 60, 0.35), {"cross_group_event_share_corrected": FEW},
    ),
    world(
        "small", "150 people in 4 groups, about 40 take part; 25 answering pairs",
        Plan({"employee": 40, "supplier": 30, "partner": 20, "customer": 50, "customer+partner": 10}, (0.4, 0.25, 0.25, 0.2, 0.4), 25, 0.4), {"cross_group_event_share_corrected": FEW},
    ),
    world(
        "skewed", "1,100 people, nine in ten who take part are employees; 80 answering pairs, few cross",
        Plan({"employee": 300, "supplier": 100, "partner": 100, "customer": 590, "employee+partner": 10}, (0.5, 0.05, 0.05, 0.02, 0.5), 80, 0.1), {},
    ),
)  # fmt: skip
