"""leadership.presence: one tree, everybody writing at a rate of its own, and leaders answering or not."""

from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from helpers.coverage.worlds import Shots, World, scoring, shots
from kithline_network.leadership.params import LeadershipParams
from kithline_network.leadership.scorer import Leadership
from kithline_sdk.stats import rise, share_rise

SCORE = scoring(Leadership, "kithline_network", ("2026-01-01", "2026-04-01"))
PARAMS = LeadershipParams()
PEAK = "the balance has a peak: near it the upper end is 1 whatever comes"
FIRST, DAYS = np.datetime64("2026-01-01"), 90
ESTIMANDS = {
    "score": "the score of expected shares and rates",
    "active_day_ratio": "expected sending days of leaders over those of others",
    "reach_1hop": "the expected share of others with a tie to a leader",
    "upward_answered": "how likely a first contact is answered in time",
    "symmetric_flow": "the balance of expected contact",
}


class Plan(NamedTuple):
    """Leaders and others; chance per day of sending; per pair of another and a leader of asking and of being told; of an answer."""

    leaders: int
    others: int
    sends: tuple[float, float]
    asks: float
    told: float
    answers: float


def draw(plan: Plan, random: Generator, times: int) -> Shots:
    """Some others ask a leader, who answers or not; some are told on two days; sending days are drawn apart."""
    others, days = plan.others * times, DAYS
    names = ["top", *(f"l{one}" for one in range(1, plan.leaders)), *(f"o{one:03}" for one in range(others))]
    people = [
        {"person": name, "group": "employee", "manager": None if not one else "top" if one < plan.leaders else f"l{1 + one % (plan.leaders - 1)}"}
        for one, name in enumerate(names)
    ]  # fmt: skip
    rate = np.where(np.arange(len(names)) < plan.leaders, plan.sends[0], plan.sends[1])
    who, when = np.nonzero(random.random((len(names), days)) < rate[:, None])
    activity = [
        {"day": str(FIRST + day), "actor": names[one], "verb": "posted", "count": 1}
        for one, day in zip(who.tolist(), when.tolist(), strict=True)
    ]
    contacts = []
    lot = random.random((others, plan.leaders))
    for one, leader in zip(*(end.tolist() for end in np.nonzero(lot < plan.asks + plan.told)), strict=True):
        asker, asked, day = names[plan.leaders + one], names[leader], int(random.integers(60))
        if lot[one, leader] < plan.asks:
            contacts.append(_event(asker, asked, day))
            if random.random() < plan.answers:
                contacts.append(_event(asked, asker, day + 1 + int(random.integers(5))))
        else:
            contacts += [_event(asked, asker, day), _event(asked, asker, day + 2)]
    tables = {"memberships": people, "activity_day": activity, "tie_day": contacts}
    return shots(SCORE(tables), _truth(plan))


def _event(actor, target, day):
    date = str(FIRST + day)
    return {
        "day": date,
        "actor": actor,
        "target": target,
        "verb": "posted",
        "recipients": 1,
        "count": 1,
        "first_at": f"{date}T09:00:00Z",
    }


def _truth(plan: Plan) -> dict[str, float]:
    tied = plan.asks * plan.answers + plan.told
    reach = 1 - (1 - tied) ** plan.leaders
    ratio = plan.sends[0] / plan.sends[1]
    down, up = plan.asks * plan.answers + 2 * plan.told, plan.asks
    flow = 1 - abs(down - up) / (down + up)
    parts = (
        rise(ratio, PARAMS.ratio_half, PARAMS.ratio_high),
        share_rise(reach, PARAMS.reach_half, PARAMS.reach_high),
        plan.answers,
        flow,
    )
    return {
        "score": sum(parts) / 4, "active_day_ratio": ratio, "reach_1hop": reach, "upward_answered": plan.answers, "symmetric_flow": flow,
    }  # fmt: skip


def world(name: str, like: str, plan: Plan, excuses: dict[str, str] = {}, edge: str = "") -> World:  # noqa: B006 - never changed
    """Return a world of this plan; a figure at the edge of what it can be is no test of its interval and is left out."""
    told = {one: says for one, says in ESTIMANDS.items() if one != edge}
    return World("leadership.presence", name, like, told, lambda random, times: draw(plan, random, times), excuses)


WORLDS = (
    world(
        "ordinary",
        "7 leaders and 60 others, half of first contacts answered",
        Plan(7, 60, (0.2, 0.25), 0.1, 0.02, 0.5),
        {"symmetric_flow": PEAK},
    ),
    world(
        "absent",
        "6 leaders who seldom send, and answer seldom",
        Plan(6, 40, (0.03, 0.2), 0.08, 0.005, 0.2),
        {},
    ),
    world(
        "present",
        "8 leaders who send more than others and answer nearly all",
        Plan(8, 50, (0.4, 0.3), 0.15, 0.01, 0.9),
        {"score": PEAK},
        edge="symmetric_flow",
    ),
)
