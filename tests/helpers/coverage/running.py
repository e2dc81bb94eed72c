"""Draws, scores and counts: how often each interval of a world holds its truth, and how wide it is."""

import math
import zlib
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

import numpy as np

from helpers.coverage.worlds import Shot, World
from kithline_sdk.stats import wilson

LEAST, MOST, FARTHEST = 0.85, 0.95, 0.99
MORE: Final = 4  # times the data
FAILING: Final = frozenset({"too narrow", "too wide"})
NEARLY: Final = 1e-9


class Row(NamedTuple):
    """One interval in one world: its truth, how often it held it (and how sure that is, 90 %), how wide it was."""

    scorer: str
    world: str
    like: str
    figure: str
    estimand: str
    truth: float
    draws: int
    coverage: float
    sure: tuple[float, float]
    width: float
    width_of_more: float
    excuse: str
    steady: bool

    @property
    def ratio(self) -> float:
        """The width on four times the data over the width."""
        return self.width_of_more / self.width

    @property
    def verdict(self) -> str:
        """`holds` in 85 to 95 of 100, `wide` up to 99 with a reason, else `too narrow` or `too wide`."""
        if self.coverage < LEAST - NEARLY:
            return "too narrow"
        if self.coverage <= MOST + NEARLY:
            return "holds"
        return "wide" if self.coverage <= FARTHEST + NEARLY and self.excuse else "too wide"


def rows(worlds: Iterable[World], draws: int) -> Iterator[Row]:
    """Yield the rows of some worlds, from that many draws each, and a quarter of them with four times the data."""
    for world in worlds:
        once, more = _drawn(world, draws, 1), _drawn(world, max(5, draws // 4), MORE)
        for figure, estimand in world.estimands.items():
            yield _row(world, figure, estimand, once[figure], more[figure])


def _drawn(world: World, draws: int, times: int) -> dict[str, list[Shot]]:
    own = zlib.crc32(f"{world.scorer}/{world.name}".encode())
    found: dict[str, list[Shot]] = {figure: [] for figure in world.estimands}
    for number in range(draws):
        shot = world.draw(np.random.default_rng([own, times, number]), times)
        for figure, kept in found.items():
            if figure in shot and isinstance(shot[figure].interval, tuple):
                kept.append(shot[figure])
    return found


def _row(world: World, figure: str, estimand: str, once: list[Shot], more: list[Shot]) -> Row:
    held = sum(low - NEARLY <= truth <= high + NEARLY for truth, (low, high) in once)
    return Row(
        world.scorer, world.name, world.like, figure, estimand,
        math.fsum(one.truth for one in once) / len(once), len(once), held / len(once), wilson(held, len(once)),
        _width(once), _width(more), world.excuses.get(figure, ""), world.steady,
    )  # fmt: skip


def _width(found: list[Shot]) -> float:
    return math.fsum(high - low for _, (low, high) in found) / len(found)
