"""How sure score and parts are: these people, their contributions and contacts being random (rulings 3.4)."""

from typing import NamedTuple

import numpy as np

from kithline_network.dependency.habits import absences
from kithline_network.dependency.network import Left
from kithline_network.dependency.params import DependencyParams
from kithline_network.dependency.picture import WEIGHTS, Counted, Parts, of_absence, of_drop
from kithline_sdk.snapshot import Floats
from kithline_sdk.stats import Draws, quantiles, wilson
from kithline_sdk.stats.sampling import between


class Sureness(NamedTuple):
    """Draws of the score, and the intervals of score, absence factor and drop."""

    draws: Floats
    score: tuple[float, float]
    absence: tuple[float, float]
    drop: tuple[float, float]


def sureness(found: Counted, whole: Parts, params: DependencyParams, seed: int) -> Sureness:
    """Draw what people are wont to contribute and how many stay connected, each by itself."""
    stream = Draws(seed)
    absence = absences(found.amount, found.scatter, params.draws, stream)
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
