"""Brier score and reliability curve of probabilities that were said, against what came."""

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

from kithline_core.model.calibration import Bin, Reliability
from kithline_sdk.contract import Interval, unquantified
from kithline_sdk.stats import Z90, wilson

BINS: Final = 10
# A bin of so many that is off by more than this is to be fitted again (Part C 9).
MANY: Final = 30
FAR: Final = 0.10
# Of fewer the spread says little.
LEAST: Final = 10
_ROUNDING: Final = 1e-9


class Said(NamedTuple):
    """A probability, and whether what it was said of came."""

    probability: float
    came: bool


class Sums(NamedTuple):
    """What a bin of probabilities adds up to: how many, their sum, how many came, and squared errors with their squares."""

    n: int
    said: float
    came: int
    error: float
    squares: float


NOTHING: Final = Sums(0, 0.0, 0, 0.0, 0.0)


def place(probability: float) -> int:
    """Return the number of the bin of a probability; 1 lies in the last."""
    return min(BINS - 1, int(probability * BINS + _ROUNDING))


def sums(said: Sequence[Said]) -> list[Sums]:
    """Return what each of the ten bins adds up to."""
    inside: list[list[Said]] = [[] for _ in range(BINS)]
    for one in said:
        inside[place(one.probability)].append(one)
    return [_sum(some) for some in inside]


def _sum(said: Sequence[Said]) -> Sums:
    errors = [(one.probability - one.came) ** 2 for one in said]
    return Sums(
        len(said), math.fsum(one.probability for one in said), sum(one.came for one in said),
        math.fsum(errors), math.fsum(error * error for error in errors),
    )  # fmt: skip


def together(parts: Sequence[Sums]) -> Sums:
    """Return what several sums add up to."""
    return Sums(
        sum(one.n for one in parts), math.fsum(one.said for one in parts), sum(one.came for one in parts),
        math.fsum(one.error for one in parts), math.fsum(one.squares for one in parts),
    )  # fmt: skip


def told(bins: Sequence[Sums]) -> Reliability:
    """Return the Brier score with its 90 % interval, and the bins that hold anything."""
    whole = together(bins)
    curve = [_bin(number, one) for number, one in enumerate(bins) if one.n]
    return Reliability(
        n=whole.n, brier=whole.error / whole.n if whole.n else None, interval=_interval(whole), bins=curve,
        flagged=any(one.flagged for one in curve),
    )  # fmt: skip


def _interval(whole: Sums) -> Interval:
    """Return the interval of a mean of squared errors, those of different predictions taken for independent."""
    if whole.n < LEAST:
        return unquantified(f"{whole.n} predictions so far; an interval takes {LEAST}")
    mean = whole.error / whole.n
    spread = max(0.0, whole.squares / whole.n - mean * mean) * whole.n / (whole.n - 1)
    half = Z90 * math.sqrt(spread / whole.n)
    return max(0.0, mean - half), min(1.0, mean + half)


def _bin(number: int, one: Sums) -> Bin:
    said, came = one.said / one.n, one.came / one.n
    low, high = wilson(one.came, one.n)
    return Bin(
        low=number / BINS, high=(number + 1) / BINS, n=one.n, said=said, came=came, interval=(low, high), off=came - said,
        flagged=one.n >= MANY and abs(came - said) > FAR + _ROUNDING, by_chance=low <= said <= high,
    )  # fmt: skip
