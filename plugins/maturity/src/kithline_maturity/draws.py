"""The bootstrap of rulings 3.2: respondents where there are five or more, else the questions of each level and ceiling."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from kithline_maturity.ladder import KNOWN, Climb, climb, fails, mean
from kithline_maturity.params import DepthParams
from kithline_maturity.questions import FACTORS, LEVELS
from kithline_maturity.sheet import Sheet
from kithline_sdk.snapshot import Bools, Floats, Ints
from kithline_sdk.stats import Draws

ENOUGH: Final = 5  # respondents from which they are drawn
_GRID: Final = 2**30  # quarters and means of people sum exactly as whole numbers, whatever the processor's order
_BLOCK: Final = 200  # draws held in memory at once


class Resample:
    """The same draws for every question asked of them, so that two answers are compared pairwise."""

    def __init__(self, sheet: Sheet, params: DepthParams, seed: int) -> None:
        self.sheet, self.params = sheet, params
        self.by_people = sheet.respondents >= ENOUGH
        stream = Draws(seed)
        if self.by_people:
            self._values = _proved(sheet, _people(sheet.said, params.draws, stream))
            self._weight = sheet.weight[np.newaxis]
        else:
            self._values = sheet.published[np.newaxis]
            self._weight = _questions(sheet, params.draws, stream)

    def climb(self, lifted: Ints | None = None) -> Climb:
        """Return the ladder of every draw, with the questions numbered in `lifted` brought to the top of their scale."""
        values = self._values
        if lifted is not None:
            values = values.copy()
            values[:, lifted] = 1.0
        wide = np.broadcast_to(values, (self.params.draws, values.shape[1]))
        return climb(self.sheet, wide, self.params, self._weight, claimed=not self.sheet.proven)

    def size(self, members: Bools) -> int:
        """Return how many things are drawn for some questions: the respondents, or those of them with an answer."""
        return self.sheet.respondents if self.by_people else int(np.count_nonzero(members & self.sheet.answered))

    def telling(self, members: Bools) -> bool:
        """Say whether draws show any doubt about some questions: of respondents, or of three questions beyond a quick scan."""
        return self.by_people or (not self.sheet.quick and self.size(members) >= KNOWN)

    def means(self, members: Bools) -> Floats:
        """Return the weighted mean of some questions per draw; NaN where none of them was answered."""
        here = ~np.isnan(self._values)
        return mean(np.where(here, self._values, 0.0), self._weight * here, members)

    def failing(self, members: Bools) -> Bools:
        """Return in which draws one of some mandatory questions is below its mark; one row where none is drawn."""
        return fails(self._values, members, self.params)


def _proved(sheet: Sheet, values: Floats) -> Floats:
    return sheet.proof(values) if sheet.proven else values


def _people(said: Floats, draws: int, stream: Draws) -> Floats:
    """Return the mean of each question over respondents drawn with replacement, draws x questions."""
    here = ~np.isnan(said)
    units = np.rint(np.where(here, said, 0.0) * _GRID).astype(np.int64)
    blocks = [_block(units, here.astype(np.int64), size, stream) for size in _sizes(draws)]
    return np.concatenate(blocks)


def _sizes(draws: int) -> Iterator[int]:
    return (min(_BLOCK, draws - start) for start in range(0, draws, _BLOCK))


def _block(units: Ints, here: Ints, size: int, stream: Draws) -> Floats:
    people = len(units)
    drawn = stream.below(people, size * people) + np.repeat(np.arange(size) * people, people)
    times = np.bincount(drawn, minlength=size * people).reshape(size, people)
    count = times @ here
    return np.where(count > 0, (times @ units) / np.maximum(count, 1) / _GRID, np.nan)


def _questions(sheet: Sheet, draws: int, stream: Draws) -> Floats:
    """Return the weight of each question in each draw: its weight times how often it was drawn in its own part."""
    weight = np.zeros((draws, len(sheet.questions)))
    parts = [*(sheet.of_level(k) for k in LEVELS), *(sheet.of_factor(factor) for factor in FACTORS)]
    for part in parts:
        members = np.flatnonzero(part & sheet.answered)
        if len(members):
            drawn = stream.below(len(members), draws * len(members)) + np.repeat(
                np.arange(draws) * len(members), len(members)
            )
            times = np.bincount(drawn, minlength=draws * len(members)).reshape(draws, len(members))
            weight[:, members] = times * sheet.weight[members]
    return weight
