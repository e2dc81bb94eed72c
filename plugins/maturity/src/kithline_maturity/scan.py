"""What so few questions as a quick scan's leave open: the chance of each level, and the range that follows from them."""

from typing import NamedTuple

import numpy as np

from kithline_maturity.evidence import passing, speaking
from kithline_maturity.ladder import ALMOST, Climb
from kithline_maturity.params import DepthParams
from kithline_maturity.questions import LEVELS, TOP
from kithline_maturity.sheet import Sheet

_SURE = 0.95  # the range is a 90 % one: 5 % are left out at each end
_TINY = 1e-9


class Doubt(NamedTuple):
    """`at_least[k]`: the probability of level k or more, for 0 to 4; and the highest index each level could carry."""

    at_least: list[float]
    tops: list[float]

    @property
    def range(self) -> tuple[int, int]:
        """The 90 % range of the level."""
        low = max(k for k, chance in enumerate(self.at_least) if chance >= _SURE - _TINY)
        high = max(k for k, chance in enumerate(self.at_least) if chance >= 1 - _SURE - _TINY)
        return low, high

    def chance(self, level: int) -> float:
        """Return the probability of a level."""
        return self.at_least[level] - (self.at_least[level + 1] if level < TOP else 0.0)


def doubt(sheet: Sheet, reading: Climb, params: DepthParams) -> Doubt:
    """Return how sure each level is: levels pass independently, each with its Beta posterior (card 1).

    A shut gate is no matter of chance, nor is a declared cap; a level without answers passes as it would before any.
    """
    ceiling = int(reading.caps[0].min())
    chances = [_chance(sheet, reading, k, params) if k <= ceiling else 0.0 for k in LEVELS]
    open_part = np.where(reading.fit[0], ALMOST, params.pass_mark).tolist()
    tops = [min(ceiling, k + part) for k, part in enumerate([*open_part, 0.0])]
    return Doubt([1.0, *np.multiply.accumulate(chances).tolist()], tops)


def _chance(sheet: Sheet, reading: Climb, level: int, params: DepthParams) -> float:
    if not reading.fit[0, level - 1]:
        return 0.0
    return passing(*speaking(sheet, sheet.of_level(level), sheet.published), params.pass_mark)
