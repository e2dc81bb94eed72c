"""Whether probabilities kept their word, as it is answered."""

from datetime import date
from typing import Any, Final, Literal

from msgspec import Struct

Prediction = Literal["level_holds"]
SINGLE: Final = "unquantified: the ends of an interval of a percentile would be figures of single tenants"


class Bin(Struct, frozen=True, kw_only=True):
    """Predictions whose probability lies from `low` to `high`: their mean, and the share that came with its 90 % interval.

    `off`: what came less what was said. `flagged`: 30 or more, and off by more than .10. `by_chance`: the interval holds
    what was said.
    """

    low: float
    high: float
    n: int
    said: float
    came: float
    interval: tuple[float, float]
    off: float
    flagged: bool
    by_chance: bool


class Reliability(Struct, frozen=True, kw_only=True):
    """The mean of squared errors (Brier: 0 is best, .25 is what a coin says), with its 90 % interval, and the curve."""

    n: int
    brier: float | None
    interval: Any
    bins: list[Bin]
    flagged: bool


class Step(Struct, frozen=True, kw_only=True):
    """What a next version would say instead, of probabilities from `low` to `high`."""

    low: float
    high: float
    fitted: float


class Refitted(Step, frozen=True, kw_only=True):
    """Such a step in two digits, with the 90 % interval of the share that came."""

    interval: tuple[float, float]


class Calibrated(Reliability, frozen=True, kw_only=True):
    """A scorer in a version. `waiting`: predictions that nothing has shown yet; `why` the figures are unknown."""

    scorer: str
    version: str
    prediction: Prediction
    waiting: int
    why: str | None


class Calibration(Struct, frozen=True, kw_only=True):
    """A tenant's own ledger, by scorer and version."""

    scorers: list[Calibrated]


class Pooled(Reliability, frozen=True, kw_only=True):
    """A scorer in a version over tenants that agreed; under ten it is not told how many (None).

    `refit`: the table a next version would ship; None: none is needed.
    """

    scorer: str
    version: str
    prediction: Prediction
    tenants: int | None
    refit: list[Refitted] | None
    why: str | None


class Control(Struct, frozen=True, kw_only=True):
    """Control points of a curve: what gives 0.5, what gives 0.9, over how many tenants, and when they were announced.

    Each is a mean of several tenants around the percentile, in two digits.
    """

    median: float
    ninetieth: float
    tenants: int
    announced_on: date
    interval: str = SINGLE


class Points(Struct, frozen=True, kw_only=True):
    """A driver of a scorer: what was announced, the oldest first, and what a next version would take, or `why` nothing."""

    scorer: str
    version: str
    driver: str
    kept: list[Control]
    proposed: Control | None
    why: str | None


class Ledger(Struct, frozen=True, kw_only=True):
    """Over tenants that agreed: scorers by version, and the curves whose drivers enough tenants have."""

    scorers: list[Pooled]
    points: list[Points]
