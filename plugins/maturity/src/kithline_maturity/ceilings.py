"""The three ceilings: which is known, which binds, and which is the likeliest to."""

from typing import Final

import numpy as np

from kithline_maturity.ladder import Climb, computed, known, steps
from kithline_maturity.questions import FACTORS, TOP
from kithline_maturity.sheet import Sheet
from kithline_sdk.snapshot import Bools, Floats

NONE: Final = "none"
SOCIAL: Final = 3  # the level from which a business is called social


def lowest(sheet: Sheet, reading: Climb) -> str | None:
    """Return the factor with the lowest cap, "none" where every known cap is 4, None where no ceiling is known.

    Of equal caps the one with the lower mean, then the first by name.
    """
    found = [factor for factor in FACTORS if known(sheet, factor)]
    if not found:
        return None
    low = min(found, key=lambda factor: (_cap(reading, factor), _mean(reading, factor), factor))
    return low if _cap(reading, low) < TOP else NONE


def binds(reading: Climb) -> bool:
    """Say whether the ceiling, not the ladder, holds the level back."""
    return bool(reading.caps[0].min() < TOP and reading.ladder[0] >= reading.caps[0].min())


def by_decree(sheet: Sheet, reading: Climb, factor: str) -> bool:
    """Say whether a declared cap, not the answers, is what holds a factor down."""
    if factor not in sheet.declared:
        return False
    answers = steps(reading.means)[0, FACTORS.index(factor)] if computed(sheet, factor) else TOP
    return bool(sheet.declared[factor] < answers)


def _cap(reading: Climb, factor: str) -> float:
    return float(reading.caps[0, FACTORS.index(factor)])


def _mean(reading: Climb, factor: str) -> float:
    mean = float(reading.means[0, FACTORS.index(factor)])
    return 1.0 if np.isnan(mean) else mean


def allows_social(drawn: Climb) -> Floats:
    """Return per factor the share of draws in which its cap leaves room for level 3."""
    return np.asarray(np.mean(drawn.caps >= SOCIAL, axis=0), np.float64)


def likeliest(sheet: Sheet, drawn: Climb) -> dict[str, float]:
    """Return per answered factor the share of draws in which its mean would be the cap that binds, ties shared.

    Factors with one or two answers take part here (a quick scan has two each); a mean at .75 or more binds nobody.
    """
    here = np.array([bool((sheet.answered & sheet.of_factor(factor)).any()) for factor in FACTORS], np.bool_)
    would = np.where(here & ~np.isnan(drawn.means), steps(drawn.means), float(TOP))
    low = np.minimum.reduce(would, axis=1)
    at_low: Bools = (would == low[:, np.newaxis]) & (low[:, np.newaxis] < TOP)
    shared = at_low / np.maximum(np.add.reduce(at_low, axis=1), 1)[:, np.newaxis]
    return {factor: float(np.mean(shared[:, place])) for place, factor in enumerate(FACTORS) if here[place]}
