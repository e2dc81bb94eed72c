"""One item, two groups, respondents matched by what they answered elsewhere: common odds ratio, its error, and a test."""

import math
from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from kithline_sdk.snapshot import Bools, Floats, Ints
from kithline_sdk.stats.hypotheses import normal_below

# Correction for continuity of the test, where an item has two answers only (Mantel and Haenszel 1959).
CONTINUITY: Final = 0.5


class Effect(NamedTuple):
    """The logarithm of the common odds ratio (above 0: lower answers in the focal group), its standard error, and p."""

    log_odds: float
    error: float
    p: float


class _Stratum(NamedTuple):
    """Sums of one stratum over pairs of both groups, and per respondent what leaving them out takes away."""

    above: float
    below: float
    size: int
    above_of: Floats
    below_of: Floats


def effect(values: Floats, focal: Bools, matched: Floats) -> Effect | None:
    """Return what sets the focal group apart on an item, among respondents with the same matching score.

    Of two answers it is the odds ratio of Mantel and Haenszel (1959) with the error of Robins, Breslow and Greenland
    (1986); of more, the cumulative one of Liu and Agresti (1996) with a jackknife over respondents, and Mantel's test
    (1963). None: too few matched pairs answer apart, or all of them one way.
    """
    answers, steps = np.unique(values, return_inverse=True)
    strata = [(steps[here].astype(np.float64), focal[here]) for here in _strata(focal, matched)]
    sums = [_stratum(*one) for one in strata]
    above, below = math.fsum(one.above for one in sums), math.fsum(one.below for one in sums)
    if above == 0 or below == 0:
        return None
    two = len(answers) == 2  # noqa: PLR2004 - right or wrong
    error = _of_two(strata) if two else _jackknife(sums, above, below)
    if error is None:
        return None
    return Effect(math.log(above / below), error, _mantel(strata, CONTINUITY if two else 0.0))


def _strata(focal: Bools, matched: Floats) -> Iterator[Bools]:
    """Yield who shares a matching score, where both groups are among them: nobody else is compared."""
    for score in np.unique(matched):
        here = np.asarray(matched == score, np.bool_)
        if 0 < np.sum(focal[here]) < np.sum(here):
            yield here


def _stratum(values: Floats, focal: Bools) -> _Stratum:
    """Return the sums over all pairs, from how many gave each answer: there are as many pairs as people squared."""
    size, (steps, place) = len(values), np.unique(values, return_inverse=True)
    inside, outside = (np.bincount(place[who], minlength=len(steps)) for who in (focal, ~focal))
    over = _beyond(steps, inside)[place[~focal]], _short(steps, outside)[place[focal]]
    under = _short(steps, inside)[place[~focal]], _beyond(steps, outside)[place[focal]]
    return _Stratum(
        float(over[0].sum()) / size, float(under[0].sum()) / size, size, np.concatenate(over), np.concatenate(under)
    )


def _beyond(steps: Floats, counts: Ints) -> Floats:
    """Return for each step, lowest first, how far it lies above all that are lower, added up."""
    return np.asarray(steps * np.cumsum(counts) - np.cumsum(steps * counts), np.float64)


def _short(steps: Floats, counts: Ints) -> Floats:
    """Return for each step how far it lies below all that are higher, added up."""
    return _beyond(-steps[::-1], counts[::-1])[::-1]


def _jackknife(sums: list[_Stratum], above: float, below: float) -> float | None:
    """Return the error of the logarithm when each respondent is left out in turn; None where it hangs on single ones."""
    left = np.concatenate([_without(one, above, below) for one in sums])
    if not np.isfinite(left).all():
        return None
    return math.sqrt((len(left) - 1) / len(left) * math.fsum(((left - np.mean(left)) ** 2).tolist()))


def _without(one: _Stratum, above: float, below: float) -> Floats:
    over = above - one.above + (one.size * one.above - one.above_of) / (one.size - 1)
    under = below - one.below + (one.size * one.below - one.below_of) / (one.size - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.log(over / under), np.float64)


def _of_two(strata: list[tuple[Floats, Bools]]) -> float:
    tables = np.array([_fourfold(values == 1, focal) for values, focal in strata], np.float64)
    a, b, c, d = tables.T
    size = tables.sum(axis=1)
    alike, apart, over, under = (a + d) / size, (b + c) / size, a * d / size, b * c / size
    r, s = math.fsum(over), math.fsum(under)
    first = math.fsum(alike * over) / (2 * r * r)
    middle = math.fsum(alike * under + apart * over) / (2 * r * s)
    return math.sqrt(first + middle + math.fsum(apart * under) / (2 * s * s))


def _fourfold(right: Bools, focal: Bools) -> tuple[int, int, int, int]:
    """Return right and wrong of the reference group, then of the focal one."""
    return (
        int(np.sum(right & ~focal)),
        int(np.sum(~right & ~focal)),
        int(np.sum(right & focal)),
        int(np.sum(~right & focal)),
    )


def _mantel(strata: list[tuple[Floats, Bools]], correction: float) -> float:
    """Return the two-sided p value of the focal group's sum, given each stratum's margins."""
    moments = [_moments(values, focal) for values, focal in strata]
    apart, variance = (math.fsum(column) for column in zip(*moments, strict=True))
    return 2 * normal_below(-max(abs(apart) - correction, 0.0) / math.sqrt(variance))


def _moments(values: Floats, focal: Bools) -> tuple[float, float]:
    """Return how far the focal group's sum lies from what its margins expect, and the variance of that."""
    size, inside = len(values), int(np.sum(focal))
    total, squares = float(values.sum()), float((values**2).sum())
    spread = inside * (size - inside) * (size * squares - total * total) / (size * size * (size - 1))
    return float(values[focal].sum()) - inside * total / size, spread
