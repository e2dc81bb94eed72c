"""The five indices and a total of them: parts off their truth as their intervals say. The truth is exact."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.random import Generator

from helpers.coverage.worlds import Shot, Shots, World
from helpers.indices import MAP, known, unit, variant
from kithline_core.engine.composite import total, value
from kithline_core.engine.composite.index import show, weigh
from kithline_core.engine.composite.maps import IndexSpec
from kithline_core.engine.composite.total import Rule
from kithline_core.model.indices import IndexVariant
from kithline_sdk.stats import Z90

# True scores of the parts of an index in turn, and how far their intervals reach.
ORDINARY: Final = ((0.45, 0.6, 0.35, 0.7), (0.1, 0.08, 0.12, 0.1))
SKEWED: Final = ((0.9, 0.15, 0.8, 0.85), (0.05, 0.12, 0.02, 0.1))
TOTALS: Final = {"depth": 0.45, "purpose": 0.6, "network": 0.35, "supply": 0.7, "readiness": 0.5}
FEW: Final = {"depth": 0.9, "supply": 0.3}
INDEX = {"score": "the mean of its parts' true scores"}
TOTAL = {"score": "the total of the true indices, by weights, rule and indices chosen as the interval chooses them"}


def seen(truth: float, half: float, random: Generator) -> float:
    """Return a score off its truth as an interval of that half says."""
    return float(np.clip(truth + random.normal(0, half / Z90), 0, 1))


def draw_index(spec: IndexSpec, told: tuple[Sequence[float], Sequence[float]], random: Generator, times: int) -> Shots:
    """Measure every part of an index once."""
    halves = [half / times**0.5 for half in told[1]]
    parts = [
        known(one.part, seen(truth, half, random), half, necessary=one.necessary, key=str(random.random()))
        for one, truth, half in zip(spec.parts, told[0], halves, strict=False)
    ]
    found = show(MAP, spec, weigh(MAP, spec, {one.part: one for one in parts}))
    return {"score": Shot(100 * float(np.mean(told[0][: len(parts)])), found.interval)}


def draw_total(one: IndexVariant, truths: Mapping[str, float], half: float, random: Generator, times: int) -> Shots:
    """Measure every index of a total once, and choose once how to put them together."""
    halved = half / times**0.5
    told = {name: seen(truth, halved, random) for name, truth in truths.items()}
    rule = Rule(dict(one.weights), one.aggregation == "geometric")
    column = np.array([truths[name] for name in rule.weights])[:, None]
    chosen = total.choices(rule, random.random((1, len(rule.weights) + 2)))
    interval = value.of(MAP, one, [unit(str(random.random()), halved, **told)]).interval
    return {"score": Shot(100 * float(total.combined(column, chosen)[0]), interval)}


def world_of_index(spec: IndexSpec, name: str, like: str, told: tuple[Sequence[float], Sequence[float]]) -> World:
    """Return a world in which every part of an index is known."""
    return World(f"index {spec.index}", name, like, INDEX, lambda random, times: draw_index(spec, told, random, times))


def world_of_total(name: str, like: str, one: IndexVariant, truths: Mapping[str, float], half: float) -> World:
    """Return a world in which every index of a total is known."""
    return World(
        "a total", name, like, TOTAL,
        lambda random, times: draw_total(one, truths, half, random, times),
    )  # fmt: skip


WORLDS = (
    *(world_of_index(spec, "ordinary", "parts from 35 to 70, give or take 8 to 12", ORDINARY) for spec in MAP.indices),
    *(world_of_index(spec, "skewed", "parts at 15 and at 80 to 90, give or take 2 to 12", SKEWED) for spec in MAP.indices),
    world_of_total("ordinary", "five indices multiplied, each give or take 10", variant(indices=list(TOTALS)), TOTALS, 0.1),
    world_of_total("skewed", "two indices added, of 90 and 30, each give or take 5", variant(indices=list(FEW), aggregation="arithmetic"), FEW, 0.05),
)  # fmt: skip
