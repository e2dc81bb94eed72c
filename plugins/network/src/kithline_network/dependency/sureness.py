"""How sure score and parts are: these people, their contributions and contacts being random (rulings 3.4)."""

import math
from typing import Final, NamedTuple

import numpy as np

from kithline_network.dependency.network import Left
from kithline_network.dependency.params import DependencyParams
from kithline_network.dependency.picture import WEIGHTS, Counted, Parts, of_absence, of_drop
from kithline_sdk.snapshot import Floats
from kithline_sdk.stats import Draws, quantiles, wilson
from kithline_sdk.stats.sampling import between, normal_quantile

# Who stands behind so many has no say in who makes half, unless half takes as many: the curve is at its top there.
DRAWN: Final = 400


class Sureness(NamedTuple):
    """Draws of the score, and the intervals of score, absence factor and drop."""

    draws: Floats
    score: tuple[float, float]
    absence: tuple[float, float]
    drop: tuple[float, float]


def sureness(found: Counted, whole: Parts, params: DependencyParams, seed: int) -> Sureness:
    """Draw what people are wont to contribute and how many stay connected, each by itself."""
    stream = Draws(seed)
    absence = absences(found, params.draws, stream)
    factor, value, drop = float(whole.absence), whole.score, span_of_drop(whole.rest)
    drops = between(stream.uniform(params.draws), whole.rest.drop, *drop)
    curve = {one: of_absence(one, params) for one in np.unique(absence).tolist()}
    scores = np.array([
        WEIGHTS[0] * curve[one] + WEIGHTS[1] * of_drop(other)
        for one, other in zip(absence.tolist(), drops.tolist(), strict=True)
    ])  # fmt: skip
    low, high = quantiles(scores)
    fewest, most = quantiles(absence)
    return Sureness(scores, (min(low, value), max(high, value)), (min(fewest, factor), max(most, factor)), drop)


def absences(found: Counted, draws: int, stream: Draws) -> Floats:
    """Return draws of the absence factor of what people are wont to contribute.

    Counts scatter about that, so the counts themselves are more unequal than it is. Each person's is drawn from a gamma
    distribution: what was counted, pulled to the mean by as much as scatter explains of the spread (gamma and Poisson,
    empirical Bayes), with as many independent contributions as its days are worth (squares over days).
    """
    ranked = np.argsort(-found.amount, kind="stable")
    amount, squares = found.amount[ranked], found.squares[ranked]
    mean, noise = float(amount.mean()), float(squares.mean())
    spread = max(0.0, float(amount.var()) - noise)
    pull = noise / (noise + spread) if noise + spread else 0.0
    # Of who contributed in larger lumps less is known.
    lump = np.divide(squares, amount, out=np.ones(len(amount)), where=amount > 0)
    expected = mean + (amount - mean) * (1 - pull)
    some = slice(0, DRAWN)
    shape = np.maximum(expected[some] / lump[some] / max(1e-9, 1 - pull), 0.25)
    rates = _gamma(shape, draws, stream) * (expected[some] / shape)
    rest = math.fsum(expected[DRAWN:].tolist())
    ordered = -np.sort(-rates, axis=1)
    reached = np.cumsum(ordered, axis=1)
    half = (reached[:, -1] + rest) / 2
    return np.asarray(np.minimum((reached < half[:, None]).sum(axis=1) + 1, len(amount)), np.float64)


def _gamma(shape: Floats, draws: int, stream: Draws) -> Floats:
    """Return gamma draws, a row per draw (Wilson and Hilferty 1931)."""
    z = normal_quantile(stream.uniform(draws * len(shape)).reshape(draws, len(shape)))
    cubed = np.maximum(0.0, 1 - 1 / (9 * shape) + z / (3 * np.sqrt(shape)))
    return np.asarray(shape * (cubed * cubed * cubed), np.float64)


def span_of_drop(rest: Left) -> tuple[float, float]:
    """Return the 90 % interval of the drop: Wilson's of the share of who stays in the largest group, squared for pairs."""
    low, high = wilson(rest.largest, rest.people)
    share = rest.largest / rest.people
    # What is connected outside the largest group stays as it is.
    other = rest.after - share * share
    least, most = (1 - min(1.0, end * end + other) / rest.before for end in (high, low))
    return min(least, rest.drop), max(most, rest.drop)
