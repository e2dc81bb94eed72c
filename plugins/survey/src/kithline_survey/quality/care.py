"""With how much care people answered: straight lines, hurry, sheets that are copies."""

import numpy as np

from kithline_sdk.snapshot import Bools, Floats, Ints
from kithline_survey.quality.sheets import Sheet


def straight(sheet: Sheet, run: int) -> Bools:
    """Say who gave at least `run` identical answers in a row, as given, items in the order of their ids; gaps passed over."""
    longest = np.zeros(len(sheet.given), np.int64)
    current = np.zeros(len(sheet.given), np.int64)
    last = np.full(len(sheet.given), np.nan)
    for place in range(len(sheet.items)):
        answer = sheet.given[:, place]
        said = ~np.isnan(answer)
        current = np.where(said, np.where(answer == last, current + 1, 1), current)
        last = np.where(said, answer, last)
        longest = np.maximum(longest, current)
    return np.asarray(longest >= run, np.bool_)


def hurried(sheet: Sheet, seconds: float) -> Bools:
    """Say who took fewer than so many seconds an item, over the items whose time is known."""
    known = ~np.isnan(sheet.seconds)
    times = known.sum(axis=1)
    total = np.add.reduce(np.where(known, sheet.seconds, 0.0), axis=1)
    return np.asarray((times > 0) & (total < seconds * times), np.bool_)


def copies(sheet: Sheet) -> int:
    """Return how many sheets repeat an earlier one, gaps included."""
    filled: Floats = np.where(np.isnan(sheet.given), np.inf, sheet.given)
    return len(filled) - len(np.unique(filled, axis=0))


def gaps(sheet: Sheet) -> Ints:
    """Return how many did not answer each item."""
    return np.asarray(np.isnan(sheet.given).sum(axis=0), np.int64)
