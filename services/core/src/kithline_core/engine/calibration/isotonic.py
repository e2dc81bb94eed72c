"""Fits probabilities again so that they keep their word: monotone, by pooling neighbours that contradict each other."""

from collections.abc import Sequence
from typing import NamedTuple

from kithline_core.model.calibration import Step


class Point(NamedTuple):
    """What was said, how often it came (a share), and how much that weighs."""

    said: float
    came: float
    weight: float


class _Block(NamedTuple):
    low: float
    high: float
    came: float
    weight: float


def fit(points: Sequence[Point]) -> list[Step]:
    """Return the non-decreasing steps that are nearest by weighted squares (Ayer et al. 1955), from the lowest up.

    A step holds from `low` to `high` of what was said; a version goes straight from one to the next.
    """
    blocks: list[_Block] = []
    for one in _alike(points):
        blocks.append(one)
        while len(blocks) > 1 and blocks[-2].came >= blocks[-1].came:
            last = blocks.pop()
            blocks[-1] = _pooled(blocks[-1], last)
    return [Step(low=one.low, high=one.high, fitted=one.came) for one in blocks]


def _alike(points: Sequence[Point]) -> list[_Block]:
    """Return points in order, those of one probability as one."""
    found: list[_Block] = []
    for said, came, weight in sorted(points):
        one = _Block(said, said, came, weight)
        if found and found[-1].low == said:
            found[-1] = _pooled(found[-1], one)
        else:
            found.append(one)
    return found


def _pooled(one: _Block, other: _Block) -> _Block:
    weight = one.weight + other.weight
    return _Block(one.low, other.high, (one.came * one.weight + other.came * other.weight) / weight, weight)
