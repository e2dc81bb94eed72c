"""What a simulation is made of: worlds with a truth, and what one set of data drawn from one of them was scored as."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from numpy.random import Generator

from kithline_sdk import Finding, Interval
from kithline_sdk.contract import Scorer
from kithline_sdk.testing import declared, run, scorer_entry, snapshot

Rows = Sequence[Mapping[str, object]]
Score = Callable[..., Finding]


class Shot(NamedTuple):
    """One interval that one set of data gave, beside the truth that the data were drawn from."""

    truth: float
    interval: Interval | None


Shots = Mapping[str, Shot]


class World(NamedTuple):
    """A world: who reads it, what it is like, what each interval is to hold, and how data come about in it.

    `draw(random, times)` returns shots by figure from `times` the usual amount of data. `excuses` says of a figure why its
    interval may hold the truth in more than 95 of 100, `steady` that more data cannot narrow any.
    """

    scorer: str
    name: str
    like: str
    estimands: Mapping[str, str]
    draw: Callable[[Generator, int], Shots]
    excuses: Mapping[str, str] = {}
    steady: bool = False


def scoring(scorer: type[Scorer], package: str, window: tuple[str, str]) -> Score:
    """Return a function that scores plain tables in process, cut to what the manifest declares."""
    entry = scorer_entry(package, scorer.key)

    def score(tables: Mapping[str, Rows], seed: int = 0, **parameters: Any) -> Finding:
        return run(scorer(), declared(snapshot(tables, window), entry), seed, **parameters)

    return score


def seed(random: Generator) -> int:
    """Return a seed for the scorer's own draws."""
    return int(random.integers(2**60))


def shots(found: Finding, truths: Mapping[str, float]) -> dict[str, Shot]:
    """Return the interval of the score and of measures beside their truths."""
    return {
        name: Shot(truth, found.interval if name == "score" else found.intervals.get(name))
        for name, truth in truths.items()
    }
