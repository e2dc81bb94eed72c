"""Specific, needed and motivating of one community, each a number and, for the interval, a set of draws."""

import math
from functools import cache
from statistics import NormalDist
from typing import Final

import msgspec
import numpy as np

from kithline_purpose.activity import Behaviour, Rate, rate_part
from kithline_purpose.parameters import Params
from kithline_purpose.poll import Poll
from kithline_purpose.reading import Reading
from kithline_purpose.wording import text_part
from kithline_sdk.snapshot import Floats
from kithline_sdk.stats import Z90, Draws, share_rise, wilson

FLOOR: Final = 0.01  # of each part under the geometric mean
_STEPS: Final = 4096  # of the table of normal quantiles
_COARSE: Final = 16  # steps read at once where a curve is costly


class Component(msgspec.Struct, frozen=True):
    """A value with its weight in a part; one read from people carries their rates, each with its curve (or none)."""

    weight: float
    value: float
    rates: tuple[tuple[Rate, tuple[float, float] | None], ...] = ()


class Parts(msgspec.Struct, frozen=True):
    """The three parts of one community's score."""

    text: float
    slots: float
    needed: list[Component]
    motivating: list[Component]

    @property
    def values(self) -> tuple[float, float, float]:
        """Return specific (by the corrected text part), needed and motivating."""
        return specific(self.text, self.slots), _mean(self.needed), _mean(self.motivating)

    @property
    def text_only(self) -> bool:
        """Say whether neither poll nor behaviour has a say."""
        return len(self.needed) + len(self.motivating) == len(("text", "text"))

    def draws(self, stream: Draws, params: Params) -> tuple[Floats, Floats, Floats]:
        """Return draws of the three parts; the text part is normal with its 90 % half-width, cut at 0 and 1."""
        wide = params.text_half_width / Z90
        text = np.clip(self.text + wide * _normal(stream, params.draws), 0.0, 1.0)
        needed, motivating = (_drawn(part, stream, params.draws) for part in (self.needed, self.motivating))
        return 0.6 * text + 0.4 * self.slots, needed, motivating


def specific(text: float, slots: float) -> float:
    """Return how specific a text is, from its text part and the share of its slots that are there."""
    return 0.6 * text + 0.4 * slots


def parts(reading: Reading, poll: Poll, behaviour: Behaviour, params: Params) -> Parts:
    """Return the parts that text, poll and behaviour give; a poll weighs double, and raised topics are not in the data."""
    needed = [Component(1.0, reading.need[0]), *_asked(poll, "need")]
    motivating = [Component(1.0, reading.motivating), *_asked(poll, "want"), *_done(behaviour, params)]
    return Parts(text_part(reading.wording.z_corrected, params), reading.slot_share, needed, motivating)


def geometric(values: tuple[float, float, float]) -> float:
    """Return the geometric mean of the three parts, each floored at 0.01."""
    return math.exp(math.fsum(math.log(max(FLOOR, value)) for value in values) / len(values))


def geometric_draws(drawn: tuple[Floats, Floats, Floats]) -> Floats:
    """Return the same of every draw."""
    product = np.maximum(FLOOR, drawn[0]) * np.maximum(FLOOR, drawn[1]) * np.maximum(FLOOR, drawn[2])
    return np.asarray(np.cbrt(product), np.float64)


def _asked(poll: Poll, item: str) -> list[Component]:
    rate = poll.shares.get(item)
    return [Component(2.0, wilson(rate.hits, rate.of)[0], ((rate, None),))] if rate else []


def _done(behaviour: Behaviour, params: Params) -> list[Component]:
    curves = ((params.first_m, params.first_h), (params.voluntary_m, params.voluntary_h))
    pairs = zip((behaviour.first, behaviour.voluntary), curves, strict=True)
    rates = tuple((rate, curve) for rate, curve in pairs if rate)
    values = [rate_part(rate, *curve) for rate, curve in rates]
    return [Component(1.0, math.fsum(values) / len(values), rates)] if rates else []


def _mean(components: list[Component]) -> float:
    return math.fsum(c.weight * c.value for c in components) / math.fsum(c.weight for c in components)


def _drawn(components: list[Component], stream: Draws, size: int) -> Floats:
    total = np.zeros(size)
    for component in components:
        total += component.weight * _one(component, stream, size)
    return total / math.fsum(c.weight for c in components)


def _one(component: Component, stream: Draws, size: int) -> Floats:
    if not component.rates:
        return np.full(size, component.value)
    total = np.zeros(size)
    for rate, curve in component.rates:
        total += _told(rate, curve)[stream.below(_STEPS, size)]
    return total / len(component.rates)


def _told(rate: Rate, curve: tuple[float, float] | None) -> Floats:
    """Return what a rate tells at each quantile; a curve is read at the middle of every 16 of them."""
    share = wilson_at(rate, _quantiles())
    if curve is None:
        return share
    return np.repeat([share_rise(one, *curve) for one in share[_COARSE // 2 :: _COARSE].tolist()], _COARSE)


def wilson_at(rate: Rate, z: Floats) -> Floats:
    """Return the one-sided Wilson bound at each normal quantile: at z = -1.645 the lower end of the 90 % interval."""
    p, n = rate.hits / rate.of, rate.of
    half = z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return np.asarray(np.clip((p + z * z / (2 * n) + half) / (1 + z * z / n), 0.0, 1.0), np.float64)


def _normal(stream: Draws, size: int) -> Floats:
    """Return normal deviates from a table of quantiles: fast, and the same under every library."""
    return _quantiles()[stream.below(_STEPS, size)]


@cache
def _quantiles() -> Floats:
    normal = NormalDist()
    return np.array([normal.inv_cdf((step + 0.5) / _STEPS) for step in range(_STEPS)])
