"""health.community: present people, each with a habit of their own; what they do and are told being chance."""

import math
from typing import Final, NamedTuple

import numpy as np
from numpy.random import Generator

from helpers.coverage.worlds import Shots, World, scoring, seed, shots
from kithline_community.health.scorer import Health
from kithline_sdk.stats import share_rise
from kithline_sdk.testing import day

SCORE = scoring(Health, "kithline_community", ("2026-01-01", "2026-07-16"))
START: Final = day("2026-01-01")
DAYS: Final = 196
MICRO: Final = 86_400_000_000
ESTIMANDS = {
    "score": "the score of the expected figures of people with these habits",
    "stickiness_mean": "the mean of expected contributors of a day / of 28 days",
    "answered_7d": "how likely an opening is to be answered within 7 days",
    "reciprocity": "how likely a contact is to be returned",
    "growth_rate": "the growth of expected contributors, which is 0",
}


class Plan(NamedTuple):
    """How many are invited, how many have a habit, how often they contribute, openings, pairs, answered, returned."""

    invited: int
    people: int
    rate: float
    openings: int
    pairs: int
    answered: float
    returned: float

    def truths(self) -> dict[str, float]:
        """Return the figures without chance (nobody who keeps the habit lapses: the rate is high enough)."""
        month = 1 - (1 - self.rate) ** 28
        size = (max(self.invited, 100) / 100) ** -0.35
        back = 2 * self.returned / (1 + self.returned)
        score = (
            0.25 * share_rise(self.people * month / self.invited, 0.1 * size, 0.4 * size) + 0.2
            + 0.15 * share_rise(self.rate / month, 0.1, 0.3) + 0.15 * share_rise(self.answered, 0.5, 0.9)
            + 0.1 * back + 0.15
        )  # fmt: skip
        return {
            "score": score, "stickiness_mean": self.rate / month, "answered_7d": self.answered, "reciprocity": back,
            "growth_rate": 0.0,
        }  # fmt: skip

    def draw(self, random: Generator, times: int) -> Shots:
        """Return the intervals of one window."""
        activity = [
            self._row(one, int(on))
            for one in range(self.people * times)
            for on in np.flatnonzero(random.random(DAYS) < self.rate)
        ]
        openings = [self._opening(one, random) for one in range(self.openings * times)]
        ties = []
        for one in range(self.pairs * times):
            ends = [2 * one, 2 * one + 1]
            ties.append(self._tie(*ends))
            if random.random() < self.returned:
                ties.append(self._tie(*reversed(ends)))
        places = [{"community": "c", "invited": self.invited * times, "kind": "practice"}]
        tables = {"activity_day": activity, "opening": openings, "tie_day": ties, "communities": places}
        truths = (
            self.truths()
            if times == 1
            else self._replace(invited=self.invited * times, people=self.people * times).truths()
        )
        return shots(SCORE(tables, seed(random)), truths)

    def _row(self, one: int, on: int) -> dict[str, object]:
        at = (START + on) * MICRO
        return {
            "day": START + on, "actor": one, "community": "c", "verb": "posted", "count": 1, "first_at": at, "last_at": at,
        }  # fmt: skip

    def _opening(self, one: int, random: Generator) -> dict[str, object]:
        asked = (START + int(random.integers(0, 180))) * MICRO + one
        wait = -7 * math.log(random.random()) / -math.log(1 - self.answered)
        told = {"answerer": one + 1, "answered_at": asked + int(wait * MICRO)}
        return {"community": "c", "channel": "c", "kind": "question", "asker": one, "opened_at": asked, **told}

    def _tie(self, actor: int, target: int) -> dict[str, object]:
        return {
            "day": START + 3, "community": "c", "actor": actor, "target": target, "verb": "posted", "recipients": 1, "count": 1,
        }  # fmt: skip


def _world(name: str, like: str, plan: Plan) -> World:
    return World("health.community", name, like, ESTIMANDS, plan.draw)


WORLDS = (
    _world(
        "ordinary", "400 invited, 150 of whom contribute every twelfth day", Plan(400, 150, 0.08, 120, 120, 0.75, 0.4)
    ),
    _world("small", "100 invited, 40 of whom contribute every tenth day", Plan(100, 40, 0.1, 40, 40, 0.7, 0.5)),
)
