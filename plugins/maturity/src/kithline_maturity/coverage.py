"""How much of a level was answered, and whether that decides it (card 1)."""

import math

import numpy as np

from kithline_maturity.params import DepthParams
from kithline_maturity.questions import LEVELS
from kithline_maturity.sheet import Sheet
from kithline_sdk.snapshot import Bools


def coverage(sheet: Sheet, members: Bools, answered: Bools | None = None) -> float | None:
    """Return the weight answered over the weight asked; None where nothing is asked."""
    here = sheet.answered if answered is None else answered
    asked = math.fsum(sheet.weight[members].tolist())
    return math.fsum(sheet.weight[members & here].tolist()) / asked if asked else None


def mandatory(sheet: Sheet, members: Bools) -> float:
    """Return the share of some questions' mandatory ones that was answered; 1 where none is mandatory."""
    asked = members & sheet.mandatory
    return float(np.mean(sheet.answered[asked])) if asked.any() else 1.0


def needed(sheet: Sheet, level: int, params: DepthParams) -> float:
    """Return the coverage a level needs; the quick scan has so few questions that its first level needs them all."""
    return 1.0 if sheet.quick and level == 1 else params.minimum_coverage


def covered(sheet: Sheet, level: int, params: DepthParams, answered: Bools | None = None) -> bool:
    """Say whether a level may be read: enough of its weight answered, and every mandatory question."""
    here, members = sheet.answered if answered is None else answered, sheet.of_level(level)
    share = coverage(sheet, members, here)
    return share is not None and share >= needed(sheet, level, params) and bool(here[members & sheet.mandatory].all())


def decided(sheet: Sheet, params: DepthParams, answered: Bools | None = None) -> Bools:
    """Return which levels may be read, 1 x levels; one that may not is never counted as passed."""
    return np.array([[covered(sheet, level, params, answered) for level in LEVELS]], np.bool_)


def uncertain(sheet: Sheet, params: DepthParams) -> Bools:
    """Return the unanswered questions of levels that may not be read: the ones that make the level a range."""
    found = np.zeros(len(sheet.questions), np.bool_)
    for level in LEVELS:
        if not covered(sheet, level, params):
            found |= sheet.of_level(level) & ~sheet.answered
    return found
