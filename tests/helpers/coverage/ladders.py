"""maturity.depth: answers that respondents give independently around a share of each part. The truth is exact."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from numpy.random import Generator

from helpers.coverage.worlds import Shots, World, scoring, seed, shots
from kithline_maturity.depth import Depth
from kithline_sdk import Finding

SCORE = scoring(Depth, "kithline_maturity", ("2025-01-01", "2026-07-01"))
FACTORS: Final = {"BM": "business_model", "WF": "workforce", "LD": "leadership"}
LEVELS: Final = ("L1", "L2", "L3", "L4")
DRAWS: Final = 400
ESTIMANDS = {
    "score": "the index of the shares that answers are drawn around",
    "attainment.2": "the share that answers of level 2 are drawn around",
}

Shares = Mapping[str, float]


class Sheet(NamedTuple):
    """A questionnaire: so many questions a part, answered by so many; where few answer, more data are more questions."""

    questions: int
    people: int

    def times(self, times: int) -> "Sheet":
        """Return a sheet with that many times the data."""
        few = self.people < 5
        return Sheet(self.questions * times if few else self.questions, self.people if few else self.people * times)


def cap(mean: float) -> int:
    """Return the level that a ceiling with this mean leaves room for."""
    return 1 + sum(mean >= cut for cut in (0.25, 0.5, 0.75))


def index(shares: Shares) -> float:
    """Return the index of shares that are known, 0 to 4: card 1 by hand."""
    height = next((k for k, level in enumerate(LEVELS) if shares[level] < 0.7), len(LEVELS))
    ceiling = min(cap(shares[factor]) for factor in FACTORS)
    return ceiling if height >= ceiling else height + min(0.99, shares[LEVELS[height]] / 0.7)


def answered(parts: Mapping[tuple[str, str | None], float], sheet: Sheet, random: Generator) -> Finding:
    """Score a sheet whose answers lie around the share of each part and group, all of it with evidence."""
    items, rows = [], []
    for (part, group), share in parts.items():
        told = {"level": int(part[1]) if part in LEVELS else None, "ceiling": FACTORS.get(part), "group": group}
        for number in range(sheet.questions):
            item = f"{part}.{group or ''}{number}"
            items.append({"questionnaire": "depth", "version": "1", "item": item, **told})
            rows += [
                {"questionnaire": "depth", "assessment": "a", "item": item, "value": float(value), "evidence": "minutes",
                 "confirmed_by": "a customer", "respondent": f"p{one:03}"}
                for one, value in enumerate(random.binomial(4, share, sheet.people).tolist())
            ]  # fmt: skip
    return SCORE({"items": items, "answers": rows}, seed(random), draws=DRAWS)


def draw(shares: Shares, sheet: Sheet, random: Generator, times: int) -> Shots:
    """Answer every question once for each respondent."""
    found = answered({(part, None): share for part, share in shares.items()}, sheet.times(times), random)
    return shots(found, {"score": index(shares) / 4, "attainment.2": shares["L2"]})


def any_shares(random: Generator) -> Shares:
    """Return shares somewhere between .30 and .95."""
    return {part: random.uniform(0.3, 0.95) for part in (*LEVELS, *FACTORS)}


def shares(*values: float) -> Callable[[Generator], Shares]:
    """Return these shares of the four levels and three ceilings, whatever the draw."""
    fixed = dict(zip((*LEVELS, *FACTORS), values, strict=True))
    return lambda _: fixed


def world(name: str, like: str, told: Callable[[Generator], Shares], sheet: Sheet) -> World:
    """Return a world of such shares and sheets."""
    return World(
        "maturity.depth", name, like, ESTIMANDS, lambda random, times: draw(told(random), sheet, random, times)
    )


WORLDS = (
    world("ordinary", "7 questions a part, 8 respondents", shares(0.88, 0.8, 0.6, 0.4, 0.9, 0.65, 0.62), Sheet(7, 8)),
    world("small", "5 questions a part, 1 respondent", shares(0.88, 0.8, 0.6, 0.4, 0.9, 0.65, 0.62), Sheet(5, 1)),
    world("skewed", "three levels high, one low; 12 respondents", shares(0.95, 0.9, 0.85, 0.3, 0.95, 0.8, 0.9), Sheet(7, 12)),
    world("at the marks", "three levels within .05 of .70; 6 questions, 6 respondents", shares(0.75, 0.72, 0.68, 0.4, 0.8, 0.77, 0.7), Sheet(6, 6)),
    world("anywhere", "every share anywhere from .30 to .95; 5 questions, 5 respondents", any_shares, Sheet(5, 5)),
)  # fmt: skip
