"""cocreation.funnel: this organisation's habits, each idea, decision and outcome being chance. The truth is exact."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from numpy.random import Generator

from helpers.coverage.worlds import Shots, World, scoring, seed, shots
from kithline_community.funnel.scorer import Funnel
from kithline_sdk.stats import pielou, share_rise

SCORE = scoring(Funnel, "kithline_community", ("2026-01-01", "2027-01-01"))
START: Final = datetime(2026, 1, 1, tzinfo=UTC)
YEAR: Final = 365
ESTIMANDS = {
    "score": "the score of the parts below, with how evenly outcomes are likely to fall on departments",
    "outside_share": "how likely an adopted idea is to come from outside",
    "adopted_180d": "how likely an idea is to be adopted within 180 days",
    "decisions_citing": "how likely a decision is to cite",
}

ADDED: Final = "the parts' upper distances are added, not squared: they err low together, and added they are too wide"


class Plan(NamedTuple):
    """How many of each; how likely outside, adopted in the end, cited; mean days; how outcomes fall on departments."""

    ideas: int
    decisions: int
    outcomes: int
    outside: float
    adopted: float
    citing: float
    days: float
    departments: Sequence[float]

    def truths(self) -> dict[str, float]:
        """Return the figures without chance."""
        soon = self.adopted * (1 - math.exp(-180 / self.days))
        even = pielou(self.departments, len(self.departments))
        risen = [share_rise(one, 0.1, 0.4) for one in (self.outside, self.citing)]
        score = 0.3 * risen[0] + 0.3 * soon + 0.2 * risen[1] + 0.2 * even
        return {
            "score": score, "outside_share": self.outside, "adopted_180d": soon, "decisions_citing": self.citing,
        }  # fmt: skip

    def draw(self, random: Generator, times: int) -> Shots:
        """Return the intervals of one year."""
        ideas = [self._idea(one, random) for one in range(self.ideas * times)]
        decisions = [
            {"decision": f"d{one}", "decided_at": "2026-05-01", "cites": "t" if random.random() < self.citing else None}
            for one in range(self.decisions * times)
        ]
        names = [f"u{one}" for one in range(len(self.departments))]
        fallen = random.choice(names, self.outcomes * times, p=self.departments)
        outcomes = [
            {"outcome": f"o{one}", "dated": "2026-05-01", "department": str(name), "verified": True}
            for one, name in enumerate(fallen)
        ]
        members = [{"person": name, "group": "employee", "department": name} for name in names]
        tables = {"ideas": ideas, "decisions": decisions, "outcomes": outcomes, "memberships": members}
        return shots(SCORE(tables, seed(random)), self.truths())

    def _idea(self, number: int, random: Generator) -> dict[str, object]:
        begun = START + timedelta(days=YEAR * random.random())
        ended = begun + timedelta(days=random.exponential(self.days))
        status = "accepted" if random.random() < self.adopted else "rejected"
        group = "customer" if random.random() < self.outside else "employee"
        return {"idea": f"i{number}", "group": group, "submitted_at": begun, "status": status, "decided_at": ended}


def _world(name: str, like: str, plan: Plan) -> World:
    return World("cocreation.funnel", name, like, ESTIMANDS, plan.draw, {"score": ADDED})


WORLDS = (
    _world("small", "20 ideas, 15 decisions and 12 outcomes in four departments",
           Plan(20, 15, 12, 0.3, 0.5, 0.3, 90, (0.4, 0.3, 0.2, 0.1))),
    _world("ordinary", "120 ideas, 60 decisions and 60 outcomes in six departments",
           Plan(120, 60, 60, 0.2, 0.4, 0.25, 120, (0.3, 0.2, 0.2, 0.1, 0.1, 0.1))),
)  # fmt: skip
