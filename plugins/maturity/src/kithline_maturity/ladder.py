"""The ladder and its ceilings: attainment, gates, caps, level and index, for one reading or for many draws at once."""

from typing import Final, NamedTuple

import numpy as np

from kithline_maturity.coverage import decided
from kithline_maturity.params import DepthParams
from kithline_maturity.questions import FACTORS, LEVELS, TOP
from kithline_maturity.sheet import Sheet
from kithline_sdk.snapshot import Bools, Floats, Ints

CUTS: Final = (0.25, 0.50, 0.75)  # a ceiling's mean at which its cap rises
KNOWN: Final = 3  # answered items a ceiling needs
ALMOST: Final = 0.99  # an open level never looks passed
TINY: Final = 1e-9  # means of quarters miss a cut-off by rounding only


class Climb(NamedTuple):
    """One row per draw: attainment and gates per level, means and caps per factor, then the levels and the index.

    `decided`, one row for all draws, says which levels have the answers that a level needs to pass.
    """

    attained: Floats
    fit: Bools
    decided: Bools
    passed: Bools
    means: Floats
    caps: Floats
    ladder: Ints
    level: Ints
    depth: Floats


def climb(
    sheet: Sheet, values: Floats, params: DepthParams, weight: Floats | None = None, *, claimed: bool = False,
    settled: Bools | None = None,
) -> Climb:  # fmt: skip
    """Return the ladder of `values` (draws x questions, shares of the scale, NaN unanswered), weighted by `weight`.

    Index = Level + min(.99, A/.70) of the open level below the ceiling, at most .70 while a gate of its own is shut,
    0 when it is unanswered (card 1; rulings 3.2). A level that is not `settled` (by default: not covered) never passes.
    """
    loads = (sheet.weight[np.newaxis] if weight is None else weight) * ~np.isnan(values)
    filled = np.where(np.isnan(values), 0.0, values)
    attained = np.stack([mean(filled, loads, sheet.of_level(k)) for k in LEVELS], axis=1)
    fit = np.stack([_fit(sheet, values, params, k, claimed) for k in LEVELS], axis=1)
    means = np.stack([mean(filled, loads, sheet.of_factor(factor)) for factor in FACTORS], axis=1)
    settled = decided(sheet, params) if settled is None else settled
    return stand(attained, fit, settled, means, caps_of(sheet, means), params)


def mean(filled: Floats, loads: Floats, members: Bools) -> Floats:
    """Return the weighted mean of some questions per draw; NaN where none of them carries weight."""
    weight = np.add.reduce(loads[:, members], axis=1)
    total = np.add.reduce((loads * filled)[:, members], axis=1)
    return np.where(weight > 0, total / np.where(weight > 0, weight, 1.0), np.nan)


def _fit(sheet: Sheet, values: Floats, params: DepthParams, level: int, claimed: bool) -> Bools:
    """Return in which draws no mandatory question fails; beyond claims, level 4 also needs a word from outside."""
    failing = fails(values, sheet.of_level(level) & sheet.mandatory, params)
    return np.asarray(~failing & allowed(sheet, level, claimed=claimed), np.bool_)


def fails(values: Floats, members: Bools, params: DepthParams) -> Bools:
    """Return in which draws one of some mandatory questions is below its mark."""
    return np.asarray((values[:, members] < params.mandatory_mark - TINY).any(axis=1), np.bool_)


def allowed(sheet: Sheet, level: int, *, claimed: bool) -> bool:
    """Say whether a level may pass at all: beyond claims, level 4 needs a word from outside."""
    return level < TOP or sheet.confirmed or claimed


def computed(sheet: Sheet, factor: str) -> bool:
    """Say whether a ceiling has the three answers it needs."""
    return int(np.count_nonzero(sheet.answered & sheet.of_factor(factor))) >= KNOWN


def known(sheet: Sheet, factor: str) -> bool:
    """Say whether a ceiling was answered or declared."""
    return computed(sheet, factor) or factor in sheet.declared


def steps(means: Floats) -> Floats:
    """Return 1 + the number of cut-offs (.25, .50, .75) that each mean reaches; 1 where there is no mean."""
    return np.asarray(1.0 + sum((means >= cut - TINY).astype(np.float64) for cut in CUTS), np.float64)


def caps_of(sheet: Sheet, means: Floats) -> Floats:
    """Return the cap of each factor: 1 + the cut-offs its mean reaches, at most what was declared, 4 where unknown."""
    caps = steps(means)
    for place, factor in enumerate(FACTORS):
        declared = float(sheet.declared.get(factor, TOP))
        found = ~np.isnan(means[:, place]) & computed(sheet, factor)
        caps[:, place] = np.minimum(np.where(found, caps[:, place], TOP), declared)
    return np.asarray(caps, np.float64)


def stand(attained: Floats, fit: Bools, settled: Bools, means: Floats, caps: Floats, params: DepthParams) -> Climb:
    """Return where attainments, gates and caps put a ladder: passed levels in a row, the ceiling, the index."""
    passed = np.asarray((attained >= params.pass_mark - TINY) & fit & settled, np.bool_)
    ladder = np.add.reduce(np.logical_and.accumulate(passed, axis=1).astype(np.int64), axis=1)
    ceiling = np.minimum.reduce(caps, axis=1)
    level = np.minimum(ladder, ceiling.astype(np.int64))
    row, nxt = np.arange(len(ladder)), np.minimum(ladder, TOP - 1)
    part = np.minimum(ALMOST, np.nan_to_num(attained[row, nxt]) / params.pass_mark)
    part = np.where(fit[row, nxt], part, np.minimum(part, params.pass_mark))
    depth = level + np.where(level < ceiling, part, 0.0)
    return Climb(attained, fit, settled, passed, means, caps, ladder, level, depth)
