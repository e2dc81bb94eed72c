"""The four parts of the score, each with a stream of draws around its value: adoption, decisions, outcomes."""

import math
from typing import Final, NamedTuple

import numpy as np

from kithline_community.funnel.ideas import Ideas
from kithline_community.funnel.params import FunnelParams
from kithline_community.funnel.registers import Registers
from kithline_sdk import Driver
from kithline_sdk.snapshot import Floats
from kithline_sdk.stats import Draws, pielou, quantiles, share_rise

ENOUGH: Final = 0.6
EXACT: Final = 1e-9


class Part(NamedTuple):
    """A part: its raw figure, its value in [0, 1], its weight, and draws of its value."""

    name: str
    raw: float
    value: float
    weight: float
    draws: Floats


LIKENESS: Final = 0.5


def outside(ideas: Ideas) -> tuple[int, int]:
    """Return adopted ideas from outside, and adopted ideas of known group."""
    groups = [
        group for group, adopted in zip(ideas.groups, ideas.adopted, strict=True) if adopted and group is not None
    ]
    return sum(group != "employee" for group in groups), len(groups)


def followed(ideas: Ideas, params: FunnelParams) -> int:
    """Return how many dated ideas could be seen for as long as adoption may take."""
    return int((~np.isnan(ideas.days) & (ideas.seen >= params.adoption_days)).sum())


def parts(ideas: Ideas, registers: Registers, params: FunnelParams, seed: int) -> list[Part]:
    """Return the parts there are, with the weights of the card."""
    draws, size, found = Draws(seed), params.draws, list[Part]()
    hits, adopted = outside(ideas)
    if adopted:
        raw, drawn = hits / adopted, _share(hits, adopted, _normal(draws, size))
        low, high = params.outside_half, params.outside_high
        found.append(Part("outside_share", raw, share_rise(raw, low, high), 0.3, _risen(drawn, low, high)))
    if followed(ideas, params):
        raw = 1 - ideas.adoption().at(params.adoption_days)
        found.append(Part("adopted_180d", raw, raw, 0.3, _curve(ideas, raw, params, _normal(draws, size))))
    if registers.decisions:
        raw = registers.citing / registers.decisions
        drawn = _share(registers.citing, registers.decisions, _normal(draws, size))
        low, high = params.citing_half, params.citing_high
        found.append(Part("decisions_citing", raw, share_rise(raw, low, high), 0.2, _risen(drawn, low, high)))
    if registers.departments and registers.known_departments > 1:
        raw = pielou(registers.departments.values(), registers.known_departments)
        found.append(Part("outcome_evenness", raw, raw, 0.2, _evenness(registers, draws, size)))
    return found


def spread(found: list[Part]) -> list[Part] | None:
    """Return the parts with weights adding up to 1; None under 0.6 of the weight."""
    weight = math.fsum(part.weight for part in found)
    return [part._replace(weight=part.weight / weight) for part in found] if weight >= ENOUGH - EXACT else None


def total(found: list[Part]) -> float:
    """Return the weighted mean."""
    return min(1.0, math.fsum(part.weight * part.value for part in found))


def interval(found: list[Part]) -> tuple[float, float]:
    """Return the 90 % interval: distances of the parts' ends, squared and added (Zou and Donner 2008).

    Curves bend down and few outcomes look uneven, so parts err low together: above they move together by half.
    """
    spans = [(part, quantiles(part.draws)) for part in found]
    below = math.sqrt(math.fsum((part.weight * min(0.0, low - part.value)) ** 2 for part, (low, _) in spans))
    up = [part.weight * max(0.0, high - part.value) for part, (_, high) in spans]
    own = math.fsum(one * one for one in up)
    above = math.sqrt(own + LIKENESS * (math.fsum(up) ** 2 - own))
    return max(0.0, total(found) - below), min(1.0, total(found) + above)


def drivers(found: list[Part]) -> list[Driver]:
    """Return one driver per part; the gain is what the part at its top would add."""
    return [
        Driver(
            name=one.name, raw=one.raw, sub_score=one.value, weight=one.weight, contribution=one.weight * one.value,
            gain=one.weight * (1 - one.value),
        )
        for one in found
    ]  # fmt: skip


def _normal(draws: Draws, size: int) -> Floats:
    """Return standard normal numbers (Box and Muller 1958)."""
    radius = np.sqrt(-2 * np.log(1 - draws.uniform(size)))
    return np.asarray(radius * np.cos(2 * np.pi * draws.uniform(size)), np.float64)


def _share(hits: float, n: float, z: Floats) -> Floats:
    """Return draws whose 5th and 95th percentile are the ends of Wilson's interval (1927)."""
    share, square = hits / n, z * z
    half = z * np.sqrt(share * (1 - share) / n + square / (4 * n * n))
    return np.asarray(np.clip((share + square / (2 * n) + half) / (1 + square / n), 0, 1), np.float64)


def _risen(drawn: Floats, low: float, high: float) -> Floats:
    return np.array([share_rise(one, low, high) for one in drawn.tolist()], np.float64)


def _curve(ideas: Ideas, raw: float, params: FunnelParams, z: Floats) -> Floats:
    """Return draws of adoption by Greenwood's variance on the log-log scale; at 0 and 1 as a share of those followed."""
    curve = ideas.adoption()
    if not 0 < raw < 1:
        return _share(raw * followed(ideas, params), followed(ideas, params), z)
    place = int(np.searchsorted(curve.times, params.adoption_days, "right")) - 1
    left = 1 - raw
    step = math.sqrt(float(curve.greenwood[place])) / math.log(left)
    return np.asarray(1 - left ** np.exp(z * step), np.float64)


def _evenness(registers: Registers, draws: Draws, size: int) -> Floats:
    """Return draws of evenness: each outcome weighs an exponential number (Rubin 1981), each department one half more."""
    counts = list(registers.departments.values())
    counts += [0] * (registers.known_departments - len(counts))
    weights = np.empty((len(counts), size))
    for row, count in enumerate(counts):
        # Half a squared normal number is Gamma(1/2): Jeffreys' prior, so that an empty department may have some.
        weights[row] = 0.5 * _normal(draws, size) ** 2
        for _ in range(count):
            weights[row] -= np.log(1 - draws.uniform(size))
    shares = np.maximum(weights / weights.sum(axis=0), 1e-300)
    drawn = -(shares * np.log(shares)).sum(axis=0) / math.log(len(counts))
    # Few outcomes look less even than they fall (Miller 1955); draws from them look so once more.
    found = pielou(counts, len(counts)) + (len(counts) - 1) / (2 * sum(counts) * math.log(len(counts)))
    return np.asarray(np.clip(drawn + found - math.fsum(drawn.tolist()) / size, 0, 1), np.float64)
