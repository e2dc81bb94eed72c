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
    mean, kept = float(amount.mean()), 1 - _pulls(found, draws, stream)[:, None]
    # Of who contributed in larger lumps less is known.
    lump = np.divide(squares, amount, out=np.ones(len(amount)), where=amount > 0)[:DRAWN]
    expected = mean + (amount[:DRAWN] - mean) * kept
    shape = np.clip(expected / lump / np.maximum(kept, 1e-9), 0.25, 1e9)
    rates = _gamma(shape, stream) * (expected / shape)
    beyond = len(amount) - len(lump)
    rest = mean * beyond + (math.fsum(amount[DRAWN:].tolist()) - mean * beyond) * kept[:, 0]
    reached = np.cumsum(-np.sort(-rates, axis=1), axis=1)
    half = (reached[:, -1] + rest) / 2 * (1 - 1e-12)
    return np.asarray(np.minimum((reached < half[:, None]).sum(axis=1) + 1, len(amount)), np.float64)


def _pulls(found: Counted, draws: int, stream: Draws) -> Floats:
    """Return draws of how much of the spread between people is scatter, for the spread itself is known from few people."""
    amount, size = found.amount, len(found.amount)
    spread, noise = float(amount.var()), float(found.squares.mean())
    if not spread:
        return np.ones(draws)
    tails = math.fsum(((amount - amount.mean()) ** 4).tolist()) / size / spread**2
    unsure = math.sqrt(max(2.0, tails - 1) / size)
    z = normal_quantile(stream.uniform(draws))
    return np.minimum(1.0, noise / (spread * np.array([math.exp(unsure * one) for one in z.tolist()])))


def _gamma(shape: Floats, stream: Draws) -> Floats:
    """Return gamma draws of these shapes (Wilson and Hilferty 1931)."""
    z = normal_quantile(stream.uniform(shape.size).reshape(shape.shape))
    cubed = np.maximum(0.0, 1 - 1 / (9 * shape) + z / (3 * np.sqrt(shape)))
    return np.asarray(shape * (cubed * cubed * cubed), np.float64)


def span_of_drop(rest: Left) -> tuple[float, float]:
    """Return the 90 % interval of the drop: Wilson's of the share of who stays in the largest group, squared for pairs.

    Whole groups fall off or come back at once, so there is so much less evidence as others' groups are large on average,
    squared: the variance of the largest group of a random graph (Stepanov 1970).
    """
    share, worth = rest.largest / rest.people, max(1.0, rest.people / rest.others**2)
    low, high = wilson(share * worth, worth)
    # What is connected outside the largest group stays as it is.
    other = rest.after - share * share
    least, most = (1 - min(1.0, max(0.0, end * end + other)) / rest.before for end in (high, low))
    return min(least, rest.drop), max(most, rest.drop)
