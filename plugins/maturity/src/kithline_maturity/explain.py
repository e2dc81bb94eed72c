"""Why the score is what it is: one driver per step of the ladder and per ceiling, adding up to index / 4."""

import numpy as np

from kithline_maturity.ladder import Climb, known, stand
from kithline_maturity.params import DepthParams
from kithline_maturity.questions import FACTORS, LEVELS, TOP
from kithline_maturity.sheet import Sheet
from kithline_sdk import Driver
from kithline_sdk.snapshot import Floats

STEP = 1 / TOP


def drivers(sheet: Sheet, reading: Climb, params: DepthParams) -> list[Driver]:
    """Return what each level adds to the score, and what raising each known cap by one would."""
    steps = [_step(reading, k, params) for k in LEVELS]
    return steps + [_ceiling(reading, factor, params) for factor in FACTORS if known(sheet, factor)]


def _step(reading: Climb, k: int, params: DepthParams) -> Driver:
    attained = float(reading.attained[0, k - 1])
    share = float(np.clip(reading.depth[0] - (k - 1), 0.0, 1.0))
    return Driver(
        name=f"level.{k}",
        raw=None if np.isnan(attained) else attained,
        sub_score=share,
        weight=STEP,
        contribution=STEP * share,
        gain=_gain(reading, _passing(reading, k, params)),
    )


def _passing(reading: Climb, k: int, params: DepthParams) -> Climb:
    attained, fit, settled = reading.attained.copy(), reading.fit.copy(), reading.decided.copy()
    attained[:, k - 1] = np.fmax(attained[:, k - 1], params.pass_mark)
    fit[:, k - 1] = settled[:, k - 1] = True
    return stand(attained, fit, settled, reading.means, reading.caps, params)


def _ceiling(reading: Climb, factor: str, params: DepthParams) -> Driver:
    place = FACTORS.index(factor)
    caps: Floats = reading.caps.copy()
    caps[:, place] = np.minimum(caps[:, place] + 1, TOP)
    lifted = stand(reading.attained, reading.fit, reading.decided, reading.means, caps, params)
    raw = int(reading.caps[0, place])
    return Driver(name=f"ceiling.{factor}", raw=raw, weight=0.0, contribution=0.0, gain=_gain(reading, lifted))


def _gain(reading: Climb, lifted: Climb) -> float:
    return float(lifted.depth[0] - reading.depth[0]) / TOP
