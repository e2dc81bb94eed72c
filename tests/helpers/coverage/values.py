"""Worlds of money: what the factors come to is drawn from the ranges that honest people would name."""

from typing import Final

from numpy.random import Generator

from helpers.coverage.worlds import Shot, Shots, World, scoring, seed
from kithline_value.estimate import Estimate

SCORE = scoring(Estimate, "kithline_value", ("2026-01-01", "2027-01-01"))
FACTORS: Final = ("count", "unit", "attribution")
# Draws per set of data; twelve twelfths without ramp and discount make a year worth a year.
SETTING: Final = {"horizon_months": 12, "ramp_months": 1, "draws": 2000}
ESTIMANDS: Final = {"p50": "the net value that comes, where every range holds what its PERT distribution says"}


def _line(random: Generator, place: int, widest: float) -> tuple[dict[str, object], float]:
    row: dict[str, object] = {"line": str(place), "side": "cost" if place % 3 == 0 else "benefit", "evidence": "A"}
    came = 1.0
    for name in FACTORS:
        likely = float(random.uniform(0.2, 0.5)) if name == "attribution" else float(random.uniform(5, 50))
        farthest = 2.0 if name == "attribution" else widest
        low, high = likely * float(random.uniform(0.3, 0.9)), likely * float(random.uniform(1.1, farthest))
        row |= {f"{name}_low": low, f"{name}_likely": likely, f"{name}_high": high}
        place_of_mode = (likely - low) / (high - low)
        came *= low + (high - low) * float(random.beta(1 + 4 * place_of_mode, 5 - 4 * place_of_mode))
    return row, came if row["side"] == "benefit" else -came


def _draw(random: Generator, times: int, widest: float = 2.0) -> Shots:
    # More lines are more money, not more knowledge of each.
    drawn = [_line(random, place, widest) for place in range(6 * times)]
    found = SCORE({"value_lines": [row for row, _ in drawn]}, seed(random), **SETTING)
    truth = sum(came for _, came in drawn)
    whole = sum(abs(came) for _, came in drawn)
    low, high = found.intervals["p50"]
    return {"p50": Shot(truth / whole, (low / whole, high / whole))}


def _skewed(random: Generator, times: int) -> Shots:
    return _draw(random, times, 20.0)


WORLDS: Final = (
    World(
        "value.estimate",
        "ordinary",
        "six lines, every third a cost; figures as shares of all that moves",
        ESTIMANDS,
        _draw,
    ),
    World("value.estimate", "skewed", "the same, high ends up to twenty times the likely", ESTIMANDS, _skewed),
)
