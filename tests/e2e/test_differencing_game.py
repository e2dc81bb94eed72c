"""Two thousand games of "who does person X talk to": what is published gives nobody an advantage over guessing.

The adversary holds every scope of a tenant but those that hand out rows, and reads exact findings. What is beyond the
guard is played too, so that the page on concepts says no more than is true.
"""

import multiprocessing
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import cache

import pytest

from helpers import strategies
from helpers.differencing import Tenant, World, quick, without
from helpers.strategies import PORTFOLIO, Game

SLOW = [pytest.mark.slow, pytest.mark.timeout(3600)]
GAMES, FEW, PART = 2_000, 100, 25
world = cache(World)


@pytest.fixture
def say(capsys):
    """Print lines of the table although output is captured."""

    def told(*lines):
        with capsys.disabled():
            sys.stdout.write("".join(f"\n  {line}" for line in lines))

    return told


def play(numbers, chosen, guard):
    """Play games with some strategies and return, by strategy, how often each guessed right, wrong and not at all.

    Under "portfolio" the first guess of any counts, and the first candidate where none has one.
    """
    here, told = world(), Counter()
    with quick(), without(guard):
        for number in numbers:
            game = Game(here, number)
            guesses = {one: one_guess(one, game, guard) for one in chosen}
            first = next((guess for guess in guesses.values() if guess is not None), game.first)
            for name, guess in [*((one, guess) for one, guess in guesses.items() if guess), ("portfolio", first)]:
                told[name, guess == game.contact] += 1
    return told


def one_guess(name, game, guard):
    return getattr(strategies, name)(game, Tenant(game.world, {guard} - {""}))


def played(games, chosen, guard=""):
    """Play on all cores there are, at most two."""
    world()  # before the fork, so that both have it
    parts = [range(start, min(start + PART, games)) for start in range(0, games, PART)]
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("fork")) as pool:
        return sum(pool.map(play, parts, [chosen] * len(parts), [guard] * len(parts)), Counter())


def advantage(told, name, games):
    """Return twice the rate of right guesses less one; where a strategy had no guess, it took the first candidate."""
    return (told[name, True] - told[name, False]) / games


@pytest.mark.parametrize("games", [8, pytest.param(GAMES, marks=SLOW)])
def test_games_are_won_no_more_often_than_by_guessing(games, say):
    names = [one.__name__ for one in PORTFOLIO]

    told = played(games, names)

    table = {name: advantage(told, name, games) for name in [*names, "portfolio"]}
    say(f"advantage over guessing, all guards, {games} games", *(f"{name:42} {table[name]:+.3f}" for name in table))
    assert max(abs(value) for value in table.values()) <= 0.02


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("name", "guard"), [(one.__name__, guard) for one, guard in PORTFOLIO.items() if guard])
def test_with_one_guard_taken_away_the_game_is_won(name, guard, say):
    value = advantage(played(FEW, [name], guard), name, FEW)

    say(f"without {guard:10} {name:42} {value:+.2f}")
    assert value > 0.5


@pytest.mark.slow
def test_whoever_forges_what_many_did_can_take_it_away_again(say):
    value = advantage(played(FEW, ["events_of_many_are_forged"]), "events_of_many_are_forged", FEW)

    say(f"beyond the guard: events_of_many_are_forged {value:+.2f}")
    assert value > 0.5
