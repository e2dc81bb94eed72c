"""voice.everyone: these people and departments, each turning to people outside at a rate of its own."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from helpers.coverage.worlds import Shots, World, scoring, seed, shots
from kithline_network.voice.params import VoiceParams
from kithline_network.voice.parts import WEIGHTS, of_share, of_ties
from kithline_network.voice.picture import concentration
from kithline_network.voice.scorer import Voice
from kithline_sdk.snapshot import Bools, Floats, Ints

SCORE = scoring(Voice, "kithline_network", ("2026-01-01", "2026-07-01"))
PARAMS = VoiceParams()
ESTIMANDS = {
    "score": "the score of expected shares and rates",
    "departments_active_share": "how many departments are to be expected with somebody who turns outside",
    "named_share": "the expected ties of people over all",
    "gini": "the coefficient of expected outward pairs",
}
WIDER = "of two intervals of the concentration the wider is taken, and the whole is stretched for quiet organisations"


class Plan(NamedTuple):
    """Departments of these sizes, the share of people outside each person turns to, and accounts with theirs."""

    sizes: Sequence[int]
    rates: Sequence[float]
    accounts: int
    account_rate: float


OUTSIDE = 40


def draw(plan: Plan, random: Generator, times: int) -> Shots:
    """Let each member turn to each person outside or not; turned to, they answer, which makes a tie."""
    label = np.r_[np.repeat(np.arange(len(plan.sizes)), plan.sizes), np.zeros(plan.accounts, np.int64)]
    named = np.arange(len(label)) < sum(plan.sizes)
    outside = OUTSIDE * times
    rate = np.where(named, np.array(plan.rates)[label], plan.account_rate)
    who, whom = np.nonzero(random.random((len(label), outside)) < rate[:, None])
    people = [
        {
            "person": f"e{one:03}",
            "group": "employee",
            "department": f"d{department}",
            "rank": "clerk" if person else "brand",
        }
        for one, (department, person) in enumerate(zip(label.tolist(), named.tolist(), strict=True))
    ] + [{"person": f"x{one:03}", "group": "customer"} for one in range(outside)]
    ends = [(f"e{one:03}", f"x{other:03}") for one, other in zip(who.tolist(), whom.tolist(), strict=True)]
    ties = [{"actor": a, "target": b} for a, b in ends] + [{"actor": b, "target": a} for a, b in ends]
    return shots(SCORE({"memberships": people, "ties": ties}, seed(random)), _truth(plan, label, named, rate, outside))


def _truth(plan: Plan, label: Ints, named: Bools, rate: Floats, outside: int) -> dict[str, float]:
    silent = np.bincount(label[named], np.log1p(-rate[named]), len(plan.sizes)) * outside
    active = float((1 - np.exp(silent)).mean())
    share = float(rate[named].sum() / rate.sum())
    gini = concentration(np.array(plan.sizes, np.float64), np.bincount(label, rate, len(plan.sizes)))
    assert gini is not None
    parts = (of_share(active, PARAMS), of_ties(share, PARAMS), 1 - gini)
    score = sum(weight * part for weight, part in zip(WEIGHTS, parts, strict=True))
    return {"score": score, "departments_active_share": active, "named_share": share, "gini": gini}


def world(name: str, like: str, plan: Plan, excuses: dict[str, str] = {}, edge: str = "") -> World:  # noqa: B006 - never changed
    """Return a world of this plan; a figure at the edge of what it can be is no test of its interval and is left out."""
    told = {one: says for one, says in ESTIMANDS.items() if one != edge}
    return World("voice.everyone", name, like, told, lambda random, times: draw(plan, random, times), excuses)


WORLDS = (
    world("ordinary", "6 departments of 6 to 20, unlike rates, three accounts", Plan((20, 15, 10, 10, 8, 6), (0.05, 0.02, 0.005, 0.01, 0.002, 0.004), 3, 0.3), {"gini": WIDER, "score": WIDER}),
    world("quiet", "8 departments of 8 in which hardly anybody turns outside", Plan((8,) * 8, (0.02, 0.01, 0.005, 0.004, 0.003, 0.003, 0.002, 0.001), 2, 0.2), {}),
    world("alike", "5 departments of 10 that turn outside alike", Plan((10,) * 5, (0.06,) * 5, 2, 0.2), edge="departments_active_share"),
)  # fmt: skip
