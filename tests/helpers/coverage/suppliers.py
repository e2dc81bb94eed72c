"""supply.collaboration: these suppliers, what passes between organisations being random. The truth is exact."""

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.random import Generator

from helpers.coverage.worlds import Shots, World, scoring, seed, shots
from kithline_sdk.snapshot import Floats, Ints
from kithline_sdk.stats import pielou, rise, share_rise
from kithline_supply.collaboration import Collaboration

SCORE = scoring(Collaboration, "kithline_supply", ("2026-01-01", "2026-04-01"))
DAYS: Final = ("2026-01-10", "2026-02-10")
DRAWS: Final = 400
WEIGHTS: Final = {
    "link_coverage": 0.25, "two_way": 0.15, "density": 0.15, "within_two_steps": 0.15, "practice": 0.075,
    "adoption": 0.075, "survey": 0.15,
}  # fmt: skip
ESTIMANDS = {
    "score": "the score of the parts below",
    "link_coverage": "how likely a supplier is to be linked, on average",
    "two_way": "how likely who is linked is to be so in both directions",
    "density": "the curve of how likely a tie inside a circle is",
    "within_two_steps": "how likely a pair inside a circle is to be within two steps, on average",
    "practice": "the curve of how much each supplier is wont to share, by the evenness of that",
    "adoption": "how likely an item is to be taken up",
    "survey": "what respondents would answer on average",
}
ENDS: Final = "near 1, and of few suppliers, Wilson's interval holds the truth now more, now less often than it says"
SPREAD: Final = (
    "Wilson takes suppliers for alike: where one is sure to be linked and another not, less is left to chance"
)
FEW: Final = "so few items say little of how evenly they are shared, and the ends leave room for one item more and less"


class Plan(NamedTuple):
    """Circles of a size; per supplier in turn how likely it is linked in both directions, and by a declared tie alone.

    Then how likely a pair inside a circle and elsewhere is tied, what each shares in a quarter, how likely that is taken
    up, the mean answer of each dimension in [0, 1], and how many answer.
    """

    circles: int
    size: int
    two_way: Sequence[float]
    declared: float
    near: float
    far: float
    shared: Sequence[float]
    adopted: float
    answers: tuple[float, float, float]
    respondents: int


class Drawn:
    """The tables of one draw; more data are more circles, items and respondents."""

    def __init__(self, plan: Plan, random: Generator, times: int) -> None:
        self.plan, self.random = plan, random
        self.circle = np.repeat(np.arange(plan.circles * times), plan.size)
        self.ids = [f"S{one:04}" for one in range(len(self.circle))]
        self.a, self.b = np.triu_indices(len(self.ids), 1)
        # However many circles there are, a supplier knows as many elsewhere.
        self.likely = np.where(self.circle[self.a] == self.circle[self.b], plan.near, plan.far / times)
        self.two_way, self.shared = self._each(plan.two_way), self._each(plan.shared)
        self.tables: dict[str, list[dict[str, object]]] = {
            name: [] for name in ("organisations", "memberships", "tie_day", "ties", "item_use", "answers")
        }
        self._suppliers()
        self._contacts()
        self._practices()
        self._answers(plan.respondents * times)

    def _each(self, values: Sequence[float]) -> Floats:
        return np.resize(np.array(values, float), len(self.ids))

    def _suppliers(self) -> None:
        roles = [
            ("F", "focal", None),
            *((one, "supplier", f"c{circle}") for one, circle in zip(self.ids, self.circle.tolist(), strict=True)),
        ]
        self.tables["organisations"] = [
            {"organisation": one, "role": role, "circles": circle} for one, role, circle in roles
        ]
        self.tables["memberships"] = [{"person": one.lower(), "organisation": one} for one, _, _ in roles]

    def _contacts(self) -> None:
        for one, at, both in zip(self.ids, self.random.random(len(self.ids)), self.two_way, strict=True):
            if at < both:
                self._talk("F", one)
            elif at < both + self.plan.declared:
                self.tables["ties"].append({"actor": "f", "target": one.lower()})
        for pair in np.flatnonzero(self.random.random(len(self.likely)) < self.likely).tolist():
            self._talk(self.ids[self.a[pair]], self.ids[self.b[pair]])

    def _talk(self, one: str, other: str) -> None:
        row = {"verb": "posted", "recipients": 1, "count": 1}
        ways = [(one.lower(), other.lower()), (other.lower(), one.lower())]
        self.tables["tie_day"] += [{**row, "actor": a, "target": b, "day": day} for a, b in ways for day in DAYS]

    def _practices(self) -> None:
        for place, items in enumerate(self.random.poisson(self.shared).tolist()):
            for number in range(items):
                row = {"item": f"{place}/{number}", "day": DAYS[0], "actor": self.ids[place].lower()}
                used = {**row, "used_by": self.ids[(place + 1) % len(self.ids)].lower()}
                self.tables["item_use"] += [row, used] if self.random.random() < self.plan.adopted else [row]

    def _answers(self, people: int) -> None:
        for name, mean in zip("abc", self.plan.answers, strict=True):
            given = 1.0 + self.random.binomial(4, mean, (people, 3))
            self.tables["answers"] += [
                {"questionnaire": "supply.survey", "assessment": "a", "respondent": f"r{who}", "item": f"{name}{item}",
                 "dimension": name, "value": float(given[who, item])}
                for who in range(people) for item in range(3)
            ]  # fmt: skip

    def truths(self) -> dict[str, float]:
        """Return what each part would be if nothing were chance."""
        plan, suppliers = self.plan, len(self.ids)
        linked = self.two_way + plan.declared
        found = {
            "link_coverage": float(linked.mean()),
            "two_way": float(self.two_way.sum() / linked.sum()),
            "density": share_rise(plan.near, 0.05, 0.30),
            "within_two_steps": self._near(),
            "practice": rise(float(self.shared.mean()), 0.5, 3) * pielou(self.shared.tolist(), suppliers),
            "adoption": plan.adopted,
            "survey": math.fsum(plan.answers) / 3,
        }
        return {"score": math.fsum(WEIGHTS[name] * found[name] for name in WEIGHTS)} | found

    def _near(self) -> float:
        """Return how likely pairs inside circles are tied or have a common neighbour: ties come about independently."""
        likely = np.zeros((len(self.ids), len(self.ids)))
        likely[self.a, self.b] = likely[self.b, self.a] = self.likely
        apart = [
            self._apart(likely, a, b) for a, b in zip(self.a, self.b, strict=True) if self.circle[a] == self.circle[b]
        ]
        return 1 - math.fsum(apart) / len(apart)

    @staticmethod
    def _apart(likely: Floats, a: Ints, b: Ints) -> float:
        return float((1 - likely[a, b]) * np.prod(1 - likely[a] * likely[b]))


def draw(plan: Plan, random: Generator, times: int) -> Shots:
    """Draw what passes in a quarter."""
    drawn = Drawn(plan, random, times)
    return shots(SCORE(drawn.tables, seed(random), draws=DRAWS), drawn.truths())


def world(name: str, like: str, plan: Plan, **excuses: str) -> World:
    """Return a world of this plan."""
    return World(
        "supply.collaboration", name, like, ESTIMANDS, lambda random, times: draw(plan, random, times), excuses
    )


WORLDS = (
    world(
        "ordinary", "4 circles of 6 suppliers, 2 items each, 24 respondents",
        Plan(4, 6, (0.8, 0.7, 0.6, 0.5), 0.1, 0.4, 0.02, (2.0,), 0.4, (0.6, 0.5, 0.4), 24), practice=FEW,
    ),
    world(
        "small", "2 circles of 4 suppliers, 1.5 items each, 8 respondents",
        Plan(2, 4, (0.6,), 0.2, 0.5, 0.05, (1.5,), 0.3, (0.6, 0.5, 0.4), 8), practice=FEW, link_coverage=ENDS, two_way=ENDS,
    ),
    world(
        "skewed", "6 loose circles of 5; half the suppliers linked for sure, half hardly; one in five shares most; 12 respondents",
        Plan(6, 5, (0.95, 0.9, 0.3, 0.1), 0.05, 0.15, 0.01, (6, 0.5, 0.2, 0, 0), 0.15, (0.9, 0.85, 0.4), 12),
        link_coverage=SPREAD, two_way=SPREAD,
    ),
)  # fmt: skip
