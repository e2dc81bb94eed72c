"""The search for the cheapest forgery, against all subsets of small systems of moves."""

import sys
from itertools import combinations

import pytest

from kithline_sdk.kit.cheating.search import Moves, Problem, cheapest
from kithline_sdk.stats.random import Draws

CASES = 500
KINDS = ("linear", "pair", "plateau", "harm", "steps", "either")


def problem(seed: int) -> Problem:
    """4 to 12 moves with drawn costs, of which a quarter need others; the way to the goal is of one of six kinds."""
    draws = Draws(seed)
    many = 4 + int(draws.below(9, 1)[0])
    costs = tuple(round(0.2 + 20 * float(one), 2) for one in draws.uniform(many))
    needs: list[Moves] = []
    for one in range(many):
        needs.append(frozenset())
        if one and float(draws.uniform(1)[0]) < 0.25:
            other = int(draws.below(one, 1)[0])
            needs[one] = frozenset({other}) | needs[other]
    gains, (a, b, c, d, e, _) = draws.uniform(many).tolist(), draws.below(many, 6).tolist()
    goal = (0.3 + 0.4 * float(draws.uniform(1)[0])) * sum(gains)

    def progress(chosen: Moves) -> float:
        share = sum(gains[one] for one in sorted(chosen)) / goal
        either = {a, b, c} <= chosen or {d, e} <= chosen
        return {
            "linear": share,
            "pair": min(share, 0.7) + (0.5 if {a, b} <= chosen else 0.0),
            "plateau": float(share >= 1),
            "harm": share - 0.6 * (a in chosen) - 0.6 * ({b, c} <= chosen),
            "steps": min(3, int(3 * share)) / 3,
            "either": 1.0 if either and share > 0.6 else 0.3 * min(1.0, share),
        }[KINDS[seed % len(KINDS)]]

    return Problem(costs, tuple(needs), progress)


def brute_force(of: Problem) -> float | None:
    """The least cost of all subsets that hold what they need and reach the goal."""
    places = range(len(of.costs))
    subsets = (frozenset(one) for size in range(len(of.costs) + 1) for one in combinations(places, size))
    sound = [one for one in subsets if of.closed(one) == one and of.progress(one) >= 1]
    return min(map(of.cost, sound), default=None)


def test_the_price_is_within_a_tenth_of_brute_force_in_each_of_500_cases():
    exact, tried, subsets, worst = 0, 0, 0, 1.0
    for seed in range(CASES):
        of = problem(seed)
        least, found = brute_force(of), cheapest(of, 1500, 60.0)
        assert (least is None) == (found.moves is None), seed
        tried, subsets = tried + found.tried, subsets + 2 ** len(of.costs)
        if least is not None and found.moves is not None:
            assert of.closed(found.moves) == found.moves
            assert of.progress(found.moves) >= 1
            ratio = of.cost(found.moves) / least
            assert ratio <= 1.1, (seed, ratio)
            worst = max(worst, ratio)
            exact += ratio <= 1 + 1e-9
        else:
            exact += 1
    sys.stdout.write(f"{exact} of {CASES} exact, the worst {worst:.3f}; {tried / subsets:.0%} of the subsets tried\n")
    assert exact >= 0.97 * CASES


def test_the_same_system_gives_the_same_set():
    assert cheapest(problem(7), 1500, 60.0) == cheapest(problem(7), 1500, 60.0)


@pytest.mark.parametrize(("tries", "seconds"), [(5, 60.0), (1500, 0.0)])
def test_a_budget_is_kept(tries, seconds):
    assert cheapest(problem(6), tries, seconds).tried <= tries * (seconds > 0)


def test_without_moves_there_is_nothing_to_find():
    assert cheapest(Problem((), (), lambda _: 0.0), 10, 1.0).moves is None
